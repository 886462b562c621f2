/** `--param name=value`: values for the `:name` of a query. */
import { UsageError } from "../errors.ts";
import { quoted } from "../reporting/printable.ts";
import type { Setting } from "../settings.ts";
import type { NamedQuery, NamedValues, QueryParameter } from "../storage/index.ts";
import { canonicalUrl } from "../url/index.ts";
import { nearest } from "./nearest.ts";
import { checkedSeed } from "./seeds.ts";

/** Names with what was written for them; of one that is given twice the last counts. */
export type WrittenValues = ReadonlyMap<string, string>;

const TAKES = "NAME=VALUE, such as limit=20";

export const PARAM_OPTION: Setting<WrittenValues> = {
  group: "Output",
  kind: {
    placeholder: "NAME=VALUE",
    takes: TAKES,
    json: "strings",
    parse(input, option) {
      const list: readonly unknown[] = Array.isArray(input) ? input : [input];
      return new Map(list.map((item) => written(String(item), option)));
    },
  },
  default: [],
  description: "The value of a :NAME in the SQL (repeatable).",
};

function written(item: string, option: string): [string, string] {
  const match = /^[:@$]?([\p{L}\p{N}_$]+)=([^\0]*)$/su.exec(item);
  if (match === null) {
    throw new UsageError("bad_value", `${option} got ${quoted(item)}, but takes ${TAKES}.`);
  }
  return [match[1] ?? "", match[2] ?? ""];
}

/** What was written, a number where it is written as one; SQLite compares that with text as well. */
export function plainValues(values: WrittenValues): NamedValues {
  return Object.fromEntries(
    [...values].map(([name, value]) => [name, numberOf(value) ?? value] as const),
  );
}

/**
 * The values that a named query runs with: what was written, and its defaults.
 * @throws UsageError for a parameter that it does not have, one that it needs, and a wrong value
 */
export function queryValues(query: NamedQuery, values: WrittenValues): NamedValues {
  const known = query.parameters.map(({ name }) => name);
  const unknown = [...values.keys()].find((name) => !known.includes(name));
  if (unknown !== undefined) {
    const meant = nearest(unknown, known);
    const hint =
      meant !== null
        ? `did you mean ${meant}?`
        : known.length === 0
          ? "it has none."
          : `it has ${known.join(", ")}.`;
    throw new UsageError(
      "unknown_parameter",
      `@${query.name} has no parameter ${quoted(unknown)}: ${hint}`,
    );
  }
  return Object.fromEntries(
    query.parameters.map((parameter) => {
      const { name } = parameter;
      const value = values.get(name);
      if (value !== undefined) return [name, valueOf(parameter, value)];
      if (parameter.default !== undefined) return [name, parameter.default];
      throw new UsageError(
        "missing_parameter",
        `@${query.name} needs ${parameter.meaning}: give --param ${name}=VALUE.`,
      );
    }),
  );
}

function valueOf({ name, kind }: QueryParameter, value: string): string | number | bigint {
  if (kind === "text") return value;
  if (kind === "number") {
    const number = numberOf(value);
    if (number !== null) return number;
    throw new UsageError(
      "bad_value",
      `--param ${name} got ${quoted(value)}, but takes a number, such as 20.`,
    );
  }
  const seed = checkedSeed(value, `--param ${name}: the URL`);
  return canonicalUrl(seed) ?? seed;
}

// Only what as a text would be the same: 007 and 1e3 stay texts. Whole numbers as bigint, for SQLite gets
// every other number as one with a fraction, which is not the text 20 any more.
function numberOf(value: string): number | bigint | null {
  if (/^(?:0|-?[1-9]\d{0,17})$/.test(value)) return BigInt(value);
  return /^-?(?:0|[1-9]\d{0,14})\.\d{1,15}$/.test(value) ? Number(value) : null;
}
