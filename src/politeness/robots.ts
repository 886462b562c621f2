import { productToken } from "./product-token.ts";
import { robotsLines, type RobotsLine } from "./robots-lines.ts";
import {
  byPrecedence,
  robotsPath,
  robotsRules,
  ruleMatches,
  type RobotsRule,
} from "./robots-rule.ts";

/** What robots.txt says of one URL. */
export interface RobotsDecision {
  readonly allowed: boolean;
  /** The line that decided, from 1; null when none speaks of this URL. */
  readonly line: number | null;
  /** That line's record, as "Disallow: /private"; null likewise. */
  readonly rule: string | null;
}

/** A parsed robots.txt. `userAgent` is the whole User-Agent header; see `productToken`. */
export interface Robots {
  /** Whether the crawler may fetch the URL. */
  allows(url: string, userAgent: string): boolean;
  /** The same, with the line that decided. */
  decide(url: string, userAgent: string): RobotsDecision;
  /** The largest Crawl-delay given for this crawler, at most a day; null when none is. */
  crawlDelayMs(userAgent: string): number | null;
  /** The values of the Sitemap lines, as written, each once; they belong to no group. */
  readonly sitemaps: readonly string[];
}

/**
 * Reads a robots.txt by RFC 9309: at most its first 512 KiB, any line ends, UTF-8 or, with a byte
 * order mark, UTF-16. Never throws: what is not understood is passed over.
 */
export function parseRobots(bytes: Uint8Array): Robots {
  return new RobotsFile(robotsLines(bytes));
}

const MAX_CRAWL_DELAY_MS = 24 * 3600 * 1000;
const NO_RULE: RobotsDecision = { allowed: true, line: null, rule: null };

/**
 * All that is said to one name. Groups are shared, not copied, between the names that head them: a
 * file of many names over many rules would else grow with their product.
 */
interface Agent {
  readonly ruleGroups: Set<RobotsRule[]>;
  readonly delayGroups: Set<number[]>;
  /** Of all its groups together, by precedence; made when first asked for. */
  rules: readonly RobotsRule[] | null;
}

class RobotsFile implements Robots {
  readonly sitemaps: readonly string[];
  readonly #agents: ReadonlyMap<string, Agent>;
  #lastUserAgent: string | null = null;
  #lastAgent: Agent | undefined;

  constructor(lines: readonly RobotsLine[]) {
    this.#agents = groupedByAgent(lines);
    const values = lines.filter(({ field, value }) => field === "sitemap" && value !== "");
    this.sitemaps = [...new Set(values.map(({ value }) => utf8(value)))];
  }

  allows(url: string, userAgent: string): boolean {
    return this.decide(url, userAgent).allowed;
  }

  decide(url: string, userAgent: string): RobotsDecision {
    const agent = this.#agentFor(userAgent);
    if (agent === undefined) return NO_RULE;
    agent.rules ??= [...agent.ruleGroups].flat().sort(byPrecedence);
    const path = robotsPath(url);
    // The file itself is implicitly allowed (section 2.2.2).
    if (path.asWritten === "/robots.txt") return NO_RULE;
    const rule = agent.rules.find((rule) => ruleMatches(rule, path));
    if (rule === undefined) return NO_RULE;
    const { allowed, line, value } = rule;
    return { allowed, line, rule: `${allowed ? "Allow" : "Disallow"}: ${utf8(value)}` };
  }

  crawlDelayMs(userAgent: string): number | null {
    let largest: number | null = null;
    for (const delays of this.#agentFor(userAgent)?.delayGroups ?? []) {
      for (const delayMs of delays) largest = Math.max(largest ?? 0, delayMs);
    }
    return largest;
  }

  /** A crawler's own groups replace those for all, even when they say nothing. */
  #agentFor(userAgent: string): Agent | undefined {
    if (userAgent !== this.#lastUserAgent) {
      this.#lastUserAgent = userAgent;
      this.#lastAgent = this.#agents.get(productToken(userAgent)) ?? this.#agents.get("*");
    }
    return this.#lastAgent;
  }
}

function groupedByAgent(lines: readonly RobotsLine[]): Map<string, Agent> {
  const agents = new Map<string, Agent>();
  // Other records must not interfere with groups of rules (section 2.2.4), so a Crawl-delay does not
  // end one. But it does not speak for agents that are named only after it.
  let rules: RobotsRule[] | null = null;
  let delays: number[] | null = null;
  let rulesEnded = true;
  let delaysEnded = true;
  for (const { line, field, value } of lines) {
    if (field === "user-agent") {
      if (rulesEnded || rules === null) rules = [];
      if (delaysEnded || delays === null) delays = [];
      rulesEnded = false;
      delaysEnded = false;
      const name = agentName(value);
      let agent = agents.get(name);
      if (agent === undefined) {
        agent = { ruleGroups: new Set(), delayGroups: new Set(), rules: null };
        agents.set(name, agent);
      }
      agent.ruleGroups.add(rules);
      agent.delayGroups.add(delays);
    } else if (field === "crawl-delay") {
      delaysEnded = true;
      const delayMs = crawlDelayMsOf(value);
      if (delayMs !== null) delays?.push(delayMs);
    } else if (field !== "sitemap") {
      rulesEnded = true;
      delaysEnded = true;
      // Rules before the first user agent speak to nobody.
      rules?.push(...robotsRules(line, field === "allow", value));
    }
  }
  return agents;
}

/** "*" or a product token, in lower case; what follows a token ("FooBot/2.1") is no part of it. */
function agentName(value: string): string {
  if (/^\*(?:\s|$)/.test(value)) return "*";
  return (/^[A-Za-z0-9_-]*/.exec(value)?.[0] ?? "").toLowerCase();
}

function crawlDelayMsOf(value: string): number | null {
  // Not \d+\.?\d*, whose time grows with the square of a number's digits.
  if (!/^(?:\d+(?:\.\d*)?|\.\d+)$/.test(value)) return null;
  return Math.min(Math.round(Number(value) * 1000), MAX_CRAWL_DELAY_MS);
}

function utf8(octets: string): string {
  return Buffer.from(octets, "latin1").toString("utf8");
}
