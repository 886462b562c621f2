/** What is due in a recrawl with --recrawl due: taken up for a run, the most overdue first. */
import type { FrontierRow } from "../frontier-store.ts";
import type { Sqlite, Statement } from "./connection.ts";

/** Rows looked at in one step: memory stays bounded. */
const CHUNK = 5_000;

/** Due pages go before what a run finds anew (0 to 1) and after its seeds and sitemaps. */
const FIRST_PRIORITY = 2;
/** Between one due page and the next overdue; a billion of them stay above 1. */
const PRIORITY_STEP = 1e-9;

type Raw = Omit<FrontierRow, "isSeed"> & { readonly place: number };

interface Statements {
  readonly clear: Statement<[]>;
  readonly collect: Statement<{ runId: number; now: number }[]>;
  readonly next: Statement<[number, number], Raw>;
  readonly requeue: Statement;
}

export class DueStore {
  readonly #sqlite: Sqlite;
  #statements: Statements | null = null;

  constructor(sqlite: Sqlite) {
    this.#sqlite = sqlite;
  }

  /**
   * URLs that earlier runs left waiting, that are due, or that an earlier run's rules kept out and
   * `accept` takes now, wait again for this run: at most `limit`, the most overdue. Returns how many.
   */
  requeue(
    runId: number,
    of: { now: number; limit: number | null },
    accept: (row: FrontierRow) => boolean,
  ): number {
    const { clear, collect, next, requeue } = this.#prepared();
    const limit = of.limit ?? Infinity;
    clear.run();
    collect.run({ runId, now: of.now });
    let taken = 0;
    for (const row of collected(next)) {
      if (taken >= limit) break;
      if (!accept({ ...row, isSeed: false })) continue;
      const priority = FIRST_PRIORITY - taken * PRIORITY_STEP;
      requeue.run({ runId, urlId: row.urlId, now: of.now, priority });
      taken += 1;
    }
    clear.run();
    return taken;
  }

  /** Made when first needed: most databases are crawled without. */
  #prepared(): Statements {
    if (this.#statements !== null) return this.#statements;
    const sqlite = this.#sqlite;
    sqlite.exec("CREATE TEMP TABLE IF NOT EXISTS due (place INTEGER PRIMARY KEY, url_id INTEGER)");
    this.#statements = {
      clear: sqlite.prepare("DELETE FROM temp.due"),
      // What the way its link stood left out is decided where such a link is found, not here.
      collect: sqlite.prepare(`INSERT INTO temp.due (url_id) SELECT url_id FROM frontier
        WHERE run_id <> @runId AND kind IN ('page', 'asset')
          AND (state IN ('pending', 'fetching') OR due_at <= @now
            OR (state = 'excluded' AND reason NOT IN ('link_kind', 'nofollow')))
        ORDER BY coalesce(due_at, @now), url_id`),
      next: sqlite.prepare(`SELECT d.place, w.url_id AS urlId, u.url, w.host_id AS hostId,
          w.run_id AS runId, w.state, w.reason, w.kind, coalesce(u.depth, w.depth) AS depth
        FROM temp.due d JOIN frontier w ON w.url_id = d.url_id JOIN url u ON u.id = d.url_id
        WHERE d.place > ? ORDER BY d.place LIMIT ?`),
      // It stays as overdue as it was: should a limit leave it waiting, it keeps its place next time.
      requeue:
        sqlite.prepare(`UPDATE frontier SET state = 'pending', run_id = @runId, reason = NULL,
        detail = NULL, tries = 0, put_off = 0, is_seed = 0, settled_at = NULL, due_at = coalesce(due_at, @now),
        priority = iif(kind = 'asset', priority, @priority) WHERE url_id = @urlId`),
    };
    return this.#statements;
  }
}

/** What was collected, in its order. */
function* collected(next: Statements["next"]): Generator<Raw> {
  let place = 0;
  for (let rows = next.all(place, CHUNK); rows.length > 0; rows = next.all(place, CHUNK)) {
    for (const row of rows) {
      place = row.place;
      yield row;
    }
  }
}
