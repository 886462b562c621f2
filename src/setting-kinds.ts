/**
 * The kinds of value a setting can have: how each is written by the user, read, bounded and printed.
 * The same text means the same on the command line and in the config file.
 */
import { UsageError } from "./errors.ts";

const DURATION_UNITS_MS: Record<string, number> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};
const SIZE_UNITS_BYTES: Record<string, number> = {
  "": 1,
  K: 1024,
  M: 1024 ** 2,
  G: 1024 ** 3,
  KiB: 1024,
  MiB: 1024 ** 2,
  GiB: 1024 ** 3,
};

/** What a kind of value looks like to a user and to a reader of the code. */
export interface Kind<T> {
  /** What stands for the value in help: `N`, `D`, `FILE`. Absent for booleans. */
  readonly placeholder?: string;
  /** What it takes, to complete "takes ...". */
  readonly takes: string;
  /** The JSON types the config file may use. */
  readonly json: "string" | "number" | "boolean" | "strings" | "duration";
  /** Throws UsageError naming `option`, what it got and what it takes. */
  parse(input: unknown, option: string): T;
  /** The values it takes, when they are few. */
  readonly choices?: readonly string[];
  /** A word it takes beside its values. */
  readonly word?: string;
}

function refuse(option: string, input: unknown, takes: string): never {
  const got = typeof input === "string" ? `"${input}"` : JSON.stringify(input);
  throw new UsageError("bad_value", `${option} got ${got}, but takes ${takes}.`);
}

/** A whole number from `min` to `max`. */
export function count(min: number, max = Number.MAX_SAFE_INTEGER): Kind<number> {
  const takes =
    max === Number.MAX_SAFE_INTEGER
      ? `a whole number of at least ${min}`
      : `a whole number from ${min} to ${max}`;
  return {
    placeholder: "N",
    takes,
    json: "number",
    parse(input, option) {
      const number =
        typeof input === "number" ? input : /^\d+$/.test(String(input)) ? Number(input) : NaN;
      return Number.isSafeInteger(number) && number >= min && number <= max
        ? number
        : refuse(option, input, takes);
    },
  };
}

/** A duration such as `500ms` or `2h`, in milliseconds. A bare number other than 0 is refused. */
export function duration(minMs = 0, maxMs = 365 * 86_400_000): Kind<number> {
  const bounds = minMs > 0 ? ` of at least ${minMs}ms` : "";
  const takes = `a duration${bounds} with its unit, such as 500ms, 20s, 5m, 2h or 7d`;
  return {
    placeholder: "D",
    takes,
    json: "duration",
    parse(input, option) {
      const match = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(String(input));
      const ms =
        input === 0 || input === "0"
          ? 0
          : match
            ? Number(match[1]) * (DURATION_UNITS_MS[match[2] ?? ""] ?? NaN)
            : NaN;
      return ms >= minMs && ms <= maxMs ? ms : refuse(option, input, takes);
    },
  };
}

/** A duration, or the word for a setting that finds its own. */
export function durationOr<const T extends string>(
  word: T,
  minMs = 0,
  maxMs?: number,
): Kind<number | T> {
  const times = duration(minMs, maxMs);
  const takes = `${times.takes}, or ${word}`;
  return {
    ...times,
    placeholder: `D|${word}`,
    takes,
    word,
    parse(input, option) {
      if (input === word) return word;
      try {
        return times.parse(input, option);
      } catch {
        return refuse(option, input, takes);
      }
    },
  };
}

/** A size such as `10MiB` or `512K`, in bytes; all units are 1024-based. */
export function size(minBytes = 0): Kind<number> {
  const takes = "a size such as 65536, 512K, 10M, 10MiB or 2G (1024-based)";
  return {
    placeholder: "SIZE",
    takes,
    json: "string",
    parse(input, option) {
      const match = /^(\d+(?:\.\d+)?)(|K|M|G|KiB|MiB|GiB)$/.exec(String(input));
      const bytes = match
        ? Math.round(Number(match[1]) * (SIZE_UNITS_BYTES[match[2] ?? ""] ?? NaN))
        : NaN;
      return Number.isSafeInteger(bytes) && bytes >= minBytes
        ? bytes
        : refuse(option, input, takes);
    },
  };
}

/** On or off; on the command line every boolean has its `--no-` form. */
export function flag(): Kind<boolean> {
  const takes = "true or false";
  return {
    takes,
    json: "boolean",
    parse: (input, option) => (typeof input === "boolean" ? input : refuse(option, input, takes)),
  };
}

/** One of a few words. */
export function choice<const T extends string>(...choices: readonly T[]): Kind<T> {
  const takes = `one of ${choices.join(", ")}`;
  return {
    placeholder: choices.join("|"),
    takes,
    json: "string",
    choices,
    parse: (input, option) =>
      choices.find((known) => known === input) ?? refuse(option, input, takes),
  };
}

/** Some of a few words. Repeatable. */
export function choices<const T extends string>(...all: readonly T[]): Kind<readonly T[]> {
  const takes = `one of ${all.join(", ")}`;
  return {
    placeholder: "KIND",
    takes,
    json: "strings",
    choices: all,
    parse: (input, option) =>
      asList(input, option, takes).map(
        (word) => all.find((known) => known === word) ?? refuse(option, word, takes),
      ),
  };
}

/** Text of at least one character, on one line: it may end up in a header or a path. */
export function text(placeholder = "S"): Kind<string> {
  const takes = "a text of one line";
  return {
    placeholder,
    takes,
    json: "string",
    parse: (input, option) =>
      typeof input === "string" && input !== "" && !/[\r\n\0]/.test(input)
        ? input
        : refuse(option, input, takes),
  };
}

/** Regular expressions, unanchored, each compiled once. Repeatable. */
export function patterns(): Kind<readonly RegExp[]> {
  const takes = "a regular expression";
  return {
    placeholder: "RE",
    takes,
    json: "strings",
    parse: (input, option) =>
      asList(input, option, takes).map((source) => {
        try {
          return new RegExp(source, "u");
        } catch {
          return refuse(option, source, takes);
        }
      }),
  };
}

/** Header lines `Name: value`, or `@FILE` with one a line. Repeatable. */
export function headerLines(): Kind<readonly string[]> {
  const takes = "'Name: value' or @FILE";
  // What was given may hold a secret, so the message does not repeat it.
  return eachOf("'K: V'", takes, /^@|^[!#$%&'*+.^_`|~\w-]+:[^\r\n\0]*$/, { isSecret: true });
}

/** Names of headers, in lower case. Repeatable. */
export function headerNames(): Kind<readonly string[]> {
  const takes = "the name of a header, such as x-cache";
  const names = eachOf("NAME", takes, /^[!#$%&'*+.^_`|~\w-]+$/);
  return {
    ...names,
    parse: (input, option) => names.parse(input, option).map((name) => name.toLowerCase()),
  };
}

/** Names of query parameters, or the start of names and a `*`. Repeatable. */
export function parameterNames(): Kind<readonly string[]> {
  const takes = "a query parameter's name, or the start of names and a *, such as utm_*";
  return eachOf("NAME", takes, /^[^\s&=#*]+\*?$/);
}

/** Texts that match a pattern. Repeatable. */
function eachOf(
  placeholder: string,
  takes: string,
  pattern: RegExp,
  { isSecret = false } = {},
): Kind<readonly string[]> {
  return {
    placeholder,
    takes,
    json: "strings",
    parse: (input, option) =>
      asList(input, option, takes).map((text) =>
        pattern.test(text) ? text : refuse(option, isSecret ? "***" : text, takes),
      ),
  };
}

function asList(input: unknown, option: string, takes: string): string[] {
  const list: readonly unknown[] = Array.isArray(input) ? input : [input];
  return list.map((item) => (typeof item === "string" ? item : refuse(option, item, takes)));
}

/** `90000` -> `1m 30s`: at most two units, for people. */
export function formatDuration(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)}ms`;
  if (ms < 60_000) return `${(ms / 1_000).toFixed(1).replace(/\.0$/, "")}s`;
  const seconds = Math.round(ms / 1_000);
  const parts: readonly [number, string][] = [
    [Math.floor(seconds / 86_400), "d"],
    [Math.floor(seconds / 3_600) % 24, "h"],
    [Math.floor(seconds / 60) % 60, "m"],
    [seconds % 60, "s"],
  ];
  const first = parts.findIndex(([amount]) => amount > 0);
  return parts
    .slice(first, first + 2)
    .filter(([amount]) => amount > 0)
    .map(([amount, unit]) => `${amount}${unit}`)
    .join(" ");
}

/** `10485760` -> `10 MiB`. */
export function formatSize(bytes: number): string {
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${unit === 0 || value >= 100 ? Math.round(value) : Number(value.toFixed(1))} ${units[unit]}`;
}
