/** What differs between any two runs of a database: pages, and broken links. Read by `webspool diff`. */
import { storageError, type Sqlite } from "./connection.ts";
import { CHANGE, lastPage, versionOf } from "./run-diff-view.ts";
import { isBroken, statusOf } from "./view.ts";

/** A page whose state differs. What is null before was not known, or was no page. */
export interface PageDifference {
  readonly change: "added" | "gone" | "status_changed" | "changed";
  readonly url: string;
  readonly statusBefore: number | null;
  readonly status: number | null;
  readonly errorBefore: string | null;
  readonly error: string | null;
  readonly titleBefore: string | null;
  readonly title: string | null;
  readonly wordsBefore: number | null;
  readonly words: number | null;
  /** These three say what `changed` means; nothing of other changes. */
  readonly titleChanged: boolean;
  readonly contentChanged: boolean;
  /** Which others changed, of: description, h1, canonical, lang, robots, charset, redirect. */
  readonly facts: readonly string[];
}

/** A link that is broken after one of the two runs only. */
export interface BrokenLinkDifference {
  readonly change: "broken" | "healed";
  readonly source: string;
  readonly target: string;
  readonly anchor: string | null;
  /** Of the target. */
  readonly statusBefore: number | null;
  readonly status: number | null;
  readonly errorBefore: string | null;
  readonly error: string | null;
  /** Whether the source had the link before, and whether it has it now. */
  readonly linkedBefore: boolean;
  readonly linked: boolean;
}

const FACTS = {
  description: "p.description IS NOT q.description",
  h1: "p.h1 IS NOT q.h1",
  canonical: "p.canonical_url IS NOT q.canonical_url",
  lang: "p.lang IS NOT q.lang",
  robots: "p.robots IS NOT q.robots",
  charset: "p.charset IS NOT q.charset",
  redirect: "f.redirect_url_id IS NOT b.redirect_url_id",
};

const CHANGED_FACTS = Object.entries(FACTS)
  .map(([name, differs]) => `iif(${differs}, ',${name}', '')`)
  .join(" || ");

// Pages that the later runs asked; the others are what they were.
const ASKED = `SELECT DISTINCT url_id FROM fetch
  WHERE run_id > @from AND run_id <= @to AND kind = 'page' AND settled = 1`;

const PAGES = `SELECT * FROM (SELECT ${CHANGE} AS change, u.url,
    ${statusOf("b")} AS statusBefore, ${statusOf("f")} AS status, b.error AS errorBefore, f.error,
    q.title AS titleBefore, p.title, q.words AS wordsBefore, p.words,
    p.title IS NOT q.title AS titleChanged, p.text_hash IS NOT q.text_hash AS contentChanged,
    ${CHANGED_FACTS} AS facts
  FROM (${ASKED}) a JOIN url u ON u.id = a.url_id
    JOIN fetch f ON f.id = ${lastPage("a.url_id", "x.run_id <= @to")}
    LEFT JOIN fetch b ON b.id = ${lastPage("a.url_id", "x.run_id <= @from")}
    LEFT JOIN page p ON ${versionOf("p", "f")}
    LEFT JOIN page q ON ${versionOf("q", "b")})
  WHERE change <> 'unchanged' ORDER BY url`;

/** The last settled attempt on a target up to a run. */
const lastUpTo = (runId: string): string => `(SELECT x.id FROM fetch x
    WHERE x.url_id = t.url_id AND x.settled = 1 AND x.run_id <= ${runId}
    ORDER BY x.run_id DESC, x.id DESC LIMIT 1)`;

/** Whether the host of a target had been given up before it was asked, and it was not asked since. */
const givenUpIn = (fetch: string, runId: string): string =>
  `(w.given_up_run_id <= ${runId} AND coalesce(${fetch}.run_id, 0) < w.given_up_run_id) IS TRUE`;

const brokenIn = (fetch: string, runId: string): string =>
  `(${isBroken(fetch)} IS TRUE OR ${givenUpIn(fetch, runId)})`;

const linkedIn = (runId: string): string =>
  `l.first_run_id <= ${runId} AND (l.gone_run_id IS NULL OR l.gone_run_id > ${runId})`;

/** The status or error of a target; of one whose host was given up, why. */
const stateIn = (fetch: string, runId: string, suffix: string): string => {
  const givenUp = givenUpIn(fetch, runId);
  return `iif(${givenUp}, NULL, ${statusOf(fetch)}) AS status${suffix},
    iif(${givenUp}, coalesce(w.reason, 'connect_failed'), ${fetch}.error) AS error${suffix}`;
};

// Targets that were broken at some time, then those that are after one of the runs, then their links.
const BROKEN_LINKS = `WITH suspect(url_id) AS (
    SELECT url_id FROM fetch WHERE settled = 1 AND status >= 400 AND run_id <= @to
    UNION SELECT url_id FROM fetch WHERE settled = 1 AND error IS NOT NULL AND run_id <= @to
    UNION SELECT url_id FROM frontier WHERE given_up_run_id <= @to),
  target AS MATERIALIZED (
    SELECT t.url_id, ${stateIn("b", "@from", "Before")}, ${stateIn("f", "@to", "")},
      ${brokenIn("b", "@from")} AS wasBroken, ${brokenIn("f", "@to")} AS isBroken
    FROM suspect t JOIN frontier w ON w.url_id = t.url_id
      LEFT JOIN fetch b ON b.id = ${lastUpTo("@from")}
      LEFT JOIN fetch f ON f.id = ${lastUpTo("@to")}
    WHERE wasBroken OR isBroken),
  -- The anchor is that of the row whose max() it is: the newest.
  pair AS (
    SELECT l.from_url_id, t.*, sum(${linkedIn("@from")}) > 0 AS linkedBefore,
      sum(${linkedIn("@to")}) > 0 AS linked, l.anchor, max(l.first_run_id) AS newest
    FROM target t CROSS JOIN link l ON l.to_url_id = t.url_id
    WHERE l.kind <> 'redirect' GROUP BY l.to_url_id, l.from_url_id)
  SELECT iif(p.isBroken AND p.linked, 'broken', 'healed') AS change, s.url AS source, u.url AS target,
    p.anchor, p.statusBefore, p.status, p.errorBefore, p.error, p.linkedBefore, p.linked
  FROM pair p JOIN url s ON s.id = p.from_url_id JOIN url u ON u.id = p.url_id
  WHERE (p.isBroken AND p.linked) <> (p.wasBroken AND p.linkedBefore)
  ORDER BY s.url, u.url`;

const COUNT_ASKED = `SELECT count(*) FROM (${ASKED})`;

const FINISHED_BEFORE = `SELECT id FROM run WHERE state = 'finished' AND id < ?
  ORDER BY id DESC LIMIT 1`;

type Flags<Row, Name extends keyof Row> = Omit<Row, Name> & { readonly [Key in Name]: 0 | 1 };
type RawPage = Flags<Omit<PageDifference, "facts">, "titleChanged" | "contentChanged"> & {
  readonly facts: string;
};
type RawLink = Flags<BrokenLinkDifference, "linkedBefore" | "linked">;

/** The newest finished run before another, or of all. */
export function finishedRunBefore(sqlite: Sqlite, runId: number | null): number | null {
  const before = runId ?? Number.MAX_SAFE_INTEGER;
  return sqlite.prepare<[number], { id: number }>(FINISHED_BEFORE).get(before)?.id ?? null;
}

/** What differs in the state that two runs left. Rows come one by one, sorted by URL. */
export class RunDiff {
  readonly #sqlite: Sqlite;
  readonly #runs: { readonly from: number; readonly to: number };

  /** @param runs the earlier and the later run; neither may have been pruned, nor a run between them */
  constructor(sqlite: Sqlite, runs: { readonly from: number; readonly to: number }) {
    this.#sqlite = sqlite;
    this.#runs = runs;
  }

  /** Pages that were asked after the earlier run: the others are unchanged. */
  pagesAsked(): number {
    return Number(this.#sqlite.prepare<[object]>(COUNT_ASKED).pluck().get(this.#runs));
  }

  *pages(): Generator<PageDifference> {
    for (const row of this.#rows<RawPage>(PAGES)) {
      const { titleChanged, contentChanged, facts, ...rest } = row;
      const isChanged = rest.change === "changed";
      yield {
        ...rest,
        titleChanged: isChanged && titleChanged === 1,
        contentChanged: isChanged && contentChanged === 1,
        facts: isChanged && facts !== "" ? facts.slice(1).split(",") : [],
      };
    }
  }

  *brokenLinks(): Generator<BrokenLinkDifference> {
    for (const { linkedBefore, linked, ...rest } of this.#rows<RawLink>(BROKEN_LINKS)) {
      yield { ...rest, linkedBefore: linkedBefore === 1, linked: linked === 1 };
    }
  }

  *#rows<Row>(sql: string): Generator<Row> {
    try {
      yield* this.#sqlite.prepare<[object], Row>(sql).iterate(this.#runs);
    } catch (error) {
      throw storageError(error, this.#sqlite.name);
    }
  }
}
