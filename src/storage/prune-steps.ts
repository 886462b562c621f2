/** The statements of a prune, table by table, each in steps of a bounded number of rows. */
import type { Sqlite } from "./connection.ts";
import { BATCH_GROUPS, bandsOf } from "./similar-groups.ts";
import { isBroken } from "./view.ts";

export type PrunedTable =
  | "fetch"
  | "page"
  | "page_text"
  | "similar_group"
  | "link"
  | "extract"
  | "robots"
  | "connection"
  | "session";

export interface PruneStep {
  readonly table: PrunedTable;
  /** Removes what goes of the rows after a place; null begins, and null at the end says it was the last. */
  chunk(after: unknown): { readonly removed: number; readonly after: unknown };
}

/** Rows that one transaction looks at: a few tens of milliseconds, a few MB of write-ahead log. */
const CHUNK = 5_000;

/** An attempt that brought something: what a later 304 confirms. */
const isWhole = (fetch: string): string => `(${fetch}.settled = 1 AND ${fetch}.not_modified = 0
    AND ${fetch}.status BETWEEN 200 AND 399 AND ${fetch}.error IS NULL)`;

const isOk = (fetch: string): string => `(${fetch}.settled = 1 AND NOT ${isBroken(fetch)})`;

const noLater = (condition: string): string => `NOT EXISTS (SELECT 1 FROM fetch x
    WHERE x.url_id = f.url_id AND x.run_id > f.run_id AND ${condition})`;

const IS_SUCH = `(${isWhole("x")} AND x.kind = f.kind)`;

/** Whether the version `p` stays: it is the one that the first kept run left, or a later one. */
const VERSION_STAYS = `NOT EXISTS (SELECT 1 FROM page q WHERE q.url_id = p.url_id
      AND q.first_run_id > p.first_run_id AND q.first_run_id <= @keep)`;

/** The attempts `f` of older runs that stay when runs before `@keep` are pruned. */
export const STAYS = `f.settled = 1 AND (
  -- The URL's state in the first run that is kept, and what the frontier's row is about.
  ${noLater("x.settled = 1 AND x.kind = f.kind AND x.run_id <= @keep")}
  -- What brought a version that stays.
  OR EXISTS (SELECT 1 FROM page p WHERE p.url_id = f.url_id AND p.fetch_id = f.id
    AND ${VERSION_STAYS})
  -- What the next crawl asks by, and what the last 304 confirmed.
  OR (${isWhole("f")} AND (${noLater(IS_SUCH)}
    OR (f.truncated = 0 AND ${noLater(`${IS_SUCH} AND x.truncated = 0`)})))
  -- That it was gone since then, so that it is not asked by that.
  OR (f.status IN (404, 410) AND ${noLater(`(${IS_SUCH} OR x.kind = f.kind AND x.status IN (404, 410))`)})
  -- Of what is broken: when it was last in order, and when it first was not.
  OR (${noLater(isOk("x"))} AND (${isOk("f")} OR (SELECT ${isBroken("x")} FROM fetch x
    WHERE x.url_id = f.url_id AND x.settled = 1 AND x.run_id < f.run_id
    ORDER BY x.run_id DESC LIMIT 1) IS NOT 1)))`;

/** The last run up to the first kept one that asked the target: its links are those of that run's end. */
const ASKED = `(SELECT max(x.run_id) FROM fetch x WHERE x.url_id = l.to_url_id AND x.kind = 'page'
    AND x.settled = 1 AND x.run_id <= @keep)`;

/** The links `l` that went before the first kept run and stay. */
const LINK_STAYS = `(${ASKED} >= l.first_run_id AND ${ASKED} < l.gone_run_id)
  -- Since when a broken link is there is told by the rows that came before it.
  OR (EXISTS (SELECT 1 FROM link b WHERE b.to_url_id = l.to_url_id
      AND b.from_url_id = l.from_url_id AND b.gone_run_id IS NULL)
    AND EXISTS (SELECT 1 FROM frontier w WHERE w.url_id = l.to_url_id AND (w.state = 'failed'
      OR (SELECT ${isBroken("x")} FROM fetch x WHERE x.url_id = w.url_id AND x.settled = 1
        ORDER BY x.run_id DESC, x.id DESC LIMIT 1))))`;

/** The steps in an order in which no row ever refers to one that is gone. */
export function pruneSteps(sqlite: Sqlite, keep: number): PruneStep[] {
  return [
    versions(sqlite, keep, "page", "first_run_id"),
    // What the search index holds is the newest text of each page, which stays.
    versions(sqlite, keep, "page_text", "first_run_id"),
    similarGroups(sqlite, keep),
    versions(sqlite, keep, "extract", "run_id"),
    links(sqlite, keep),
    attempts(sqlite, keep),
    ofRun(sqlite, keep, "connection"),
    ofRun(sqlite, keep, "session"),
    robots(sqlite, keep),
  ];
}

/** Rows of a URL and a run, of which a newer run's take the place. */
function versions(
  sqlite: Sqlite,
  keep: number,
  table: "page" | "page_text" | "extract",
  run: "first_run_id" | "run_id",
): PruneStep {
  const end = sqlite
    .prepare<[number], number>(
      `SELECT url_id FROM ${table} WHERE url_id > ? ORDER BY url_id LIMIT 1 OFFSET ${CHUNK - 1}`,
    )
    .pluck();
  const remove = sqlite.prepare(`DELETE FROM ${table} AS p
    WHERE p.url_id > @after AND p.url_id <= @last AND p.${run} < @keep
      AND EXISTS (SELECT 1 FROM ${table} q WHERE q.url_id = p.url_id
        AND q.${run} > p.${run} AND q.${run} <= @keep)`);
  return {
    table,
    chunk(place) {
      const after = Number(place ?? 0);
      const last = end.get(after) ?? null;
      const { changes } = remove.run({ keep, after, last: last ?? Number.MAX_SAFE_INTEGER });
      return { removed: changes, after: last };
    },
  };
}

/** Groups that no version is in any more, of the batches whose bands are in the table. */
function similarGroups(sqlite: Sqlite, keep: number): PruneStep {
  const newest = sqlite.prepare<[], number | null>("SELECT max(id) FROM similar_group").pluck();
  const next = sqlite.prepare<unknown[], { id: number; simhash: string; empty: 0 | 1 }>(
    `SELECT g.id, g.simhash, NOT EXISTS (SELECT 1 FROM page p
        WHERE p.similar_group_id = g.id AND ${VERSION_STAYS}) AS empty
    FROM similar_group g WHERE g.id > @after AND g.id < @before ORDER BY g.id LIMIT ${CHUNK}`,
  );
  const removeBand = sqlite.prepare<[number, number]>(
    "DELETE FROM similar_band WHERE band = ? AND group_id = ?",
  );
  const remove = sqlite.prepare<[number]>("DELETE FROM similar_group WHERE id = ?");
  return {
    table: "similar_group",
    chunk(place) {
      const last = newest.get() ?? 0;
      const before = last - (last % BATCH_GROUPS);
      const rows = next.all({ keep, after: Number(place ?? 0), before });
      const going = rows.filter(({ empty }) => empty === 1);
      for (const { id, simhash } of going) {
        for (const band of bandsOf(simhash)) removeBand.run(band, id);
        remove.run(id);
      }
      return { removed: going.length, after: rows.length < CHUNK ? null : rows.at(-1)?.id };
    },
  };
}

type LinkPlace = [goneRunId: number, toUrlId: number, fromUrlId: number, ordinal: number];

function links(sqlite: Sqlite, keep: number): PruneStep {
  const next = sqlite.prepare<
    unknown[],
    { gone: number; target: number; source: number; ordinal: number; stays: 0 | 1 | null }
  >(`SELECT l.gone_run_id AS gone, l.to_url_id AS target, l.from_url_id AS source, l.ordinal,
      ${LINK_STAYS} AS stays
    FROM link l INDEXED BY link_gone
    WHERE l.gone_run_id IS NOT NULL AND l.gone_run_id <= @keep
      AND (l.gone_run_id, l.to_url_id, l.from_url_id, l.ordinal) > (@gone, @target, @source, @ordinal)
    ORDER BY l.gone_run_id, l.to_url_id, l.from_url_id, l.ordinal LIMIT ${CHUNK}`);
  const remove = sqlite.prepare<[number, number]>(
    "DELETE FROM link WHERE from_url_id = ? AND ordinal = ?",
  );
  return {
    table: "link",
    chunk(place) {
      const [gone, target, source, ordinal] = (place ?? [0, 0, 0, 0]) as LinkPlace;
      const rows = next.all({ keep, gone, target, source, ordinal });
      const going = rows.filter(({ stays }) => stays !== 1);
      for (const row of going) remove.run(row.source, row.ordinal);
      const last = rows.length < CHUNK ? undefined : rows.at(-1);
      const after = last && [last.gone, last.target, last.source, last.ordinal];
      return { removed: going.length, after: after ?? null };
    },
  };
}

/**
 * Attempts go in the order they were made, which is that of the file. Those that stay lose their sockets,
 * which go with their run; the counts of these sockets go down in the same transaction.
 */
function attempts(sqlite: Sqlite, keep: number): PruneStep {
  const first = sqlite
    .prepare<[number], number>("SELECT run_id FROM fetch WHERE id > ? ORDER BY id LIMIT 1")
    .pluck();
  const end = sqlite
    .prepare<[number], number>(
      `SELECT id FROM fetch WHERE id > ? ORDER BY id LIMIT 1 OFFSET ${CHUNK - 1}`,
    )
    .pluck();
  const range = "f.id > @after AND f.id <= @last AND f.run_id < @keep";
  const uncount = sqlite.prepare(`UPDATE connection AS c SET requests = c.requests - n.requests,
      requests_reused = c.requests_reused - n.reused
    FROM (SELECT f.connection_id AS id, count(*) AS requests, coalesce(sum(f.reused), 0) AS reused
      FROM fetch f WHERE ${range} AND f.connection_id IS NOT NULL GROUP BY f.connection_id) n
    WHERE n.id = c.id`);
  const remove = sqlite.prepare(`DELETE FROM fetch AS f WHERE ${range} AND NOT (${STAYS})`);
  const unname =
    sqlite.prepare(`DELETE FROM fetch_body WHERE fetch_id > @after AND fetch_id <= @last
    AND NOT EXISTS (SELECT 1 FROM fetch f WHERE f.id = fetch_id)`);
  const detach = sqlite.prepare(`UPDATE fetch AS f SET connection_id = NULL, session_id = NULL
    WHERE ${range} AND (f.connection_id IS NOT NULL OR f.session_id IS NOT NULL)`);
  return {
    table: "fetch",
    chunk(place) {
      const after = Number(place ?? 0);
      // A run writes only while it is the newest: behind the first row of a kept run are no others.
      if ((first.get(after) ?? keep) >= keep) return { removed: 0, after: null };
      const last = end.get(after) ?? null;
      const bounds = { keep, after, last: last ?? Number.MAX_SAFE_INTEGER };
      uncount.run({ ...bounds });
      const { changes } = remove.run({ ...bounds });
      unname.run({ after, last: bounds.last });
      detach.run({ ...bounds });
      return { removed: changes, after: last };
    },
  };
}

/** The newest first, as a socket refers to the one that it replaced. */
function ofRun(sqlite: Sqlite, keep: number, table: "connection" | "session"): PruneStep {
  const next = sqlite.prepare<[number, number], { runId: number; id: number }>(
    `SELECT run_id AS runId, id FROM ${table} WHERE (run_id, id) < (?, ?)
      ORDER BY run_id DESC, id DESC LIMIT ${CHUNK}`,
  );
  const remove = sqlite.prepare<[number]>(`DELETE FROM ${table} WHERE id = ?`);
  return {
    table,
    chunk(place) {
      const [runId, id] = (place ?? [keep, 0]) as [number, number];
      const rows = next.all(runId, id);
      for (const row of rows) remove.run(row.id);
      const last = rows.length < CHUNK ? undefined : rows.at(-1);
      return { removed: rows.length, after: last === undefined ? null : [last.runId, last.id] };
    },
  };
}

/** Versions that are neither in force nor were when the first kept run began. */
function robots(sqlite: Sqlite, keep: number): PruneStep {
  const end = sqlite
    .prepare<[number], number>(
      `SELECT id FROM robots WHERE id > ? ORDER BY id LIMIT 1 OFFSET ${CHUNK - 1}`,
    )
    .pluck();
  const remove = sqlite.prepare(`DELETE FROM robots AS r WHERE r.id > @after AND r.id <= @last
    AND r.checked_at < (SELECT started_at FROM run WHERE id = @keep)
    AND NOT EXISTS (SELECT 1 FROM host h WHERE h.id = r.host_id AND h.robots_id = r.id)`);
  return {
    table: "robots",
    chunk(place) {
      const after = Number(place ?? 0);
      const last = end.get(after) ?? null;
      const { changes } = remove.run({ keep, after, last: last ?? Number.MAX_SAFE_INTEGER });
      return { removed: changes, after: last };
    },
  };
}
