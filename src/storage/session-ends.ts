/** How rows of `session` and `connection` end whose thread or process ended without telling. */
import type { Sqlite, Statement } from "./connection.ts";

export class SessionEnds {
  readonly #runConnections: Statement<[number, number]>;
  readonly #runSessions: Statement<[number, number]>;
  readonly #threadConnections: Statement<[number, number, number, number]>;
  readonly #threadSessions: Statement<[number, number, number, number]>;

  constructor(sqlite: Sqlite) {
    const endConnections = `UPDATE connection SET
      closed_at = max(opened_at, coalesce(last_used_at, 0), ?), close_reason = 'session_closed'`;
    const endSessions = "UPDATE session SET closed_at = max(opened_at, ?)";
    this.#runConnections = sqlite.prepare(
      `${endConnections} WHERE run_id = ? AND closed_at IS NULL`,
    );
    this.#runSessions = sqlite.prepare(`${endSessions} WHERE run_id = ? AND closed_at IS NULL`);
    this.#threadConnections = sqlite.prepare(`${endConnections} WHERE closed_at IS NULL
      AND session_id IN (SELECT id FROM session WHERE run_id = ? AND pid = ? AND thread = ?)`);
    this.#threadSessions = sqlite.prepare(
      `${endSessions} WHERE run_id = ? AND pid = ? AND thread = ? AND closed_at IS NULL`,
    );
  }

  /** What a thread left open ends with it. */
  endThread(runId: number, of: { pid: number; thread: number; now: number }): void {
    const { pid, thread, now } = of;
    this.#threadConnections.run(now, runId, pid, thread);
    this.#threadSessions.run(now, runId, pid, thread);
  }

  /** What a run, or a process of it that died, left open ends with it. */
  endRun(runId: number, now: number): void {
    this.#runConnections.run(now, runId);
    this.#runSessions.run(now, runId);
  }
}
