/**
 * The file of `--metrics-file`, for the textfile collector of Prometheus' node exporter: whole at any
 * moment, and left behind as it was when the run ended.
 */
import { chmodSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import type { Crawl } from "../crawl.ts";
import type { RunResult } from "../events.ts";
import { prometheusText } from "../reporting/prometheus-text.ts";
import { runMetrics, type RunMetrics } from "../reporting/run-metrics.ts";
import { CrawlDatabase } from "../storage/index.ts";

const INTERVAL_MS = 15_000;

/** Who scrapes is another user than who crawls, whatever the umask says. */
const MODE = 0o644;

export interface MetricsFile {
  /** Writes no more. The file stays. */
  close(): void;
}

/** What is known from the database; the rest comes from the crawl itself. */
type Stored = Pick<RunMetrics, "startedAt" | "endedAt" | "lastSuccessAt" | "errorKinds">;

/**
 * Writes the figures of a crawl at its start, every 15 s and at its end. What cannot be written is told
 * once, tried again each time, and stops no crawl.
 */
export function writeMetrics(
  crawl: Pick<Crawl, "events" | "progress">,
  of: { readonly file: string; readonly dbPath: string; readonly version: string },
  failed: (error: Error) => void,
): MetricsFile {
  const { file, dbPath, version } = of;
  const db = resolve(dbPath);
  let stored: Stored | null = null;
  let toldFailure = false;
  let timer: NodeJS.Timeout | null = null;
  const close = (): void => {
    if (timer !== null) clearInterval(timer);
  };

  const write = (runId: number, result: RunResult | null): void => {
    try {
      // A database that fails is the run's own trouble, which tells it: what was known last still holds.
      stored = readStored(dbPath, runId) ?? stored;
      if (stored === null) return;
      const state = result?.state ?? "running";
      // Storage that failed could not write down when.
      const endedAt = result === null ? null : (stored.endedAt ?? Date.now());
      const progress = crawl.progress();
      const metrics = runMetrics({ ...stored, db, version, state, endedAt, progress });
      replaceFile(file, prometheusText(metrics));
    } catch (error) {
      if (!toldFailure) failed(error instanceof Error ? error : new Error(String(error)));
      toldFailure = true;
    }
  };

  crawl.events.once("start", ({ runId }) => {
    write(runId, null);
    timer = setInterval(() => write(runId, null), INTERVAL_MS).unref();
  });
  crawl.events.once("end", (result) => {
    close();
    write(result.runId, result);
  });
  return { close };
}

/** Null when the database cannot be read at the moment. */
function readStored(dbPath: string, runId: number): Stored | null {
  try {
    const db = CrawlDatabase.openReadOnly(dbPath);
    try {
      const run = db.run(runId);
      if (run === null) return null;
      const { startedAt, finishedAt: endedAt } = run;
      const lastSuccessAt = db.reports.lastSuccessAt();
      return { startedAt, endedAt, lastSuccessAt, errorKinds: db.reports.errorKinds(runId) };
    } finally {
      db.close();
    }
  } catch {
    return null;
  }
}

/**
 * Beside the file first, so that a reader finds the old one or the new one, never half of one. The other
 * name does not end in .prom: the collector passes it over.
 */
function replaceFile(file: string, text: string): void {
  const partial = join(dirname(file), `.${basename(file)}.${process.pid}.tmp`);
  try {
    writeFileSync(partial, text, { mode: MODE });
    chmodSync(partial, MODE);
    renameSync(partial, file);
  } catch (error) {
    rmSync(partial, { force: true });
    throw error;
  }
}
