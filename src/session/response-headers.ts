/** Response headers as they came: order, spelling and duplicates kept, bytes read as Latin-1. */

type RawHeaders = readonly (Buffer | string)[];
type ParsedHeaders = Readonly<Record<string, string | string[] | undefined>>;

export class ResponseHeaders implements Iterable<readonly [string, string]> {
  readonly #raw: RawHeaders | null;
  readonly #parsed: ParsedHeaders;
  #entries: readonly (readonly [string, string])[] | null = null;

  /** `raw` are names and values in turn (null on HTTP/2), `parsed` has lower-case names. */
  constructor(raw: RawHeaders | null, parsed: ParsedHeaders) {
    this.#raw = raw;
    this.#parsed = parsed;
  }

  /** The value, several joined by ", "; null when absent. Names are not case-sensitive. */
  get(name: string): string | null {
    const value = this.#own(name.toLowerCase());
    if (value === undefined) return null;
    return typeof value === "string" ? value : value.join(", ");
  }

  /** Every value of that name, in order. */
  getAll(name: string): readonly string[] {
    const value = this.#own(name.toLowerCase());
    if (value === undefined) return [];
    return typeof value === "string" ? [value] : value;
  }

  has(name: string): boolean {
    return this.#own(name.toLowerCase()) !== undefined;
  }

  getSetCookie(): readonly string[] {
    return this.getAll("set-cookie");
  }

  /** Names and values as received, in order, duplicates apart. */
  get raw(): readonly (readonly [string, string])[] {
    return (this.#entries ??= this.#build());
  }

  [Symbol.iterator](): Iterator<readonly [string, string]> {
    return this.raw[Symbol.iterator]();
  }

  toJSON(): readonly (readonly [string, string])[] {
    return this.raw;
  }

  #own(name: string): string | string[] | undefined {
    return Object.hasOwn(this.#parsed, name) ? this.#parsed[name] : undefined;
  }

  #build(): (readonly [string, string])[] {
    const entries: (readonly [string, string])[] = [];
    const raw = this.#raw;
    if (raw !== null) {
      for (let index = 0; index + 1 < raw.length; index += 2) {
        entries.push([latin1(raw[index]), latin1(raw[index + 1])]);
      }
      return entries;
    }
    for (const [name, value] of Object.entries(this.#parsed)) {
      if (value === undefined || name.startsWith(":")) continue;
      if (typeof value === "string") entries.push([name, value]);
      else for (const each of value) entries.push([name, each]);
    }
    return entries;
  }
}

function latin1(part: Buffer | string | undefined): string {
  if (part === undefined) return "";
  return typeof part === "string" ? part : part.toString("latin1");
}

/** No connection is idle for longer, and Node has no longer timer: 24 days. */
const MAX_HINT_MS = 2 ** 31 - 1;

/** The `timeout` of a Keep-Alive header in milliseconds, at most 2^31 - 1; null without one. */
export function keepAliveHintMs(value: string | string[] | undefined): number | null {
  if (value === undefined) return null;
  const seconds = /timeout=\s*(\d+)/i.exec(String(value))?.[1];
  return seconds === undefined ? null : Math.min(Number(seconds) * 1000, MAX_HINT_MS);
}
