/** What a run's rules would say of a URL that it did not decide on. */
import { excludedRule, type ExcludedRule } from "./excluded-rule.ts";
import { Admission } from "../frontier/index.ts";
import type { LinkKind } from "../messages.ts";
import { parseRobots } from "../politeness/index.ts";
import { recordedSettings } from "./recorded-settings.ts";
import {
  FRONTIER_REASONS,
  type CrawlDatabase,
  type RunRow,
  type StoredUrl,
  type UrlHistory,
} from "../storage/index.ts";
import { originOf } from "../url/index.ts";

/** Budgets and learned trap rules, which depend on what else was found, are not looked at. */
export interface Prediction {
  readonly runId: number;
  /** What a link to it would be asked for as; null when it would not be. */
  readonly kind: "page" | "asset" | null;
  readonly reason: string | null;
  readonly meaning: string | null;
  readonly excluded: ExcludedRule | null;
  /** Whether the host's robots.txt is known, so that it was looked at. */
  readonly robotsKnown: boolean;
}

/** @param of.stored null for a URL that is not known: then a link on a seed is assumed */
export function predict(
  db: CrawlDatabase,
  history: UrlHistory,
  run: RunRow,
  of: { readonly url: string; readonly stored: StoredUrl | null },
): Prediction | null {
  const { url, stored } = of;
  const decision = stored?.decision ?? null;
  // Nobody links to these: the crawl asks for them by itself.
  if (decision?.kind === "robots" || decision?.kind === "sitemap") return null;
  const settings = recordedSettings(run);
  const seeds = db.frontier.seedUrls(run.id);
  const admission = new Admission(settings, run.seeds);
  for (const seed of seeds) admission.addRedirectedSeed(seed);
  const depth = stored === null ? 1 : stored.depth;
  const link: LinkKind = isPart(stored) ? "other" : "a";
  const { kind, reason } = admission.decide({ url, link, depth, isSeed: false });
  const hostId = stored?.hostId ?? history.hostId(originOf(url));
  const robots = hostId === null ? null : db.frontier.currentRobots(hostId);
  const refused =
    kind === null || robots?.body == null || !settings.robots
      ? null
      : refusal(robots.body, url, settings.userAgent);
  const why = reason ?? (refused === null ? null : "robots");
  return {
    runId: run.id,
    kind: refused === null ? kind : null,
    reason: why,
    meaning: why === null ? null : (FRONTIER_REASONS[why] ?? null),
    excluded:
      why === null
        ? null
        : excludedRule(
            {
              url,
              depth,
              reason: why,
              detail: refused,
              linkKind: null,
              linkRel: null,
              viaUrl: null,
              viaRobots: null,
            },
            settings,
            seeds,
          ),
    robotsKnown: robots !== null || !settings.robots,
  };
}

/** As the frontier tells it when it looks at what earlier runs knew: only what was no link has no depth. */
function isPart(stored: StoredUrl | null): boolean {
  const decision = stored?.decision;
  if (decision == null) return false;
  return decision.reason === "link_kind" || (decision.kind === "asset" && stored?.depth === null);
}

function refusal(body: Uint8Array, url: string, userAgent: string): string | null {
  const { allowed, line, rule } = parseRobots(body).decide(url, userAgent);
  return allowed ? null : line === null ? (rule ?? "") : `line ${line}: ${rule ?? ""}`;
}
