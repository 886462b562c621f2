/** What leads to a URL, and what it leads to or resembles. Read by `webspool explain`. */
import type { LinkKind } from "../messages.ts";
import { lastFetch, statusOf } from "./view.ts";

/** A page that has a link to a URL, and how the link stands there. */
export interface StoredInlink {
  readonly url: string;
  readonly kind: LinkKind;
  readonly anchor: string | null;
  readonly rel: string | null;
  /** The page does not have it any more. */
  readonly gone: boolean;
}

/** A page on the way from a seed; the link is the one that leads on to the page after it. */
export interface StoredStep {
  readonly urlId: number;
  readonly url: string;
  readonly isSeed: boolean;
  readonly kind: string;
  /** Null where the link is not known any more. */
  readonly link: Omit<StoredInlink, "url"> | null;
}

export interface StoredInlinks {
  /** Links that are there now, and the pages they stand in; of very many the first 100,000 count. */
  readonly links: number;
  readonly pages: number;
  /** There are more than were counted. */
  readonly isMore: boolean;
  readonly first: readonly StoredInlink[];
}

export interface StoredRedirect {
  readonly urlId: number;
  readonly url: string;
  /** Null without a response, or when it was not asked. */
  readonly status: number | null;
  /** Why there was no response. */
  readonly error: string | null;
  /** Why it was not asked. */
  readonly excluded: string | null;
  readonly targetId: number | null;
}

/** Pages like another one. */
export interface StoredLikeness {
  readonly count: number;
  readonly first: readonly string[];
}

/** A page that millions link to must not keep the user waiting. */
const MOST_COUNTED = 100_000;
const FIRST_SHOWN = 5;
/** No --max-depth that makes sense is larger; a path is shown cut in the middle anyway. */
const MOST_STEPS = 10_000;
const MOST_REDIRECTS = 20;
const MOST_NEAR_MISSES = 5;

/** Not a join: where there are no statistics yet, SQLite may begin it with all URLs. */
const URL_OF = "(SELECT url FROM url WHERE id = ";

type Rows = <Row>(sql: string, parameters: object) => Row[];
type Raw = Record<string, unknown>;

export class UrlNeighbours {
  readonly #rows: Rows;

  constructor(rows: Rows) {
    this.#rows = rows;
  }

  /** From where the URL was found back to a seed, the URL itself not included; the seed comes first. */
  path(urlId: number, viaUrlId: number | null): StoredStep[] {
    const steps: StoredStep[] = [];
    const seen = new Set([urlId]);
    let to = urlId;
    let from = viaUrlId;
    while (from !== null && !seen.has(from) && steps.length < MOST_STEPS) {
      seen.add(from);
      const [page] = this.#rows<Raw>(
        `SELECT u.url, w.kind, w.is_seed AS isSeed, w.via_url_id AS via
        FROM url u JOIN frontier w ON w.url_id = u.id WHERE u.id = @from`,
        { from },
      );
      if (page === undefined) break;
      const { url, kind } = page as unknown as StoredStep;
      const isSeed = page["isSeed"] === 1;
      steps.push({ urlId: from, url, kind, isSeed, link: this.#link(from, to) });
      to = from;
      from = page["via"] as number | null;
    }
    return steps.toReversed();
  }

  /** Of several links the one that is followed, before those that are parts of the page. */
  #link(from: number, to: number): Omit<StoredInlink, "url"> | null {
    const [link] = this.#rows<Omit<StoredInlink, "url" | "gone"> & { gone: number }>(
      `SELECT kind, anchor, rel, gone_run_id IS NOT NULL AS gone FROM link
      WHERE to_url_id = @to AND from_url_id = @from
      ORDER BY gone, kind IN ('img', 'script', 'stylesheet', 'other'), ordinal LIMIT 1`,
      { from, to },
    );
    return link === undefined ? null : { ...link, gone: link.gone === 1 };
  }

  /**
   * Links to a URL from other pages, one of each page as an example.
   * @param kind of this kind only; null for all that are no redirects, sitemaps or rel=canonical
   */
  inlinks(urlId: number, kind: LinkKind | null = null): StoredInlinks {
    const which = `to_url_id = @urlId AND from_url_id <> @urlId AND gone_run_id IS NULL
      AND ${kind === null ? "kind NOT IN ('redirect', 'sitemap', 'canonical')" : "kind = @kind"}`;
    const [count] = this.#rows<{ links: number; pages: number }>(
      `SELECT count(*) AS links, count(DISTINCT from_url_id) AS pages
      FROM (SELECT from_url_id FROM link WHERE ${which} LIMIT ${MOST_COUNTED + 1})`,
      { urlId, kind },
    );
    const first = this.#rows<StoredInlink>(
      `SELECT ${URL_OF}l.from_url_id) AS url, l.kind, l.anchor, l.rel
      FROM (SELECT from_url_id, min(ordinal) AS ordinal FROM link WHERE ${which}
        GROUP BY from_url_id ORDER BY from_url_id LIMIT ${FIRST_SHOWN}) f
      CROSS JOIN link l ON l.from_url_id = f.from_url_id AND l.ordinal = f.ordinal`,
      { urlId, kind },
    );
    const { links, pages } = count ?? { links: 0, pages: 0 };
    return {
      links: Math.min(links, MOST_COUNTED),
      pages: Math.min(pages, MOST_COUNTED),
      isMore: links > MOST_COUNTED,
      first: first.map((link) => ({ ...link, gone: false })),
    };
  }

  /** Where redirects lead from a URL, itself included; empty when it does not redirect. */
  redirects(urlId: number): StoredRedirect[] {
    const chain: StoredRedirect[] = [];
    const seen = new Set<number>();
    let at: number | null = urlId;
    while (at !== null && !seen.has(at) && chain.length <= MOST_REDIRECTS) {
      seen.add(at);
      const [hop]: StoredRedirect[] = this.#rows<StoredRedirect>(
        `SELECT u.id AS urlId, u.url, ${statusOf("f")} AS status,
          coalesce(f.error, iif(w.state = 'failed', w.reason, NULL)) AS error,
          iif(w.state = 'excluded', w.reason, NULL) AS excluded, f.redirect_url_id AS targetId
        FROM url u LEFT JOIN frontier w ON w.url_id = u.id LEFT JOIN fetch f ON f.id = ${lastFetch("u.id")}
        WHERE u.id = @at`,
        { at },
      );
      if (hop === undefined) break;
      chain.push(hop);
      at = hop.targetId;
    }
    return chain.length > 1 ? chain : [];
  }

  /** Other pages whose newest version has the same readable text. */
  sameText(urlId: number, textHash: string): StoredLikeness {
    return this.#likeness("p.text_hash = @group", { urlId, group: textHash });
  }

  /** Other pages whose newest version says nearly the same, those with the same text left out. */
  similarText(urlId: number, group: number, textHash: string): StoredLikeness {
    const which = "p.similar_group_id = @group AND p.text_hash <> @textHash";
    return this.#likeness(which, { urlId, group, textHash });
  }

  #likeness(which: string, parameters: object): StoredLikeness {
    // What has become an error since then is like nothing any more.
    const others = `FROM page p WHERE ${which} AND p.url_id <> @urlId
      AND p.first_run_id = (SELECT max(q.first_run_id) FROM page q WHERE q.url_id = p.url_id)
      AND (SELECT ${statusOf("f")} FROM fetch f
        WHERE f.id = ${lastFetch("p.url_id", " AND x.kind = 'page'")}) = 200`;
    const [row] = this.#rows<{ count: number }>(
      `SELECT count(*) AS count FROM (SELECT 1 ${others} LIMIT ${MOST_COUNTED})`,
      parameters,
    );
    const first = this.#rows<{ url: string }>(
      `SELECT ${URL_OF}p.url_id) AS url ${others} ORDER BY p.url_id LIMIT ${FIRST_SHOWN}`,
      parameters,
    );
    return { count: row?.count ?? 0, first: first.map(({ url }) => url) };
  }

  /**
   * Known URLs that differ from some of `urls` in upper and lower case only.
   * @param urls canonical, of one origin
   */
  withOtherCase(origin: string, urls: readonly string[]): string[] {
    // "0" is the character after "/": all URLs of the origin, and no others, stand between.
    return this.#rows<{ url: string }>(
      `SELECT url FROM url WHERE url >= @low AND url < @high
        AND lower(url) IN (SELECT lower(value) FROM json_each(@urls))
      ORDER BY url LIMIT ${MOST_NEAR_MISSES}`,
      { low: `${origin}/`, high: `${origin}0`, urls: JSON.stringify(urls) },
    ).map(({ url }) => url);
  }
}
