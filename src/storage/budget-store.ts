/** Rows of `budget`: pages asked of hosts and folders, while a run has budgets for them. */
import type { BudgetStore } from "../frontier-store.ts";
import type { Sqlite, Statement } from "./connection.ts";

/** Rows looked at in one step: memory stays bounded. */
const CHUNK = 5_000;

export class BudgetRows implements BudgetStore {
  readonly #pages: Statement<[number, number, string], { pages: number }>;
  readonly #count: Statement<[number, number, string]>;
  readonly #kept: Statement<[number], { kept: number }>;
  readonly #drop: Statement<[]>;
  readonly #asked: Statement<[number, number, number], { id: number; hostId: number; url: string }>;

  constructor(sqlite: Sqlite) {
    this.#pages = sqlite.prepare(
      "SELECT pages FROM budget WHERE run_id = ? AND host_id = ? AND folder = ?",
    );
    this.#count = sqlite.prepare(`INSERT INTO budget (run_id, host_id, folder, pages)
      VALUES (?, ?, ?, 1) ON CONFLICT DO UPDATE SET pages = pages + 1`);
    this.#kept = sqlite.prepare("SELECT EXISTS (SELECT 1 FROM budget WHERE run_id = ?) AS kept");
    this.#drop = sqlite.prepare("DELETE FROM budget");
    this.#asked = sqlite.prepare(`SELECT f.id, u.host_id AS hostId, u.url FROM fetch f
      JOIN url u ON u.id = f.url_id
      WHERE f.id > ? AND f.run_id = ? AND f.kind = 'page' AND f.attempt = 1 ORDER BY f.id LIMIT ?`);
  }

  pages(runId: number, hostId: number, folder: string): number {
    return this.#pages.get(runId, hostId, folder)?.pages ?? 0;
  }

  count(runId: number, hostId: number, folder: string): void {
    this.#count.run(runId, hostId, folder);
  }

  isKept(runId: number): boolean {
    return this.#kept.get(runId)?.kept === 1;
  }

  drop(): void {
    this.#drop.run();
  }

  eachAskedPage(runId: number, visit: (hostId: number, url: string) => void): void {
    let after = 0;
    for (
      let rows = this.#asked.all(after, runId, CHUNK);
      rows.length > 0;
      rows = this.#asked.all(after, runId, CHUNK)
    ) {
      for (const { hostId, url } of rows) visit(hostId, url);
      after = rows.at(-1)?.id ?? after;
    }
  }
}
