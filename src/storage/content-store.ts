/** What is held of a URL's content from earlier answers: what a recrawl asks by, and compares with. */
import type { HeldContent, RevisitState } from "../frontier-store.ts";
import type { FetchKind } from "../messages.ts";
import type { Sqlite, Statement } from "./connection.ts";
import type { KeptContent } from "./kept-content.ts";

/** Settings that change what is read from the same bytes. */
const READING_SETTINGS = [
  "extract",
  "structured",
  "extractHeader",
  "plugin.sha256",
  "sortQuery",
  "dropQuery",
] as const;

/** When a host's lastmod is believed: so many right announcements, and as many times the wrong ones. */
const HONEST = { least: 3, ratio: 4 } as const;

interface RawHeld extends Omit<HeldContent, "isOvertaken" | "isLacking"> {
  readonly fetchId: number;
  readonly isOvertaken: 0 | 1;
  readonly lacksText: 0 | 1;
  readonly lacksBody: 0 | 1;
  readonly lacksFields: 0 | 1;
}

export class ContentStore {
  readonly #kept: KeptContent;
  readonly #held: Statement<[number, string], RawHeld>;
  readonly #revisit: Statement<[number], RevisitState>;
  readonly #plan: Statement;
  readonly #judgeLastmod: Statement<{ urlId: number; changed: number }[]>;
  readonly #announced: Statement<Record<string, number>[], { announced: 1 }>;
  readonly #pageSeen: Statement<{ urlId: number; runId: number; heldSince: number }[]>;
  readonly #linksSeen: Statement<{ urlId: number; runId: number }[]>;
  readonly #fieldsStay: Statement<{ urlId: number; runId: number; heldSince: number }[]>;
  readonly #robots: Statement<[number], { meta: string | null; headers: string | null }>;
  readonly #newest: Statement<[], { id: number | null }>;
  readonly #lastReadOtherwise: Statement<Record<string, unknown>[], { runId: number | null }>;

  constructor(sqlite: Sqlite, kept: KeptContent) {
    this.#kept = kept;
    // An answer that was cut off or unreadable is not what a 304 would confirm. After one that was cut
    // off, or said that it is gone, what is stored is what that one left. A version that was not seen
    // since belongs to an answer before: this one brought another type.
    this.#held =
      sqlite.prepare(`SELECT f.id AS fetchId, f.started_at AS startedAt, f.status, f.etag, f.last_modified AS lastModified,
        f.bytes_body AS bytesBody, f.run_id AS runId, p.text_hash AS textHash, u.url AS redirectUrl,
        EXISTS (SELECT 1 FROM fetch x WHERE x.url_id = f.url_id AND x.run_id > f.run_id
          AND x.kind = f.kind AND x.settled = 1 AND x.error IS NULL
          AND (x.status IN (404, 410) OR x.truncated = 1)) AS isOvertaken,
        p.url_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM page_text t WHERE t.url_id = p.url_id
          AND t.first_run_id = p.first_run_id) AS lacksText,
        f.kind = 'page' AND NOT EXISTS (SELECT 1 FROM fetch_body b WHERE b.fetch_id = f.id) AS lacksBody,
        f.detail IS NOT NULL AS lacksFields
      FROM fetch f LEFT JOIN url u ON u.id = f.redirect_url_id
        LEFT JOIN page p ON f.status < 300 AND p.url_id = f.url_id AND p.first_run_id =
          (SELECT max(q.first_run_id) FROM page q WHERE q.url_id = f.url_id)
          AND p.last_run_id >= f.run_id
      WHERE f.url_id = ? AND f.kind = ? AND f.settled = 1 AND f.status BETWEEN 200 AND 399 AND f.not_modified = 0
        AND f.error IS NULL AND f.truncated = 0
      ORDER BY f.run_id DESC, f.id DESC LIMIT 1`);
    this.#revisit = sqlite.prepare(`SELECT checked_at AS checkedAt, checks, changes,
      observed_ms AS observedMs, gone_checks AS goneChecks FROM frontier WHERE url_id = ?`);
    this.#plan = sqlite.prepare(`UPDATE frontier SET due_at = @dueAt, checked_at = @checkedAt,
      checks = @checks, changes = @changes, observed_ms = @observedMs, gone_checks = @goneChecks,
      lastmod_checked = sitemap_lastmod WHERE url_id = @urlId`);
    this.#judgeLastmod = sqlite.prepare(`UPDATE host SET
        lastmod_right = lastmod_right + (w.announced AND @changed),
        lastmod_wrong = lastmod_wrong + (w.announced <> @changed)
      FROM (SELECT host_id, sitemap_lastmod > lastmod_checked AS announced FROM frontier
        WHERE url_id = @urlId AND sitemap_lastmod IS NOT NULL AND lastmod_checked IS NOT NULL) w
      WHERE host.id = w.host_id`);
    this.#announced = sqlite.prepare(`SELECT 1 AS announced FROM frontier w
      JOIN host h ON h.id = w.host_id
      WHERE w.url_id = @urlId AND w.run_id <> @runId AND w.state IN ('done', 'failed')
        AND w.kind = 'page' AND @lastModified > w.lastmod_checked
        AND h.lastmod_right >= @least AND h.lastmod_right >= h.lastmod_wrong * @ratio`);
    this.#pageSeen = sqlite.prepare(`UPDATE page SET last_run_id = @runId WHERE url_id = @urlId
      AND first_run_id = (SELECT max(first_run_id) FROM page WHERE url_id = @urlId)
      AND last_run_id >= @heldSince`);
    this.#linksSeen = sqlite.prepare(`UPDATE link SET last_run_id = @runId
      WHERE from_url_id = @urlId AND gone_run_id IS NULL`);
    this.#fieldsStay = sqlite.prepare(`INSERT OR IGNORE INTO extract
        (url_id, run_id, name, idx, value, type, number, error)
      SELECT url_id, @runId, name, idx, value, type, number, error FROM extract WHERE url_id = @urlId AND run_id =
        (SELECT max(run_id) FROM extract WHERE url_id = @urlId AND run_id < @runId
          AND run_id >= @heldSince)`);
    this.#robots = sqlite.prepare(`SELECT p.robots AS meta, f.headers FROM page p
      JOIN fetch f ON f.id = p.fetch_id WHERE p.url_id = ? ORDER BY p.first_run_id DESC LIMIT 1`);
    this.#newest = sqlite.prepare("SELECT max(id) AS id FROM url");
    const differs = READING_SETTINGS.map(
      (name) => `json_extract(settings, '$.${name}') IS NOT json_extract(@settings, '$.${name}')`,
    ).join(" OR ");
    this.#lastReadOtherwise = sqlite.prepare(`SELECT max(run_id) AS runId FROM run_process
      WHERE version <> @version OR ${differs}`);
  }

  /** What the last whole answer of status 2xx or 3xx to this kind of request brought; null without one. */
  held(urlId: number, kind: FetchKind): HeldContent | null {
    const row = this.#held.get(urlId, kind);
    if (row === undefined) return null;
    const { fetchId: _, isOvertaken, lacksText, lacksBody, lacksFields, ...held } = row;
    const lacks = { lacksText: lacksText === 1, lacksBody: lacksBody === 1 };
    // A plugin that failed may do better the next time.
    const isLacking = lacksFields === 1 || this.#kept.isLacking(lacks);
    return { ...held, isOvertaken: isOvertaken === 1, isLacking };
  }

  /** The held page's meta robots, and the values of X-Robots-Tag that came with it. */
  robots(urlId: number): { meta: string | null; tags: string[] } | null {
    const row = this.#robots.get(urlId);
    if (row === undefined) return null;
    const headers = row.headers === null ? [] : (JSON.parse(row.headers) as [string, string][]);
    const tags = headers.flatMap(([name, value]) =>
      name.toLowerCase() === "x-robots-tag" ? [value] : [],
    );
    return { meta: row.meta, tags };
  }

  newestUrlId(): number {
    return this.#newest.get()?.id ?? 0;
  }

  revisitState(urlId: number): RevisitState | null {
    return this.#revisit.get(urlId) ?? null;
  }

  /** `changed` null: nothing could be compared. */
  planVisit(
    urlId: number,
    to: RevisitState & { readonly dueAt: number | null },
    changed: boolean | null,
  ): void {
    if (changed !== null) this.#judgeLastmod.run({ urlId, changed: changed ? 1 : 0 });
    this.#plan.run({ ...to, urlId });
  }

  /** Whether a sitemap's lastmod announces a change of a URL of an earlier run, and may be believed. */
  isAnnounced(urlId: number, runId: number, lastModified: number): boolean {
    const found = this.#announced.get({ urlId, runId, lastModified, ...HONEST });
    return found !== undefined;
  }

  /** The content is what it was: its page, links, fields and body were seen again by this attempt. */
  seenUnchanged(urlId: number, kind: FetchKind, runId: number, fetchId: number): void {
    const held = this.#held.get(urlId, kind);
    const heldSince = held?.runId ?? 0;
    if (held !== undefined) this.#kept.recordSame(fetchId, held.fetchId);
    this.#pageSeen.run({ urlId, runId, heldSince });
    this.#linksSeen.run({ urlId, runId });
    this.#fieldsStay.run({ urlId, runId, heldSince });
  }

  /**
   * The last run that read its pages in another way than these settings and this version do: what it
   * brought has to be read afresh. 0 when there is none.
   */
  lastReadOtherwise(settings: Record<string, unknown>, version: string): number {
    const row = this.#lastReadOtherwise.get({ settings: JSON.stringify(settings), version });
    return row?.runId ?? 0;
  }
}
