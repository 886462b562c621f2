/** Rows of `run`: how a crawl began, how far it is, why it ended. */
import type { RunCounters, RunReason, RunState } from "../events.ts";
import type { Sqlite, Statement } from "./connection.ts";

/** Redirects from a seed whose end counts as the seed's; as many as the crawl takes for a seed's. */
const SEED_REDIRECTS = 10;

export interface RunRow {
  readonly id: number;
  readonly state: RunState;
  readonly reason: RunReason | null;
  readonly detail: string | null;
  readonly startedAt: number;
  readonly finishedAt: number | null;
  readonly heartbeatAt: number;
  readonly activeMs: number;
  readonly seeds: readonly string[];
  readonly settings: Readonly<Record<string, unknown>>;
  readonly settingsHash: string;
  readonly version: string;
  readonly pid: number;
  readonly hostname: string;
  readonly counters: RunCounters;
  /** When rows of it were removed to save space; null while it has all of them. */
  readonly prunedAt: number | null;
}

export interface NewRun extends RunProcess {
  readonly seeds: readonly string[];
}

/** The process that crawls, and what it was told. */
export interface RunProcess {
  readonly settings: Readonly<Record<string, unknown>>;
  readonly settingsHash: string;
  readonly version: string;
  readonly pid: number;
  readonly hostname: string;
  readonly now: number;
}

type Raw = Record<string, string | number | null>;

/** How a run ends. */
export interface EndedRun {
  readonly state: RunState;
  readonly reason: RunReason;
  readonly detail: string | null;
  readonly now: number;
  readonly activeMs: number;
}

export class RunStore {
  readonly #insert: Statement;
  readonly #addProcess: Statement;
  readonly #takeOver: Statement;
  readonly #save: Statement;
  readonly #end: Statement;
  readonly #byId: Statement<[number], Raw>;
  readonly #last: Statement<[], Raw>;
  readonly #all: Statement<[number], Raw>;
  readonly #seedStates: Statement<
    [{ runId: number; most: number }],
    { ok: number; waiting: number; seeds: number }
  >;

  constructor(sqlite: Sqlite) {
    this.#insert = sqlite.prepare(`INSERT INTO run
      (state, started_at, heartbeat_at, seeds, settings, settings_hash, version, pid, hostname)
      VALUES ('running', @now, @now, @seeds, @settings, @settingsHash, @version, @pid, @hostname)`);
    this.#addProcess =
      sqlite.prepare(`INSERT INTO run_process (run_id, started_at, version, pid, hostname, settings)
      VALUES (@runId, @now, @version, @pid, @hostname, @settings)`);
    this.#takeOver = sqlite.prepare(`UPDATE run SET state = 'running', reason = NULL, detail = NULL,
      finished_at = NULL, heartbeat_at = @now, settings = @settings, version = @version, pid = @pid,
      hostname = @hostname WHERE id = @id`);
    this.#save = sqlite.prepare(`UPDATE run SET heartbeat_at = @now, active_ms = @activeMs,
      pages = @pages, requests = @requests, requests_reused = @requestsReused,
      connections_opened = @connectionsOpened, bytes_wire = @bytesWire, bytes_body = @bytesBody,
      errors = @errors, links = @links WHERE id = @id`);
    this.#end = sqlite.prepare(`UPDATE run SET state = @state, reason = @reason, detail = @detail,
      finished_at = @now, heartbeat_at = @now, active_ms = @activeMs WHERE id = @id`);
    this.#byId = sqlite.prepare("SELECT * FROM run WHERE id = ?");
    this.#last = sqlite.prepare("SELECT * FROM run ORDER BY id DESC LIMIT 1");
    this.#all = sqlite.prepare("SELECT * FROM run ORDER BY id DESC LIMIT ?");
    // A seed is fine when a response below 400 settled it, or what it redirects to: that may have been
    // known before, so that its own row does not call it a seed.
    this.#seedStates = sqlite.prepare(`WITH RECURSIVE seed (url_id, hops) AS (
        SELECT url_id, 0 FROM frontier WHERE run_id = @runId AND is_seed = 1
        UNION
        SELECT l.to_url_id, hops + 1 FROM seed JOIN link l ON l.from_url_id = seed.url_id
        WHERE l.kind = 'redirect' AND l.gone_run_id IS NULL AND hops < @most)
      SELECT count(*) AS seeds,
      coalesce(sum(w.state = 'done' AND (f.status < 300 OR f.status = 304)), 0) AS ok,
      coalesce(sum(w.state IN ('pending', 'fetching')), 0) AS waiting
      FROM frontier w LEFT JOIN fetch f ON f.run_id = w.run_id AND f.url_id = w.url_id
        AND f.kind = w.kind AND f.settled = 1
      WHERE w.run_id = @runId AND w.url_id IN (SELECT url_id FROM seed)`);
  }

  begin(input: NewRun): number {
    const { seeds, ...process } = input;
    const settings = JSON.stringify(process.settings);
    const row = { ...process, settings, seeds: JSON.stringify(seeds) };
    const runId = Number(this.#insert.run(row).lastInsertRowid);
    this.#addProcess.run({ ...process, settings, runId });
    return runId;
  }

  takeOver(id: number, input: RunProcess): void {
    const settings = JSON.stringify(input.settings);
    this.#takeOver.run({ ...input, id, settings });
    this.#addProcess.run({ ...input, settings, runId: id });
  }

  save(id: number, to: { counters: RunCounters; activeMs: number; now: number }): void {
    const { counters, activeMs, now } = to;
    this.#save.run({ ...counters, id, activeMs, now });
  }

  end(id: number, to: EndedRun): void {
    this.#end.run({ ...to, id });
  }

  byId(id: number): RunRow | null {
    return runRow(this.#byId.get(id));
  }

  last(): RunRow | null {
    return runRow(this.#last.get());
  }

  /** The newest runs, newest first. */
  recent(limit: number): RunRow[] {
    return this.#all.all(limit).flatMap((raw) => runRow(raw) ?? []);
  }

  /**
   * The run that the next crawl continues: the last one, if it was interrupted, failed, or is still
   * called running although no process holds the database.
   */
  unfinished(): RunRow | null {
    const last = this.last();
    return last !== null && ["running", "interrupted", "failed"].includes(last.state) ? last : null;
  }

  /** Whether no seed brought a page, and none waits any more. */
  everySeedFailed(id: number): boolean {
    const states = this.#seedStates.get({ runId: id, most: SEED_REDIRECTS });
    return states !== undefined && states.seeds > 0 && states.ok === 0 && states.waiting === 0;
  }
}

function runRow(raw: Raw | undefined): RunRow | null {
  if (raw === undefined) return null;
  const number = (name: string): number => Number(raw[name]);
  const text = (name: string): string => String(raw[name]);
  return {
    id: number("id"),
    state: text("state") as RunState,
    reason: raw["reason"] as RunReason | null,
    detail: raw["detail"] as string | null,
    startedAt: number("started_at"),
    finishedAt: raw["finished_at"] as number | null,
    heartbeatAt: number("heartbeat_at"),
    activeMs: number("active_ms"),
    seeds: JSON.parse(text("seeds")) as string[],
    settings: JSON.parse(text("settings")) as Record<string, unknown>,
    settingsHash: text("settings_hash"),
    version: text("version"),
    pid: number("pid"),
    hostname: text("hostname"),
    counters: {
      pages: number("pages"),
      requests: number("requests"),
      requestsReused: number("requests_reused"),
      connectionsOpened: number("connections_opened"),
      bytesWire: number("bytes_wire"),
      bytesBody: number("bytes_body"),
      errors: number("errors"),
      links: number("links"),
    },
    prunedAt: raw["pruned_at"] as number | null,
  };
}
