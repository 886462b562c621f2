/** From the text that was found in a page to a value of the type that was asked for. */
import type { ExtractedField, FieldType } from "../messages.ts";
import { foldWhiteSpace } from "./white-space.ts";
import { readDate } from "./read-date.ts";
import { readNumber, type DecimalSign } from "./read-number.ts";

/** Longer values are cut off. */
export const MAX_VALUE_CHARS = 10_000;
/** Longer JSON would be none any more when cut off; it is kept as a text that says so. */
const MAX_JSON_CHARS = 100_000;

export type TypedValue = Pick<ExtractedField, "value" | "type" | "number" | "error">;

export interface ValueRule {
  readonly type: FieldType;
  readonly decimal: DecimalSign | null;
  /** Whose value it is; of a boolean attribute it may be its own name, or nothing. */
  readonly attribute: string | null;
}

const YES: ReadonlySet<string> = new Set(["true", "yes", "on", "1"]);
const NO: ReadonlySet<string> = new Set(["false", "no", "off", "0"]);

/**
 * The value of a text. What is not of the rule's type stays the text that it is, with the `error`.
 *
 * @param resolve a reference in the page as a canonical URL, null when it is none
 */
export function typedValue(
  text: string,
  { type, decimal, attribute }: ValueRule,
  resolve: (reference: string) => string | null,
): TypedValue {
  if (type === "json") return jsonValue(text);
  const value = foldWhiteSpace(text, MAX_VALUE_CHARS);
  const wrong = (error: string): TypedValue => ({ value, type, number: null, error });
  switch (type) {
    case "string":
      return { value, type, number: null, error: null };
    case "number":
    case "integer": {
      const number = readNumber(value, decimal);
      if (number === null) return wrong("is no number");
      if (type === "number") return { value: String(number), type, number, error: null };
      return Number.isSafeInteger(number)
        ? { value: String(number), type, number, error: null }
        : wrong("is no whole number");
    }
    case "boolean": {
      const word = value.toLowerCase();
      const isThere = attribute !== null && (word === "" || word === attribute.toLowerCase());
      if (isThere || YES.has(word)) return { value: "true", type, number: 1, error: null };
      if (NO.has(word)) return { value: "false", type, number: 0, error: null };
      return wrong("is neither true nor false");
    }
    case "date": {
      const date = readDate(value);
      return date === null
        ? wrong("is no date")
        : { value: date.text, type, number: date.ms, error: null };
    }
    case "url": {
      const url = resolve(text);
      return url === null
        ? wrong("is no http or https URL")
        : { value: url, type, number: null, error: null };
    }
  }
}

/** JSON without white space, or as it stands, with what is wrong with it. */
export function jsonValue(text: string): TypedValue {
  try {
    return jsonOf(JSON.parse(text));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return {
      value: foldWhiteSpace(text, MAX_VALUE_CHARS),
      type: "json",
      number: null,
      error: `is no JSON: ${foldWhiteSpace(why, 200)}`,
    };
  }
}

/** @throws RangeError for what is nested too deep to be written */
export function jsonOf(content: unknown): TypedValue {
  const value = JSON.stringify(content);
  return value.length <= MAX_JSON_CHARS
    ? { value, type: "json", number: null, error: null }
    : {
        value: value.slice(0, MAX_VALUE_CHARS),
        type: "json",
        number: null,
        error: `is cut off, as it has more than ${MAX_JSON_CHARS} characters`,
      };
}
