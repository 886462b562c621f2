/** Rows of `trap_rule` and `trap_variant`, and what the rules have to ask of other tables. */
import type { TrapRule, TrapStore } from "../frontier-store.ts";
import type { LinkKind } from "../messages.ts";
import type { Sqlite, Statement } from "./connection.ts";

// Of a URL that failed or was refused nothing is known, and a redirect is no page: a variant of it may be
// the one that has the page. One that was left out as a trap is as good as its variants.
const STANDS = `(w.state IN ('pending', 'fetching')
  OR (w.state = 'done' AND (f.status < 300 OR f.status = 304))
  OR (w.state = 'excluded' AND w.reason GLOB 'trap_*'))`;
const LAST_FETCH = `LEFT JOIN fetch f ON f.run_id = w.run_id AND f.url_id = w.url_id
  AND f.kind = w.kind AND f.settled = 1`;

export class TrapRows implements TrapStore {
  readonly #rules: Statement<[number], TrapRule>;
  readonly #keep: Statement;
  readonly #drop: Statement<[number, string, string]>;
  readonly #stands: Statement<[string], { stands: number }>;
  readonly #variant: Statement<[string], { urlId: number }>;
  readonly #keepVariant: Statement<[string, number]>;
  readonly #recent: Statement<[number], { hostId: number; url: string; textHash: string }>;
  readonly #sources: Statement<[number, number], { url: string; kind: LinkKind }>;

  constructor(sqlite: Sqlite) {
    this.#rules = sqlite.prepare(`SELECT kind, pattern, reason, pages_for AS pagesFor,
      pages_against AS pagesAgainst FROM trap_rule WHERE host_id = ?`);
    this.#keep = sqlite.prepare(`INSERT INTO trap_rule (host_id, kind, pattern, reason, pages_for,
        pages_against, run_id, learned_at)
      VALUES (@hostId, @kind, @pattern, @reason, @pagesFor, @pagesAgainst, @runId, @now)
      ON CONFLICT (host_id, kind, pattern) DO UPDATE SET reason = excluded.reason,
        pages_for = excluded.pages_for, pages_against = excluded.pages_against`);
    this.#drop = sqlite.prepare(
      "DELETE FROM trap_rule WHERE host_id = ? AND kind = ? AND pattern = ?",
    );
    this.#stands = sqlite.prepare(`SELECT ${STANDS} AS stands FROM url u
      JOIN frontier w ON w.url_id = u.id ${LAST_FETCH} WHERE u.url = ?`);
    this.#variant = sqlite.prepare(`SELECT v.url_id AS urlId FROM trap_variant v
      JOIN frontier w ON w.url_id = v.url_id ${LAST_FETCH} WHERE v.base = ? AND ${STANDS}`);
    this.#keepVariant = sqlite.prepare(`INSERT INTO trap_variant (base, url_id) VALUES (?, ?)
      ON CONFLICT (base) DO UPDATE SET url_id = excluded.url_id`);
    this.#recent = sqlite.prepare(`SELECT u.host_id AS hostId, u.url, p.text_hash AS textHash
      FROM fetch f JOIN page p ON p.url_id = f.url_id AND p.fetch_id = f.id
      JOIN url u ON u.id = f.url_id
      WHERE f.id > (SELECT max(id) FROM fetch) - ? AND f.kind = 'page' AND f.status = 200
        AND p.words > 0 ORDER BY f.id`);
    this.#sources =
      sqlite.prepare(`SELECT u.url, l.kind FROM link l JOIN url u ON u.id = l.from_url_id
      WHERE l.to_url_id = ? AND l.gone_run_id IS NULL LIMIT ?`);
  }

  rules(hostId: number): TrapRule[] {
    return this.#rules.all(hostId);
  }

  keep(hostId: number, rule: TrapRule, learned: { runId: number; now: number }): void {
    this.#keep.run({ ...rule, ...learned, hostId });
  }

  drop(hostId: number, rule: TrapRule): void {
    this.#drop.run(hostId, rule.kind, rule.pattern);
  }

  stands(url: string): boolean {
    return this.#stands.get(url)?.stands === 1;
  }

  variant(base: string): number | null {
    return this.#variant.get(base)?.urlId ?? null;
  }

  keepVariant(base: string, urlId: number): void {
    this.#keepVariant.run(base, urlId);
  }

  recentPages(limit: number): { hostId: number; url: string; textHash: string }[] {
    return this.#recent.all(limit);
  }

  sources(urlId: number, limit: number): { url: string; kind: LinkKind }[] {
    return this.#sources.all(urlId, limit);
  }
}
