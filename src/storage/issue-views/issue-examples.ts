/** A few rows of each issue's view: what a report shows of where an issue is. */
import { plainNumber, type SqlValue } from "../ask.ts";
import type { Sqlite } from "../connection.ts";
import { ISSUES } from "./index.ts";

export interface IssueExamples {
  /** The view's columns but for `url_id`, with what each says. */
  readonly columns: readonly { readonly name: string; readonly meaning: string }[];
  readonly rows: readonly (readonly SqlValue[])[];
}

/**
 * The first rows that the views come upon, at most `most` of each; ids that are no issue are passed over.
 * A view that has many rows gives the first at once, one that has few reads all pages or links once.
 */
export function issueExamples(
  sqlite: Sqlite,
  ids: readonly string[],
  most: number,
): Map<string, IssueExamples> {
  const examples = new Map<string, IssueExamples>();
  for (const { id, columns } of ISSUES) {
    if (!ids.includes(id)) continue;
    const shown = [
      { name: "url", meaning: "the URL to act on" },
      ...columns.map(([name, meaning]) => ({ name, meaning })),
    ];
    const rows = sqlite
      .prepare<[number], SqlValue[]>(
        `SELECT ${shown.map(({ name }) => name).join(", ")} FROM v_issue_${id} LIMIT ?`,
      )
      .safeIntegers()
      .raw()
      .all(most);
    examples.set(id, { columns: shown, rows: rows.map((row) => row.map(plainNumber)) });
  }
  return examples;
}
