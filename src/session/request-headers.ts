/** Request headers: merged without regard to case, sent in order. Immutable. */

export type HeadersInit =
  | Readonly<Record<string, string | readonly string[] | null | undefined>>
  | Iterable<readonly [string, string]>;

interface Field {
  readonly name: string;
  readonly values: readonly string[];
}

export class HeaderList {
  readonly #fields: ReadonlyMap<string, Field>;
  #flat: string[] | null = null;

  constructor(entries: Iterable<readonly [string, string]> | ReadonlyMap<string, Field>) {
    this.#fields =
      entries instanceof Map
        ? (entries as ReadonlyMap<string, Field>)
        : collect(entries as Iterable<readonly [string, string]>);
  }

  /** With those in place of the same names; null and undefined remove. */
  with(init: HeadersInit | undefined): HeaderList {
    if (init === undefined) return this;
    const fields = new Map(this.#fields);
    if (Symbol.iterator in init) {
      for (const [key, field] of collect(init as Iterable<readonly [string, string]>)) {
        fields.set(key, field);
      }
      return new HeaderList(fields);
    }
    for (const [name, value] of Object.entries(init)) {
      const key = name.toLowerCase();
      if (value === null || value === undefined) fields.delete(key);
      else fields.set(key, { name, values: typeof value === "string" ? [value] : value });
    }
    return new HeaderList(fields);
  }

  without(...names: readonly string[]): HeaderList {
    if (!names.some((name) => this.#fields.has(name))) return this;
    const fields = new Map(this.#fields);
    for (const name of names) fields.delete(name);
    return new HeaderList(fields);
  }

  get(name: string): string | null {
    return this.#fields.get(name)?.values.join(", ") ?? null;
  }

  /** Names and values in turn, as undici takes them. */
  get flat(): string[] {
    if (this.#flat === null) {
      this.#flat = [];
      for (const { name, values } of this.#fields.values()) {
        for (const value of values) this.#flat.push(name, value);
      }
    }
    return this.#flat;
  }
}

function collect(entries: Iterable<readonly [string, string]>): Map<string, Field> {
  const fields = new Map<string, Field>();
  for (const [name, value] of entries) {
    const key = name.toLowerCase();
    const values = fields.get(key)?.values ?? [];
    fields.set(key, { name, values: [...values, value] });
  }
  return fields;
}
