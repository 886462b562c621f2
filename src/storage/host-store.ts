/** Rows of `host` and `robots`: what a host allows, and how it was left. */
import type { HostState, StoredRobots } from "../frontier-store.ts";
import { EXCLUDED_REASONS } from "./codes.ts";
import type { Sqlite, Statement } from "./connection.ts";

interface StoredFailure {
  readonly givenUp: string | null;
  readonly givenUpDetail: string | null;
}

export class HostStore {
  readonly #robots: Statement<[number], { id: number } & StoredRobots>;
  readonly #addRobots: Statement;
  readonly #sameRobots: Statement<[number, number | null, number]>;
  readonly #hostRobots: Statement<[number, number]>;
  readonly #host: Statement;
  readonly #state: Statement<[number], Omit<HostState, "failure"> & StoredFailure>;

  constructor(sqlite: Sqlite) {
    this.#robots = sqlite.prepare(`SELECT r.id, r.checked_at AS fetchedAt, r.status, r.body,
      r.expires_at AS expiresAt FROM host h JOIN robots r ON r.id = h.robots_id WHERE h.id = ?`);
    this.#addRobots =
      sqlite.prepare(`INSERT INTO robots (host_id, fetched_at, checked_at, status, body, expires_at)
      VALUES (@hostId, @fetchedAt, @fetchedAt, @status, @body, @expiresAt)`);
    this.#sameRobots = sqlite.prepare(
      "UPDATE robots SET checked_at = ?, expires_at = ? WHERE id = ?",
    );
    this.#hostRobots = sqlite.prepare("UPDATE host SET robots_id = ? WHERE id = ?");
    this.#host = sqlite.prepare(`UPDATE host SET crawl_delay_ms = @crawlDelayMs,
      next_fetch_at = @nextFetchAt, backoff_until = @backoffUntil, failures = @failures,
      run_id = @runId, throttled = @throttled, slowed_delay_ms = @slowedDelayMs,
      auto_delay_ms = @autoDelayMs, robots_tries = @robotsTries, given_up = @givenUp,
      given_up_detail = @givenUpDetail WHERE id = @hostId`);
    this.#state = sqlite.prepare(`SELECT crawl_delay_ms AS crawlDelayMs,
      next_fetch_at AS nextFetchAt, backoff_until AS backoffUntil, failures, run_id AS runId, throttled,
      slowed_delay_ms AS slowedDelayMs, auto_delay_ms AS autoDelayMs, robots_tries AS robotsTries,
      given_up AS givenUp, given_up_detail AS givenUpDetail FROM host WHERE id = ?`);
  }

  currentRobots(hostId: number): StoredRobots | null {
    return this.#robots.get(hostId) ?? null;
  }

  /** The same answer as the version in force confirms that one; another is a new version. */
  saveRobots(hostId: number, robots: StoredRobots): number {
    const current = this.#robots.get(hostId);
    if (current !== undefined && sameRobots(current, robots)) {
      this.#sameRobots.run(robots.fetchedAt, robots.expiresAt, current.id);
      return current.id;
    }
    const id = Number(this.#addRobots.run({ ...robots, hostId }).lastInsertRowid);
    this.#hostRobots.run(id, hostId);
    return id;
  }

  hostState(hostId: number): HostState | null {
    const row = this.#state.get(hostId);
    if (row === undefined) return null;
    const { givenUp, givenUpDetail, ...state } = row;
    if (givenUp === null) return { ...state, failure: null };
    const failed = givenUp in EXCLUDED_REASONS ? "excluded" : "failed";
    return { ...state, failure: { state: failed, reason: givenUp, detail: givenUpDetail } };
  }

  saveHost(hostId: number, { failure, ...state }: HostState): void {
    const { nextFetchAt, backoffUntil } = state;
    this.#host.run({
      ...state,
      hostId,
      givenUp: failure?.reason ?? null,
      givenUpDetail: failure?.detail ?? null,
      nextFetchAt: nextFetchAt === null ? null : Math.ceil(nextFetchAt),
      backoffUntil: backoffUntil === null ? null : Math.ceil(backoffUntil),
    });
  }
}

function sameRobots(one: StoredRobots, other: StoredRobots): boolean {
  if (one.status !== other.status) return false;
  if (one.body === null || other.body === null) return one.body === other.body;
  return Buffer.compare(one.body, other.body) === 0;
}
