/** Rows of `page`, `link` and `extract`: what a page said, version by version. */
import type { HeldLink } from "../frontier-store.ts";
import type { ExtractedField, PageFacts } from "../messages.ts";
import type { Sqlite, Statement } from "./connection.ts";
import { LinkRows, type StoredLink } from "./link-rows.ts";
import { LinkedPages } from "./linked-pages.ts";
import { SimilarGroups } from "./similar-groups.ts";
import type { RecordedVersion } from "./text-store.ts";

export type { StoredLink } from "./link-rows.ts";

interface LinkRow extends StoredLink {
  readonly ordinal: number;
  readonly lastRunId: number;
  readonly goneRunId: number | null;
}

type PageVersion = Omit<PageFacts, "simhash"> & { readonly firstRunId: number };

/** A page that was read by an attempt. */
export interface ReadPage {
  readonly runId: number;
  readonly urlId: number;
  readonly fetchId: number;
  readonly depth: number | null;
  readonly facts: PageFacts;
}

export class PageStore {
  readonly #groups: SimilarGroups;
  readonly #versions: Statement<[number], PageVersion>;
  readonly #addPage: Statement<(number | string | null)[]>;
  readonly #seenAgain: Statement;
  readonly #links: Statement<[number, number], LinkRow>;
  readonly #lastLinked: Statement<[], { urlId: number | null }>;
  readonly #lastOrdinal: Statement<[number], { ordinal: number | null }>;
  readonly #newLinks: LinkRows;
  readonly #linkStays: Statement<[number, number, number, number]>;
  readonly #linkGone: Statement<[number, number, number]>;
  readonly #followed: Statement<[number], HeldLink>;
  readonly #dropFields: Statement<[number, number]>;
  readonly #addField: Statement<(number | string | null)[]>;
  /** Null until links are stored: those who only read have no use for it. */
  #linked: LinkedPages | null = null;

  constructor(sqlite: Sqlite) {
    this.#groups = new SimilarGroups(sqlite);
    // Without ORDER BY: with it SQLite plans the statement anew for each page.
    this.#versions =
      sqlite.prepare(`SELECT title, description, h1, canonical_url AS canonicalUrl, lang, robots,
      charset, words, text_hash AS textHash, first_run_id AS firstRunId FROM page WHERE url_id = ?`);
    this.#addPage =
      sqlite.prepare(`INSERT INTO page (url_id, first_run_id, last_run_id, fetch_id, title,
        description, h1, canonical_url, lang, robots, charset, words, text_hash, simhash,
        similar_group_id, similar_distance, depth)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT (url_id, first_run_id) DO UPDATE SET fetch_id = excluded.fetch_id,
        title = excluded.title, description = excluded.description, h1 = excluded.h1,
        canonical_url = excluded.canonical_url, lang = excluded.lang, robots = excluded.robots,
        charset = excluded.charset, words = excluded.words, text_hash = excluded.text_hash,
        simhash = excluded.simhash, similar_group_id = excluded.similar_group_id,
        similar_distance = excluded.similar_distance, depth = excluded.depth`);
    this.#seenAgain = sqlite.prepare(`UPDATE page SET last_run_id = @runId, fetch_id = @fetchId,
      depth = @depth WHERE url_id = @urlId AND first_run_id = @firstRunId`);
    this.#links =
      sqlite.prepare(`SELECT to_url_id AS toUrlId, kind, rel, anchor, hreflang, count, ordinal,
      last_run_id AS lastRunId, gone_run_id AS goneRunId FROM link
      WHERE from_url_id = ? AND (gone_run_id IS NULL OR gone_run_id = ?)`);
    this.#lastLinked = sqlite.prepare("SELECT max(from_url_id) AS urlId FROM link");
    this.#lastOrdinal = sqlite.prepare(
      "SELECT max(ordinal) AS ordinal FROM link WHERE from_url_id = ?",
    );
    this.#newLinks = new LinkRows(sqlite);
    this.#linkStays = sqlite.prepare(`UPDATE link SET count = ?, last_run_id = ?, gone_run_id = NULL
      WHERE from_url_id = ? AND ordinal = ?`);
    this.#linkGone = sqlite.prepare(
      "UPDATE link SET gone_run_id = ? WHERE from_url_id = ? AND ordinal = ?",
    );
    this.#followed =
      sqlite.prepare(`SELECT u.url, l.kind, l.rel FROM link l JOIN url u ON u.id = l.to_url_id
      WHERE l.from_url_id = ? AND l.gone_run_id IS NULL`);
    this.#dropFields = sqlite.prepare("DELETE FROM extract WHERE url_id = ? AND run_id = ?");
    this.#addField = sqlite.prepare(
      "INSERT INTO extract (url_id, run_id, name, idx, value, type, number, error) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
    );
  }

  /** After a transaction that was undone. */
  forget(): void {
    this.#groups.forget();
  }

  /** A new version when any fact differs from the newest one, else that one was seen again. */
  recordPage(input: ReadPage): RecordedVersion {
    const { runId, urlId, fetchId, depth, facts } = input;
    const newest = newestOf(this.#versions.all(urlId));
    if (newest !== null && sameFacts(newest, facts)) {
      this.#seenAgain.run({ runId, urlId, fetchId, depth, firstRunId: newest.firstRunId });
      return { firstRunId: newest.firstRunId, isNew: false };
    }
    const similar = facts.simhash === null ? null : this.#groups.join(facts.simhash);
    this.#addPage.run(
      urlId,
      runId,
      runId,
      fetchId,
      facts.title,
      facts.description,
      facts.h1,
      facts.canonicalUrl,
      facts.lang,
      facts.robots,
      facts.charset,
      facts.words,
      facts.textHash,
      facts.simhash,
      similar?.groupId ?? null,
      similar?.distance ?? null,
      depth,
    );
    return { firstRunId: runId, isNew: true };
  }

  /**
   * The full set of a page's links: what is missing in it is gone, what is new is added. A link that was
   * gone and comes back in a later run is a new row, so that the rows say of each run which links it had.
   */
  recordLinks(input: { runId: number; fromUrlId: number; links: readonly StoredLink[] }): void {
    const { runId, fromUrlId, links } = input;
    this.#linked ??= new LinkedPages(this.#lastLinked.get()?.urlId ?? 0);
    const last = this.#linked.add(fromUrlId) ? this.#lastOrdinalOf(fromUrlId) : null;
    if (last === null) {
      this.#newLinks.add(fromUrlId, runId, 0, links);
      return;
    }
    const rows = this.#links.all(fromUrlId, runId);
    const known = new Map(rows.map((row) => [linkKey(row), row]));
    const added: StoredLink[] = [];
    for (const link of links) {
      const key = known.size === 0 ? "" : linkKey(link);
      const before = known.get(key);
      if (before === undefined) {
        added.push(link);
      } else {
        known.delete(key);
        const { count } = link;
        if (before.lastRunId !== runId || before.goneRunId !== null || before.count !== count) {
          this.#linkStays.run(count, runId, fromUrlId, before.ordinal);
        }
      }
    }
    this.#newLinks.add(fromUrlId, runId, last + 1, added);
    for (const { ordinal: place, goneRunId } of known.values()) {
      if (goneRunId === null) this.#linkGone.run(runId, fromUrlId, place);
    }
  }

  /** Where the links of a page lead that are there now. */
  linksFrom(urlId: number): HeldLink[] {
    return this.#followed.all(urlId);
  }

  recordFields(runId: number, urlId: number, fields: readonly ExtractedField[]): void {
    this.#dropFields.run(urlId, runId);
    for (const { name, index, value, type = "string", number = null, error = null } of fields) {
      this.#addField.run(urlId, runId, name, index, value, type, number, error);
    }
  }

  #lastOrdinalOf(fromUrlId: number): number | null {
    return this.#lastOrdinal.get(fromUrlId)?.ordinal ?? null;
  }
}

function newestOf<Version extends { firstRunId: number }>(versions: Version[]): Version | null {
  return versions.reduce<Version | null>(
    (newest, version) =>
      newest === null || version.firstRunId > newest.firstRunId ? version : newest,
    null,
  );
}

/**
 * The words are not compared: with the same hash of the text they differ in those that do not count in
 * it alone. Nor is what else is made of the text.
 */
function sameFacts(one: PageVersion, other: PageFacts): boolean {
  return (
    one.textHash === other.textHash &&
    one.title === other.title &&
    one.description === other.description &&
    one.h1 === other.h1 &&
    one.canonicalUrl === other.canonicalUrl &&
    one.lang === other.lang &&
    one.robots === other.robots &&
    one.charset === other.charset
  );
}

function linkKey(link: StoredLink): string {
  const { toUrlId, kind, rel, anchor, hreflang } = link;
  return JSON.stringify([toUrlId, kind, rel, anchor, hreflang]);
}
