/** What a prune came to: as text, and as one JSON object. */
import { formatSize } from "../setting-kinds.ts";
import type { PrunedRows, PrunePlan } from "../storage/index.ts";
import { formatAmount, formatCount } from "./format.ts";
import { printable } from "./printable.ts";
import { padText, textWidth } from "./text-width.ts";

export interface PruneReport {
  readonly dbPath: string;
  /** Nothing was removed, only counted. */
  readonly dryRun: boolean;
  /** Null when there was no run to prune, and no rows then. */
  readonly plan: PrunePlan | null;
  readonly rows: Removed | null;
  /** Of the file with its write-ahead log, and of its bodies. */
  readonly bytesBefore: number;
  readonly bytesAfter: number;
}

/** Rows of the database by table, and bodies of the second file. */
type Removed = PrunedRows & { readonly body: number };

const LABELS: Readonly<Record<keyof Removed, string>> = {
  fetch: "Attempts",
  page: "Page versions",
  page_text: "Texts of page versions",
  similar_group: "Groups of similar pages",
  link: "Links that are gone",
  extract: "Extracted fields",
  robots: "robots.txt versions",
  connection: "Connections",
  session: "Sessions",
  body: "Bodies",
};

/** Lines without colours but for `heading`; nothing in them can control a terminal. */
export function pruneText(report: PruneReport, heading: (text: string) => string): string[] {
  const { dbPath, dryRun, plan, rows, bytesBefore, bytesAfter } = report;
  const name = printable(dbPath);
  const freed = bytesBefore - bytesAfter;
  const given = dryRun ? "" : `, ${formatSize(Math.max(0, freed))} given back`;
  const space = `${name} takes ${formatSize(bytesAfter)}${given}`;
  if (plan === null || rows === null) {
    return [heading("No run to prune: all are to be kept"), ...(freed > 0 ? [`  ${space}`] : [])];
  }
  const counted = (Object.keys(LABELS) as (keyof Removed)[]).map(
    (table) => [LABELS[table], formatCount(rows[table])] as const,
  );
  const labels = Math.max(...counted.map(([label]) => textWidth(label)));
  const numbers = Math.max(...counted.map(([, number]) => textWidth(number)));
  const runs = `${formatAmount(plan.runs, "run")} before run ${plan.firstKept}`;
  return [
    heading(dryRun ? `From ${runs} would go:` : `From ${runs} went:`),
    ...counted.map(
      ([label, number]) => `  ${padText(label, labels)}  ${padText(number, numbers, "right")}`,
    ),
    `  ${space}`,
  ];
}

export function pruneJson(report: PruneReport): Record<string, unknown> {
  const { dbPath, dryRun, plan, rows, bytesBefore, bytesAfter } = report;
  return {
    database: dbPath,
    dry_run: dryRun,
    first_kept_run: plan?.firstKept ?? null,
    runs: plan?.runs ?? 0,
    rows: rows ?? Object.fromEntries(Object.keys(LABELS).map((table) => [table, 0])),
    bytes_before: bytesBefore,
    bytes_after: bytesAfter,
  };
}
