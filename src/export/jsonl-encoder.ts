/** Rows as JSON Lines: one object a line, in UTF-8. */
import { escapeJson } from "../reporting/printable.ts";
import type { SqlValue } from "../storage/index.ts";
import { joinChunks } from "./text-chunks.ts";

const LARGEST = BigInt(Number.MAX_SAFE_INTEGER);

/**
 * A blob in base64; integers beyond 2^53 as text, as most readers would round them; infinity as 1e999,
 * as SQLite writes it and IEEE readers take it, for JSON has no name for it.
 */
export function encodeJsonl(
  names: readonly string[],
  rows: Iterable<readonly SqlValue[]>,
): Iterable<string> {
  const keys = names.map((name) => `${escapeJson(JSON.stringify(name))}:`);
  return joinChunks(lines());

  function* lines(): Generator<string, void, void> {
    for (const row of rows) {
      yield `{${keys.map((key, at) => key + jsonText(row[at] ?? null)).join(",")}}\n`;
    }
  }
}

function jsonText(value: SqlValue): string {
  switch (typeof value) {
    case "string":
      return escapeJson(JSON.stringify(value));
    case "number":
      return Number.isFinite(value) ? String(value) : value > 0 ? "1e999" : "-1e999";
    case "bigint":
      return value >= -LARGEST && value <= LARGEST ? String(value) : `"${value}"`;
    default:
      return value === null ? "null" : `"${Buffer.from(value).toString("base64")}"`;
  }
}
