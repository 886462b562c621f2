/** Which body is held of a URL, and why none is. */
import { BodyStore } from "./body-store.ts";
import { isLeftOut } from "./check-bodies.ts";
import type { Sqlite } from "./connection.ts";

export interface FoundBody {
  readonly bytes: Uint8Array;
  readonly truncated: boolean;
  /** The run of the attempt that brought or confirmed it. */
  readonly runId: number;
  /** A later run that asked for the URL too and kept no body; null when there is none. */
  readonly laterRunId: number | null;
  /** Of the answer that brought it. */
  readonly status: number | null;
  readonly alpn: string | null;
  readonly headers: readonly (readonly [name: string, value: string])[];
}

/** Why there is no body; a URL that is not known, or was never asked, has no run. */
export type NoBody =
  | { readonly why: "unknown_url" | "never_asked" | "file_missing" | "left_out" }
  | { readonly why: "no_run" | "not_asked" | "pruned"; readonly runId: number }
  | { readonly why: "not_kept"; readonly runId: number; readonly error: string | null };

interface BodyRow {
  readonly fetchId: number;
  readonly runId: number;
  readonly hash: string;
  readonly truncated: 0 | 1;
}

/**
 * The newest body, or that of one run.
 * @throws StorageError when it is damaged
 */
export function findBody(
  sqlite: Sqlite,
  dbPath: string,
  { url, runId }: { readonly url: string; readonly runId: number | null },
): FoundBody | NoBody {
  const urlId = sqlite
    .prepare<[string], number>("SELECT id FROM url WHERE url = ?")
    .pluck()
    .get(url);
  if (runId !== null) {
    const run = sqlite.prepare<[number], { id: number }>("SELECT id FROM run WHERE id = ?");
    if (run.get(runId) === undefined) return { why: "no_run", runId };
  }
  if (urlId === undefined) return { why: "unknown_url" };
  const ofRun = "(@runId IS NULL OR f.run_id = @runId)";
  const row = sqlite
    .prepare<unknown[], BodyRow>(
      `SELECT f.id AS fetchId, f.run_id AS runId, b.hash, b.truncated
      FROM fetch f JOIN fetch_body b ON b.fetch_id = f.id
      WHERE f.url_id = @urlId AND f.kind = 'page' AND ${ofRun}
      ORDER BY f.run_id DESC, f.id DESC LIMIT 1`,
    )
    .get({ urlId, runId });
  const last = sqlite
    .prepare<unknown[], { runId: number; error: string | null }>(
      `SELECT f.run_id AS runId, f.error FROM fetch f
      WHERE f.url_id = @urlId AND f.kind = 'page' AND f.settled = 1 AND ${ofRun}
      ORDER BY f.run_id DESC, f.id DESC LIMIT 1`,
    )
    .get({ urlId, runId });
  if (row === undefined) return last === undefined ? whyNever(sqlite, runId) : notKept(last);
  return read(sqlite, dbPath, { urlId, ...row }, last?.runId ?? null);
}

function whyNever(sqlite: Sqlite, runId: number | null): NoBody {
  if (runId === null) return { why: "never_asked" };
  const pruned = sqlite
    .prepare<[number], number | null>("SELECT pruned_at FROM run WHERE id = ?")
    .pluck()
    .get(runId);
  return { why: pruned === null ? "not_asked" : "pruned", runId };
}

function notKept({ runId, error }: { runId: number; error: string | null }): NoBody {
  return { why: "not_kept", runId, error };
}

function read(
  sqlite: Sqlite,
  dbPath: string,
  row: BodyRow & { readonly urlId: number },
  lastRunId: number | null,
): FoundBody | NoBody {
  const bodies = BodyStore.openReadOnly(dbPath);
  try {
    const bytes = bodies?.read(row.hash) ?? null;
    if (bytes === null) {
      return { why: bodies === null && isLeftOut(sqlite) ? "left_out" : "file_missing" };
    }
    // A 304 has headers of its own; those of the body came with the answer that it confirms.
    const answer = sqlite
      .prepare<unknown[], { status: number | null; alpn: string | null; headers: string | null }>(
        `SELECT f.status, c.alpn, f.headers FROM fetch f JOIN fetch_body b ON b.fetch_id = f.id
          LEFT JOIN connection c ON c.id = f.connection_id
        WHERE f.url_id = @urlId AND b.hash = @hash AND f.id <= @fetchId
        ORDER BY f.not_modified, f.id DESC LIMIT 1`,
      )
      .get({ urlId: row.urlId, hash: row.hash, fetchId: row.fetchId });
    const headers = JSON.parse(answer?.headers ?? "[]") as [string, string][];
    return {
      bytes,
      truncated: row.truncated === 1,
      runId: row.runId,
      laterRunId: lastRunId !== null && lastRunId > row.runId ? lastRunId : null,
      status: answer?.status ?? null,
      alpn: answer?.alpn ?? null,
      headers,
    };
  } finally {
    bodies?.close();
  }
}
