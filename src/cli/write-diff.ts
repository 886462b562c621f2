/** Writes what differs between two runs: text, JSON lines or CSV. */
import {
  DIFF_COLUMNS,
  diffCells,
  linkRow,
  pageRows,
  type DiffKind,
  type DiffRow,
} from "../reporting/diff-rows.ts";
import { diffText, type DiffRun } from "../reporting/diff-text.ts";
import { printableJson } from "../reporting/printable.ts";
import type { RunDiff } from "../storage/index.ts";
import { writeCsvRecord } from "./csv-output.ts";
import type { Output } from "./terminal.ts";

export interface ComparedRuns {
  readonly from: DiffRun;
  readonly to: DiffRun;
  readonly rundiff: RunDiff;
}

export interface DiffForm {
  readonly form: "text" | "json" | "csv";
  /** Texts in CSV as they are. */
  readonly raw: boolean;
  readonly kinds: readonly DiffKind[];
  /** Rows of each kind. */
  readonly limit: number;
}

/** Rows are written as they are read, or counted and the first kept: memory stays bounded. */
export function writeDiff(compared: ComparedRuns, as: DiffForm, output: Output): void {
  const { from, to, rundiff } = compared;
  const { form, limit } = as;
  const lists = new Map(as.kinds.map((kind) => [kind, { count: 0, rows: [] as DiffRow[] }]));
  if (form === "csv") writeCsvRecord(output, DIFF_COLUMNS, as.raw);
  let changed = 0;
  const take = (row: DiffRow): void => {
    const list = lists.get(row.kind);
    if (list === undefined) return;
    list.count += 1;
    if (list.count > limit) return;
    if (form === "json") output.line(printableJson(row));
    else if (form === "csv") writeCsvRecord(output, diffCells(row), as.raw);
    else list.rows.push(row);
  };
  for (const page of rundiff.pages()) {
    changed += 1;
    for (const row of pageRows(page)) take(row);
  }
  if (lists.has("broken") || lists.has("healed")) {
    for (const link of rundiff.brokenLinks()) take(linkRow(link));
  }
  if (form === "csv") return;
  const asked = rundiff.pagesAsked();
  const unchanged = asked - changed;
  if (form === "text") {
    const heading = (text: string): string => output.style("bold", text);
    for (const line of diffText({ from, to, asked, unchanged, lists }, heading)) output.line(line);
    return;
  }
  const counts = Object.fromEntries(Array.from(lists, ([kind, list]) => [kind, list.count]));
  const summary = { kind: "summary", from: from.id, to: to.id, asked, unchanged, ...counts };
  output.line(printableJson(summary));
}
