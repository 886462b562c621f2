/** What differs between two runs, as text: how much of each kind first, then the lists. */
import type { RunState } from "../events.ts";
import { DIFF_KINDS, type DiffKind, type DiffRow } from "./diff-rows.ts";
import { formatAmount, formatCount, formatTime } from "./format.ts";
import { printable } from "./printable.ts";
import { padText, textWidth } from "./text-width.ts";

export interface DiffRun {
  readonly id: number;
  readonly state: RunState;
  readonly startedAt: number;
}

export interface DiffList {
  readonly count: number;
  /** The first of them. */
  readonly rows: readonly DiffRow[];
}

export interface DiffSummary {
  readonly from: DiffRun;
  readonly to: DiffRun;
  /** Pages asked since the earlier run. */
  readonly asked: number;
  /** Of those, the ones that are as they were. */
  readonly unchanged: number;
  /** The kinds that were asked for. */
  readonly lists: ReadonlyMap<DiffKind, DiffList>;
}

/** Lines without colours but for `heading`; nothing in them can control a terminal. */
export function diffText(diff: DiffSummary, heading: (text: string) => string): string[] {
  const { from, to, asked, unchanged, lists } = diff;
  const counts = [...lists].map(
    ([kind, { count }]) => [DIFF_KINDS[kind], formatCount(count)] as const,
  );
  const all = [...counts, ["Unchanged", formatCount(unchanged)] as const];
  const labels = Math.max(...all.map(([label]) => textWidth(label)));
  const numbers = Math.max(...all.map(([, number]) => textWidth(number)));
  return [
    heading(`${runText(to)}, against ${runText(from).toLowerCase()}`),
    ...all.map(([label, number], at) => {
      const line = `  ${padText(label, labels)}  ${padText(number, numbers, "right")}`;
      return at < counts.length ? line : `${line}  of ${formatAmount(asked, "page")} asked`;
    }),
    ...[...lists].flatMap(([kind, list]) => listText(kind, list, heading)),
  ];
}

function runText({ id, state, startedAt }: DiffRun): string {
  const ended = state === "finished" ? "" : `, ${state}`;
  return `Run ${id} (${formatTime(startedAt)}${ended})`;
}

function listText(
  kind: DiffKind,
  { count, rows }: DiffList,
  heading: (text: string) => string,
): string[] {
  if (rows.length === 0) return [];
  const more = count - rows.length;
  return [
    "",
    heading(DIFF_KINDS[kind]),
    ...rows.flatMap((row) => rowText(row).map((line) => `  ${printable(line)}`)),
    ...(more > 0 ? [`  and ${formatCount(more)} more (--limit)`] : []),
  ];
}

function rowText(row: DiffRow): string[] {
  const { url } = row;
  const before = answer(row.status_before, row.error_before);
  const now = answer(row.status, row.error);
  const from = [`  on ${row.source ?? "?"}${row.anchor ? `: ${row.anchor}` : ""}`];
  switch (row.kind) {
    case "added":
      return [`${url}  ${now}${row.title === null ? "" : `  ${row.title}`}`];
    case "gone":
      return [`${url}  ${now === before ? "no longer linked" : `${before} -> ${now}`}`];
    case "status":
      return [`${url}  ${before} -> ${now}`];
    case "title":
      return [url, `  ${row.title_before ?? "no title"} -> ${row.title ?? "no title"}`];
    case "content":
      return [`${url}  ${wordsText(row.words_before, row.words)}`];
    case "facts":
      return [`${url}  ${(row.facts ?? "").replaceAll(",", ", ")}`];
    case "broken":
      return [`${url}  ${now}`, ...from];
    case "healed":
      return [`${url}  ${row.linked === 1 ? `${before} -> ${now}` : "no longer linked"}`, ...from];
  }
}

function answer(status: number | null, error: string | null): string {
  return error ?? (status === null ? "not asked" : String(status));
}

function wordsText(before: number | null, now: number | null): string {
  if (before === null || now === null) return "";
  return before === now
    ? formatAmount(now, "word")
    : `${formatCount(before)} -> ${formatAmount(now, "word")}`;
}
