/** Tells from the database why a URL was fetched, failed, was left out or still waits. */
import { UsageError } from "../errors.ts";
import { isLive } from "../run-liveness.ts";
import {
  CrawlDatabase,
  FRONTIER_REASONS,
  RunLock,
  type RunRow,
  type StoredAttempt,
  type StoredDecision,
  type StoredLikeness,
  type StoredPage,
  type StoredStep,
  type StoredUrl,
  type UrlHistory,
} from "../storage/index.ts";
import { createCanonicalizer } from "../url/index.ts";
import { excludedRule, type ExcludedRule } from "./excluded-rule.ts";
import type { Explanation, Fate, FoundBy, KnownUrl, ToldRun } from "./explanation.ts";
import { nearMisses } from "./near-misses.ts";
import { predict } from "./predict-decision.ts";
import { recordedSettings } from "./recorded-settings.ts";

/**
 * @param of.asked as the user wrote it
 * @param of.url canonical
 * @throws UsageError when there is no such database, or no run in it; StorageError when it cannot be read
 */
export function explain(
  dbPath: string,
  of: { readonly asked: string; readonly url: string; readonly now: number },
): Explanation {
  const { asked, url: canonical, now } = of;
  const isHeld = RunLock.isHeld(dbPath);
  const told = ({ id, state, reason, heartbeatAt }: RunRow): ToldRun => {
    const live = isHeld !== false && isLive({ state, heartbeatAt }, now);
    return { id, state, reason, isLive: live };
  };
  const db = CrawlDatabase.openReadOnly(dbPath);
  try {
    // One moment's state: a crawl may write meanwhile.
    return db.reports.readHistory((history) => {
      const last = db.lastRun();
      if (last === null) {
        throw new UsageError("no_run", `${dbPath} has no run yet: start one with webspool crawl.`);
      }
      // Links were resolved by the run's own options; a URL from before them may be known as it is.
      const merged = createCanonicalizer(recordedSettings(last))(canonical) ?? canonical;
      const asItIs = history.find(canonical);
      const url = asItIs === null ? merged : canonical;
      const stored = asItIs ?? history.find(merged);
      const decidedByLast = stored?.decision?.runId === last.id;
      return {
        dbPath,
        asked,
        url,
        lastRun: told(last),
        known: stored === null ? null : knownUrl(db, history, stored, told),
        prediction: decidedByLast ? null : predict(db, history, last, { url, stored }),
        nearMisses: stored === null ? nearMisses(url, history.neighbours) : [],
      };
    });
  } finally {
    db.close();
  }
}

function knownUrl(
  db: CrawlDatabase,
  history: UrlHistory,
  stored: StoredUrl,
  told: (run: RunRow) => ToldRun,
): KnownUrl {
  const { urlId, firstRunId, depth, decision } = stored;
  const { neighbours } = history;
  const run = db.run(decision?.runId ?? firstRunId);
  if (run === null) throw new Error(`url ${urlId} belongs to a run that is not there`);
  const fate = fateOf(decision);
  const path = neighbours.path(urlId, decision?.viaUrlId ?? null);
  const askedIn = history.askedIn(urlId);
  const page = history.page(urlId);
  return {
    fate,
    run: told(run),
    firstRunId,
    depth,
    decision,
    meaning: decision?.reason == null ? null : (FRONTIER_REASONS[decision.reason] ?? null),
    excluded: decision?.state === "excluded" ? ruleFor(db, run, stored, path) : null,
    wait: fate === "waiting" && decision !== null ? waitOf(history, run, stored, decision) : null,
    askedIn,
    attempts: askedIn === null ? [] : attemptsOf(history.attempts(urlId, askedIn.last), decision),
    origin: foundBy(history, stored, path),
    path,
    inlinks: neighbours.inlinks(urlId),
    redirectsHere: neighbours.inlinks(urlId, "redirect"),
    canonicalOf: neighbours.inlinks(urlId, "canonical"),
    redirects: neighbours.redirects(urlId),
    page,
    ...likenesses(neighbours, urlId, page),
  };
}

/** Pages without any text are not copies of each other. */
function likenesses(
  neighbours: UrlHistory["neighbours"],
  urlId: number,
  page: StoredPage | null,
): Pick<KnownUrl, "sameText" | "similarText"> {
  const none: StoredLikeness = { count: 0, first: [] };
  if (page === null || page.words === 0) return { sameText: none, similarText: none };
  const { textHash, similarGroupId: group } = page;
  return {
    sameText: neighbours.sameText(urlId, textHash),
    similarText: group === null ? none : neighbours.similarText(urlId, group, textHash),
  };
}

function fateOf(decision: StoredDecision | null): Fate {
  if (decision === null) return "undecided";
  switch (decision.state) {
    case "done":
      return "fetched";
    case "pending":
      return "waiting";
    case "fetching":
      return "in_flight";
    default:
      return decision.state;
  }
}

/** A robots.txt can be asked for as a page too: the attempts are those of what it was decided to be. */
function attemptsOf(
  attempts: readonly StoredAttempt[],
  decision: StoredDecision | null,
): readonly StoredAttempt[] {
  const asDecided = attempts.filter(({ kind }) => kind === decision?.kind);
  return asDecided.length > 0 ? asDecided : attempts;
}

function ruleFor(
  db: CrawlDatabase,
  run: RunRow,
  { url, depth, decision }: StoredUrl,
  path: readonly StoredStep[],
): ExcludedRule {
  const via = path.at(-1);
  const excluded = {
    url,
    depth,
    reason: decision?.reason ?? "",
    detail: decision?.detail ?? null,
    linkKind: via?.link?.kind ?? null,
    linkRel: via?.link?.rel ?? null,
    viaUrl: via?.url ?? null,
    viaRobots: via === undefined ? null : saysToRobots(db, via.urlId),
  };
  return excludedRule(excluded, recordedSettings(run), db.frontier.seedUrls(run.id));
}

/** What a page says to robots, in its markup or its response. */
function saysToRobots(db: CrawlDatabase, urlId: number): string | null {
  const { meta = null, tags = [] } = db.frontier.heldRobots(urlId) ?? {};
  const said = [
    ...(meta === null ? [] : [`meta robots "${meta}"`]),
    ...tags.map((value) => `X-Robots-Tag "${value}"`),
  ];
  return said.length === 0 ? null : said.join(" and ");
}

function waitOf(
  history: UrlHistory,
  run: RunRow,
  stored: StoredUrl,
  decision: StoredDecision,
): KnownUrl["wait"] {
  const { perHost, delayMs, autoDelay } = recordedSettings(run);
  return { ...history.wait(stored, decision), perHost, delayMs, autoDelay };
}

function foundBy(
  history: UrlHistory,
  { url, decision }: StoredUrl,
  path: readonly StoredStep[],
): FoundBy {
  const first = path[0];
  if ((first?.kind ?? decision?.kind) === "robots") return { by: "robots", run: null };
  const isSeed = first?.isSeed ?? decision?.isSeed ?? false;
  const run = history.seedOf(first?.url ?? url);
  if (run !== null) return { by: "seed", run };
  return isSeed && decision !== null
    ? { by: "seed", run: decision.runId }
    : { by: "unknown", run: null };
}
