/** Why a URL was excluded, with what decided in its case, and what the user can do about it. */
import type { CrawlSettings } from "../crawl-settings.ts";
import { hostNameOf, originOf, pathOf, registrableDomain, Scope } from "../url/index.ts";

export interface ExcludedUrl {
  readonly url: string;
  readonly reason: string;
  readonly detail: string | null;
  readonly depth: number | null;
  /** How it stands in the page where it was found; null where that is not known. */
  readonly linkKind: string | null;
  readonly linkRel: string | null;
  /** The page where it was found, and what it says to robots; null likewise. */
  readonly viaUrl: string | null;
  readonly viaRobots: string | null;
}

export interface ExcludedRule {
  /** The rule with its values in this case, in words; null where the reason says it all. */
  readonly rule: string | null;
  /** The settings that would change it, in words; null where there are none. */
  readonly advice: string | null;
}

/** What to do about each reason. Options stand in it as the user writes them. */
const ADVICE: Readonly<Record<string, string>> = {
  include: "an --include that matches it, or name it as a seed",
  exclude: "without that --exclude",
  depth: "a larger --max-depth",
  robots: "--no-robots ignores robots.txt, on a site of your own",
  robots_unreachable: "a later crawl asks for robots.txt again; --no-robots ignores it",
  nofollow: "--no-robots follows such links; so does naming it as a seed",
  link_kind: "--check assets asks for such files once",
  private_address: "--allow-private, or name it as a seed",
  host_budget: "a larger --max-pages-per-host",
  folder_budget: "a larger --max-pages-per-folder",
};

/** From the narrowest to the widest that may be of use; `any` always is. */
const WIDER_SCOPES = ["host", "domain"] as const;

/** Seeds named; a run may have thousands. */
const SEEDS_NAMED = 3;

/**
 * @param settings those of the run that decided
 * @param seeds its seeds and what they redirect to, canonical
 */
export function excludedRule(
  excluded: ExcludedUrl,
  settings: CrawlSettings,
  seeds: readonly string[],
): ExcludedRule {
  const { reason } = excluded;
  return {
    rule: ruleOf(excluded, settings, seeds),
    advice:
      reason === "nofollow" && !pageAsked(excluded, settings)
        ? "without --respect-nofollow such links are followed"
        : adviceOf(excluded, seeds),
  };
}

/** What may be done about a reason; null where nothing is to be done. */
export function adviceOf(
  { reason, url }: Pick<ExcludedUrl, "reason" | "url">,
  seeds: readonly string[],
): string | null {
  if (reason === "scope") {
    // Only those that would take this URL; one that was outside of the run's own is no longer among them.
    const scopes = WIDER_SCOPES.filter((kind) => new Scope(kind, seeds).has(url));
    const named = [...scopes, "any"].join(" or ");
    return `--scope ${named} follows it; --check external asks for it once; or name it as a seed`;
  }
  if (reason.startsWith("trap_")) return "--no-traps turns such rules off; or name it as a seed";
  return ADVICE[reason] ?? null;
}

function ruleOf(
  excluded: ExcludedUrl,
  settings: CrawlSettings,
  seeds: readonly string[],
): string | null {
  const { url, reason, detail, depth } = excluded;
  switch (reason) {
    case "scope":
      return scopeRule(settings.scope, seeds);
    case "include":
      return settings.include.map(({ source }) => `--include ${source}`).join(" ") || null;
    case "exclude": {
      const rule = settings.exclude.find((pattern) => pattern.test(url));
      return rule === undefined ? null : `--exclude ${rule.source}`;
    }
    case "depth":
      return `--max-depth ${settings.maxDepth}${depth === null ? "" : `, and its depth is ${depth}`}`;
    case "robots":
      return `${originOf(url)}/robots.txt${detail === null ? "" : `, ${detail}`}`;
    case "robots_unreachable":
      return `${originOf(url)}/robots.txt${detail === null ? "" : `: ${detail}`}`;
    case "nofollow":
      return nofollowRule(excluded, settings);
    case "link_kind":
      return excluded.linkKind === null ? detail : `found as ${excluded.linkKind}`;
    case "private_address":
      return detail ?? hostNameOf(url);
    default:
      return detail;
  }
}

function scopeRule(scope: CrawlSettings["scope"], seeds: readonly string[]): string {
  const places = [...new Set(seeds.map((seed) => placeOf(scope, seed)))];
  const more = places.length - SEEDS_NAMED;
  const named = places.slice(0, SEEDS_NAMED).join(", ");
  return `--scope ${scope} takes ${named}${more > 0 ? ` and ${more} more` : ""}`;
}

function placeOf(scope: CrawlSettings["scope"], seed: string): string {
  const host = originOf(seed).replace(/^https?:\/\//, "");
  if (scope === "domain") return registrableDomain(hostNameOf(seed)) ?? hostNameOf(seed);
  if (scope !== "prefix") return host;
  const path = pathOf(seed);
  return host + path.slice(0, path.lastIndexOf("/") + 1);
}

function nofollowRule(excluded: ExcludedUrl, settings: CrawlSettings): string | null {
  const { viaUrl, viaRobots, linkRel, detail } = excluded;
  if (viaUrl === null) return detail;
  if (pageAsked(excluded, settings)) {
    return viaRobots === null ? detail : `${viaUrl} says ${viaRobots}`;
  }
  return `the link on ${viaUrl} has rel="${linkRel ?? ""}"`;
}

/** Not to follow its links: what a page says is for all of them, a rel attribute for its own link. */
function pageAsked(
  { viaRobots, linkRel }: ExcludedUrl,
  { robots, respectNofollow }: CrawlSettings,
): boolean {
  if (robots && viaRobots !== null && /\b(?:nofollow|none)\b/i.test(viaRobots)) return true;
  return linkRel === null || !respectNofollow;
}
