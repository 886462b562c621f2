/** What `webspool explain` tells of a URL, as a test looks at it. */
import assert from "node:assert/strict";
import { explain } from "../../src/explain/index.ts";
import { explainJson } from "../../src/reporting/explain-json.ts";
import { explainText } from "../../src/reporting/explain-text.ts";

export interface Told {
  readonly text: string;
  readonly json: Record<string, unknown>;
}

/** In lines that are not wrapped. */
export function told(dbPath: string, url: string, now = Date.now()): Told {
  const explanation = explain(dbPath, { asked: url, url, now });
  const lines = explainText(explanation, { heading: (text) => text, maxCells: Infinity, now });
  return { text: lines.join("\n"), json: explainJson(explanation) };
}

export function assertTold(
  from: Told,
  text: readonly RegExp[],
  json: Record<string, unknown>,
): void {
  for (const pattern of text) assert.match(from.text, pattern);
  const got = Object.fromEntries(Object.keys(json).map((name) => [name, from.json[name]]));
  assert.deepEqual(got, json);
}
