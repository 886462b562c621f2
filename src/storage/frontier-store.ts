/** Rows of `frontier`: what waits, and what was decided. */
import type { FrontierRow, NewFrontierRow, PendingUrl } from "../frontier-store.ts";
import type { Sqlite, Statement } from "./connection.ts";

type RawRow = Omit<FrontierRow, "isSeed"> & { isSeed: number };

/** Rows looked at in one step when many are gone through: memory stays bounded. */
const CHUNK = 5_000;
/** As far as redirects of seeds are followed as seeds. */
const SEED_REDIRECTS = 10;

const ROW = `w.url_id AS urlId, u.url, w.host_id AS hostId, w.run_id AS runId, w.state, w.reason, w.kind,
  coalesce(u.depth, w.depth) AS depth, w.is_seed AS isSeed`;

export class FrontierRows {
  readonly #add: Statement;
  readonly #row: Statement<[number], RawRow>;
  readonly #nextHost: Statement<[number, number], { hostId: number; origin: string }>;
  readonly #count: Statement<[number], { pending: number }>;
  readonly #next: Statement<
    [number, number, number, number],
    Omit<PendingUrl, "isSeed"> & { isSeed: number }
  >;
  readonly #nextDue: Statement<[number, number, number], { dueAt: number | null }>;
  readonly #state: Statement<[string, number]>;
  readonly #settle: Statement;
  readonly #settlePending: Statement;
  readonly #retry: Statement<[number, number, number, number]>;
  readonly #lastModified: Statement<[number, number]>;
  readonly #releaseAll: Statement<[]>;
  readonly #excluded: Statement<[number, number, string, number, number], RawRow>;
  readonly #reopen: Statement<{ runId: number; urlId: number }[]>;
  readonly #known: Statement<[number, number, number], RawRow>;
  readonly #requeue: Statement;
  readonly #seeds: Statement<Record<string, unknown>[], { url: string }>;
  readonly #sitemapsAbove: Statement<Record<string, unknown>[], { sitemaps: number }>;

  constructor(sqlite: Sqlite) {
    this.#add =
      sqlite.prepare(`INSERT INTO frontier (url_id, host_id, run_id, state, reason, detail, kind,
        priority, depth, via_url_id, due_at, is_seed, settled_at)
      VALUES (@urlId, @hostId, @runId, @state, @reason, @detail, @kind, @priority, @depth, @viaUrlId,
        @dueAt, @isSeed, @settledAt)
      ON CONFLICT (url_id) DO UPDATE SET run_id = excluded.run_id, state = excluded.state,
        reason = excluded.reason, detail = excluded.detail, kind = excluded.kind,
        priority = excluded.priority, depth = excluded.depth, via_url_id = excluded.via_url_id,
        due_at = excluded.due_at, is_seed = excluded.is_seed, tries = 0,
        put_off = 0,
        settled_at = excluded.settled_at`);
    this.#row = sqlite.prepare(
      `SELECT ${ROW} FROM frontier w JOIN url u ON u.id = w.url_id WHERE w.url_id = ?`,
    );
    // One step of a loose scan over the partial index: the next host that has anything waiting.
    this.#nextHost = sqlite.prepare(`SELECT w.host_id AS hostId, h.origin FROM frontier w
      JOIN host h ON h.id = w.host_id
      WHERE w.run_id = ? AND w.state = 'pending' AND w.host_id > ? ORDER BY w.host_id LIMIT 1`);
    this.#count = sqlite.prepare(
      "SELECT count(*) AS pending FROM frontier WHERE run_id = ? AND state = 'pending'",
    );
    this.#next =
      sqlite.prepare(`SELECT w.url_id AS urlId, u.url, w.kind, w.priority, w.depth, w.tries,
        w.put_off AS putOff, w.is_seed AS isSeed
      FROM frontier w INDEXED BY frontier_pending JOIN url u ON u.id = w.url_id
      WHERE w.run_id = ? AND w.host_id = ? AND w.state = 'pending' AND w.due_at <= ?
      ORDER BY w.priority DESC, w.depth, w.url_id LIMIT ?`);
    this.#nextDue =
      sqlite.prepare(`SELECT min(due_at) AS dueAt FROM frontier INDEXED BY frontier_pending
      WHERE run_id = ? AND host_id = ? AND state = 'pending' AND due_at > ?`);
    this.#state = sqlite.prepare("UPDATE frontier SET state = ? WHERE url_id = ?");
    this.#settle =
      sqlite.prepare(`UPDATE frontier SET run_id = @runId, state = @state, reason = @reason,
      detail = @detail, due_at = NULL, settled_at = @now WHERE url_id = @urlId`);
    // Since when a URL fails without an attempt of its own no row of `fetch` could tell later.
    this.#settlePending = sqlite.prepare(`UPDATE frontier SET state = @state, reason = @reason,
      detail = @detail, settled_at = @now,
      due_at = iif(@state = 'failed' AND kind IN ('page', 'asset'), @dueAt, NULL), given_up_run_id = CASE
        WHEN @state <> 'failed' THEN given_up_run_id
        WHEN given_up_run_id IS NULL OR EXISTS (SELECT 1 FROM fetch f WHERE f.url_id = frontier.url_id
          AND f.settled = 1 AND f.run_id >= given_up_run_id) THEN run_id
        ELSE given_up_run_id END
      WHERE run_id = @runId AND host_id = @hostId AND state = 'pending'`);
    this.#retry = sqlite.prepare(
      "UPDATE frontier SET state = 'pending', due_at = ?, tries = ?, put_off = ? WHERE url_id = ?",
    );
    this.#lastModified = sqlite.prepare("UPDATE frontier SET sitemap_lastmod = ? WHERE url_id = ?");
    this.#releaseAll = sqlite.prepare(
      "UPDATE frontier SET state = 'pending' WHERE state = 'fetching'",
    );
    this.#excluded = sqlite.prepare(`SELECT ${ROW} FROM frontier w JOIN url u ON u.id = w.url_id
      WHERE w.run_id BETWEEN ? AND ? AND w.state = 'excluded' AND w.reason = ? AND w.url_id > ?
      ORDER BY w.url_id LIMIT ?`);
    this.#reopen =
      sqlite.prepare(`UPDATE frontier SET state = 'pending', reason = NULL, detail = NULL,
      settled_at = NULL, due_at = (SELECT heartbeat_at FROM run WHERE id = @runId),
      tries = iif(run_id = @runId, tries, 0), put_off = iif(run_id = @runId, put_off, 0),
      is_seed = iif(run_id = @runId, is_seed, 0), run_id = @runId WHERE url_id = @urlId`);
    // What was left out for the way its link stood says nothing of the URL itself: it is decided where
    // such a link is found, not here.
    this.#known = sqlite.prepare(`SELECT ${ROW} FROM frontier w JOIN url u ON u.id = w.url_id
      WHERE w.url_id > ? AND w.run_id <> ? AND w.kind IN ('page', 'asset')
        AND NOT (w.state = 'excluded' AND w.reason IN ('link_kind', 'nofollow'))
      ORDER BY w.url_id LIMIT ?`);
    // A page's own priority came from a sitemap; that of a seed or an asset from what it was then.
    this.#requeue =
      sqlite.prepare(`UPDATE frontier SET state = 'pending', run_id = @runId, reason = NULL,
      detail = NULL, tries = 0, put_off = 0, is_seed = 0, settled_at = NULL,
      due_at = (SELECT heartbeat_at FROM run WHERE id = @runId),
      priority = CASE WHEN kind = 'asset' OR priority BETWEEN 0 AND 1 THEN priority ELSE 0.5 END
      WHERE url_id = @urlId`);
    this.#seeds = sqlite.prepare(`WITH RECURSIVE
      seed (url_id, hops) AS (
        SELECT u.id, 0 FROM run r, json_each(r.seeds) s JOIN url u ON u.url = s.value WHERE r.id = @runId
        UNION
        SELECT l.to_url_id, hops + 1 FROM seed JOIN link l ON l.from_url_id = seed.url_id
        WHERE l.kind = 'redirect' AND l.gone_run_id IS NULL AND hops < @most)
      SELECT url FROM url WHERE id IN (SELECT url_id FROM seed
        UNION SELECT url_id FROM frontier WHERE run_id = @runId AND is_seed = 1) ORDER BY id`);
    this.#sitemapsAbove = sqlite.prepare(`WITH RECURSIVE above (url_id, steps) AS (
        SELECT via_url_id, 1 FROM frontier WHERE url_id = @urlId
        UNION ALL
        SELECT w.via_url_id, steps + 1 FROM above JOIN frontier w ON w.url_id = above.url_id
        WHERE w.run_id = @runId AND w.kind = 'sitemap' AND steps <= @most)
      SELECT max(steps) - 1 AS sitemaps FROM above`);
  }

  /** How many sitemaps led to a sitemap in this run, one to the next; `most` at most. */
  sitemapsAbove(urlId: number, runId: number, most: number): number {
    return this.#sitemapsAbove.get({ urlId, runId, most })?.sitemaps ?? 0;
  }

  add(row: NewFrontierRow): void {
    const waits = row.state === "pending";
    const dueAt = Math.ceil(row.dueAt);
    this.#add.run({
      ...row,
      isSeed: row.isSeed ? 1 : 0,
      dueAt: waits ? dueAt : null,
      settledAt: waits ? null : dueAt,
    });
  }

  row(urlId: number): FrontierRow | null {
    const raw = this.#row.get(urlId);
    return raw === undefined ? null : frontierRow(raw);
  }

  pendingHosts(runId: number, after: number, limit: number): { hostId: number; origin: string }[] {
    const hosts: { hostId: number; origin: string }[] = [];
    let last = after;
    while (hosts.length < limit) {
      const host = this.#nextHost.get(runId, last);
      if (host === undefined) break;
      hosts.push(host);
      last = host.hostId;
    }
    return hosts;
  }

  pendingCount(runId: number): number {
    return this.#count.get(runId)?.pending ?? 0;
  }

  nextPending(runId: number, hostId: number, now: number, limit: number): PendingUrl[] {
    return this.#next
      .all(runId, hostId, now, limit)
      .map((row) => ({ ...row, isSeed: row.isSeed === 1 }));
  }

  nextDueAt(runId: number, hostId: number, after: number): number | null {
    return this.#nextDue.get(runId, hostId, after)?.dueAt ?? null;
  }

  claim(urlId: number): void {
    this.#state.run("fetching", urlId);
  }

  release(urlIds: readonly number[]): void {
    for (const urlId of urlIds) this.#state.run("pending", urlId);
  }

  /** What a dead process had in flight waits again. */
  releaseAll(): number {
    return this.#releaseAll.run().changes;
  }

  settle(
    urlId: number,
    to: { runId: number; state: string; reason: string | null; detail: string | null; now: number },
  ): void {
    this.#settle.run({ ...to, urlId });
  }

  settlePending(
    runId: number,
    hostId: number,
    to: { state: string; reason: string; detail: string | null; now: number; dueAt: number },
  ): number {
    return this.#settlePending.run({ ...to, runId, hostId }).changes;
  }

  retryLater(urlId: number, to: { dueAt: number; tries: number; putOff: number }): void {
    this.#retry.run(Math.ceil(to.dueAt), to.tries, to.putOff, urlId);
  }

  noteLastModified(urlId: number, lastModified: number): void {
    this.#lastModified.run(lastModified, urlId);
  }

  reopenExcluded(
    runId: number,
    { reason, firstRunId }: { reason: string; firstRunId: number },
    accept: (row: FrontierRow) => boolean,
  ): number {
    return this.#each(
      (after) => this.#excluded.all(firstRunId, runId, reason, after, CHUNK),
      (row) => {
        if (!accept(row)) return false;
        this.#reopen.run({ runId, urlId: row.urlId });
        return true;
      },
    );
  }

  /**
   * Every page and asset that an earlier run knew and `accept` takes waits again, for this run. Who was a
   * seed then is none now: this run's seeds are in its part of the frontier already.
   */
  requeueKnown(runId: number, accept: (row: FrontierRow) => boolean): number {
    return this.#each(
      (after) => this.#known.all(after, runId, CHUNK),
      (row) => {
        if (!accept({ ...row, isSeed: false })) return false;
        this.#requeue.run({ runId, urlId: row.urlId });
        return true;
      },
    );
  }

  /** The seeds of a run, and what they redirect to as far as this or an earlier run has seen. */
  seedUrls(runId: number): string[] {
    return this.#seeds.all({ runId, most: SEED_REDIRECTS }).map(({ url }) => url);
  }

  #each(next: (after: number) => RawRow[], visit: (row: FrontierRow) => boolean): number {
    let taken = 0;
    let after = 0;
    for (let rows = next(after); rows.length > 0; rows = next(after)) {
      for (const raw of rows) if (visit(frontierRow(raw))) taken += 1;
      after = rows.at(-1)?.urlId ?? after;
    }
    return taken;
  }
}

function frontierRow(raw: RawRow): FrontierRow {
  return { ...raw, isSeed: raw.isSeed === 1 };
}
