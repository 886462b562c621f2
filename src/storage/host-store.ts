/** Rows of `host` and `robots`: what a host allows, and how it was left. */
import type { StoredRobots } from "../frontier-store.ts";
import type { Sqlite, Statement } from "./connection.ts";

export class HostStore {
  readonly #robots: Statement<[number], { id: number } & StoredRobots>;
  readonly #addRobots: Statement;
  readonly #sameRobots: Statement<[number, number | null, number]>;
  readonly #hostRobots: Statement<[number, number]>;
  readonly #host: Statement;

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
      next_fetch_at = @nextFetchAt, backoff_until = @backoffUntil, failures = @failures
      WHERE id = @hostId`);
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

  saveHost(
    hostId: number,
    state: {
      crawlDelayMs: number | null;
      nextFetchAt: number | null;
      backoffUntil: number | null;
      failures: number;
    },
  ): void {
    const { nextFetchAt, backoffUntil } = state;
    this.#host.run({
      ...state,
      hostId,
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
