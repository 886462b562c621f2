/**
 * Which URLs are left out because they belong to a space without end, as far as pages have shown it.
 *
 * Each page that is settled teaches: that a part of the URL does not change the page (`TwinEvidence`),
 * or that a group of pages only leads to more of itself (`BarrenGroups`). What was learned is kept in
 * the store, and asked when a URL is about to be fetched: then all is known that leads there, so the
 * order in which links were found decides nothing.
 *
 * A rule never takes the last way to a page. A variant is left out where its twin is asked, and a page of
 * a barren group where nothing but that group leads to it; seeds and what a sitemap names are spared.
 * Some of the URLs that a rule covers are asked all the same, to find out rules that are wrong.
 */
import type { PendingUrl, TrapRule, TrapStore } from "../../frontier-store.ts";
import type { LinkKind, UnlinkedOutcome } from "../../messages.ts";
import { RecentMap } from "../../recent-map.ts";
import { BarrenGroups } from "./barren-groups.ts";
import { EchoFolders } from "./echo-folders.ts";
import { HostRules, type LearnedRule, type RuleChange } from "./host-rules.ts";
import { ruleDetail, SESSION_ID_DETAIL } from "./rule-detail.ts";
import { TextMemory } from "./text-places.ts";
import { headlineOf, sameFamily, urlPlace, type UrlPlace } from "./trap-page.ts";
import { TwinEvidence } from "./twin-evidence.ts";

export interface TrapRefusal {
  readonly reason: string;
  readonly detail: string;
}

/** Links to a URL that are looked at; one with more is no page of a trap. */
const MAX_SOURCES = 500;
/** Of the URLs a rule covers, this one, twice this one, four times this one... are asked all the same. */
const FIRST_PROBE = 32;
const SUSPECTS_IN_FLIGHT = 2;
/** Of earlier processes: a second's work at most. */
const FETCHES_REMEMBERED = 20_000;
/** Hosts whose rules are in memory: twice this many. */
const HOSTS = 10_000;

export class Traps {
  readonly #store: TrapStore;
  readonly #runId: number;
  readonly #enabled: boolean;
  readonly #hosts = new RecentMap<number, HostRules>(HOSTS);
  readonly #texts = new TextMemory();
  readonly #twins = new TwinEvidence();
  readonly #groups: BarrenGroups;
  readonly #folders = new EchoFolders();
  /** The page whose links are being found, and what it was the first to lead to. */
  #page: { readonly urlId: number; readonly hostId: number; readonly place: UrlPlace } | null =
    null;
  /** What is in flight and may belong to a trap, with its group. */
  readonly #suspects = new Map<number, string>();
  #remembers = false;
  /** The URL that was looked at last. */
  #looked: { readonly urlId: number; readonly group: string | null } | null = null;
  /** Of the host that was asked for last: most links of a page lead to one. */
  #lastRules: { readonly hostId: number; readonly rules: HostRules } | null = null;
  #newUrls: { readonly url: string; readonly followed: boolean }[] = [];

  constructor(input: { store: TrapStore; runId: number; enabled: boolean }) {
    this.#store = input.store;
    this.#runId = input.runId;
    this.#enabled = input.enabled;
    this.#groups = new BarrenGroups((url) => input.store.stands(url));
  }

  /** A URL was answered; the links of its page are found next. */
  open(entry: PendingUrl, hostId: number): void {
    if (!this.#enabled) return;
    this.#suspects.delete(entry.urlId);
    this.#page = { urlId: entry.urlId, hostId, place: urlPlace(entry.url) };
    this.#newUrls = [];
  }

  /** A URL was found that was not known. */
  foundNew(url: string, viaUrlId: number | null, followed: boolean): void {
    if (viaUrlId !== null && viaUrlId === this.#page?.urlId) this.#newUrls.push({ url, followed });
  }

  /** Whether anything was learned of a host. */
  hasRules(hostId: number): boolean {
    return this.#enabled && !this.#rulesOf(hostId).isEmpty;
  }

  /**
   * Whether a known URL that a rule left out may be asked now: the page being read is the first outside
   * of its group that leads to it.
   */
  mayReopen(url: string, hostId: number, link: LinkKind): boolean {
    if (!this.#enabled) return false;
    const rules = this.#rulesOf(hostId);
    if (rules.isEmpty) return false;
    if (link === "sitemap") return true;
    if (!rules.hasGroups || this.#page === null) return false;
    const rule = this.#groupRule(rules, hostId, urlPlace(url));
    return rule !== undefined && !isInside(rule.rule, urlPlace(url), this.#page.place);
  }

  /**
   * Learns from a page whose links were found. Returns the reasons whose URLs are to be looked at again,
   * because a rule turned out to be wrong.
   */
  learn(entry: PendingUrl, outcome: UnlinkedOutcome, now: number): readonly string[] {
    const page = this.#page;
    const { page: facts } = outcome;
    const status = outcome.attempts.at(-1)?.status;
    if (page?.urlId !== entry.urlId || entry.kind !== "page") return [];
    this.#page = null;
    // Empty pages and errors are alike without being the same.
    if (facts === null || facts.words === 0 || status !== 200) return [];
    this.#remember(now);
    const { hostId, place } = page;
    const places = this.#texts.note(hostId, facts.textHash, place.path);
    const settled = {
      hostId,
      url: entry.url,
      headline: headlineOf(facts.title, facts.h1, facts.description),
      textHash: facts.textHash,
      simhash: facts.simhash,
      wordSample: outcome.wordSample,
      newUrls: this.#newUrls,
    };
    const changes = [
      ...this.#twins.note(settled, places),
      ...this.#groups.note(settled),
      ...this.#folders.note(settled, places),
    ];
    return changes.flatMap((change) => this.#apply(hostId, change, now));
  }

  /**
   * What earlier processes compared is compared again, once: the other half of a pair may come only now.
   * What the pages of a group said is not stored; there the row begins anew.
   */
  #remember(now: number): void {
    if (this.#remembers) return;
    this.#remembers = true;
    for (const { hostId, url, textHash } of this.#store.recentPages(FETCHES_REMEMBERED)) {
      const places = this.#texts.note(hostId, textHash, urlPlace(url).path);
      for (const change of this.#twins.note({ hostId, url, textHash }, places)) {
        this.#apply(hostId, change, now);
      }
    }
  }

  /** Why a URL that is about to be fetched is not; null when it is. */
  refusal(hostId: number, entry: PendingUrl): TrapRefusal | null {
    if (!this.#enabled || entry.kind !== "page" || entry.isSeed) return null;
    const rules = this.#rulesOf(hostId);
    return this.#refusedVariant(rules, hostId, entry) ?? this.#refusedByGroup(rules, hostId, entry);
  }

  /**
   * Whether a URL should wait for the answers to others that are like it: while a rule is on its way to
   * hold, one in flight too many is one asked in vain.
   */
  mustWait(hostId: number, entry: PendingUrl): boolean {
    if (!this.#enabled || entry.kind !== "page" || entry.isSeed) return false;
    const group = this.#suspect(hostId, entry.url);
    this.#looked = { urlId: entry.urlId, group };
    if (group === null) return false;
    let inFlight = 0;
    for (const other of this.#suspects.values()) if (other === group) inFlight += 1;
    return inFlight >= SUSPECTS_IN_FLIGHT;
  }

  /** A URL is fetched that did not have to wait; returns whether it may belong to a trap. */
  started({ urlId }: PendingUrl): boolean {
    const group = urlId === this.#looked?.urlId ? this.#looked.group : null;
    if (group !== null) this.#suspects.set(urlId, group);
    return group !== null;
  }

  /** A URL is not fetched after all. */
  givenBack({ urlId }: PendingUrl): void {
    this.#suspects.delete(urlId);
  }

  #suspect(hostId: number, url: string): string | null {
    const place = urlPlace(url);
    return (
      this.#groups.suspect(hostId, place) ??
      this.#folders.suspect(hostId, place.path) ??
      this.#twins.suspect(hostId, place)
    );
  }

  #refusedVariant(
    rules: HostRules,
    hostId: number,
    { url, urlId }: PendingUrl,
  ): TrapRefusal | null {
    const found = rules.baseOf(url);
    if (found === null) return null;
    const { base, learned } = found;
    const variant = this.#store.stands(base) ? 0 : this.#store.variant(base);
    if (variant === urlId) return null;
    // What a mirror has of a barren group is as barren: else each mirror would begin it anew.
    const barren =
      variant === null && learned?.rule.kind === "mirror"
        ? this.#groupRule(rules, hostId, urlPlace(base))
        : undefined;
    if (variant === null && barren === undefined) {
      this.#store.keepVariant(base, urlId);
      return null;
    }
    if (learned !== null && isProbe(learned, urlId)) return null;
    if (this.#store.sources(urlId, MAX_SOURCES).some(({ kind }) => kind === "sitemap")) return null;
    return learned === null
      ? { reason: "trap_session_id", detail: `${SESSION_ID_DETAIL}; ${base} is known` }
      : {
          reason: learned.rule.reason,
          detail: `${ruleDetail(learned.rule)}; ${barren === undefined ? `${base} is known` : ruleDetail(barren.rule)}`,
        };
  }

  #refusedByGroup(rules: HostRules, hostId: number, entry: PendingUrl): TrapRefusal | null {
    if (!rules.hasGroups) return null;
    const place = urlPlace(entry.url);
    const learned = this.#groupRule(rules, hostId, place);
    if (learned === undefined) return null;
    const sources = this.#store.sources(entry.urlId, MAX_SOURCES);
    const onlyInside =
      sources.length > 0 &&
      sources.length < MAX_SOURCES &&
      sources.every(
        ({ url, kind }) => kind !== "sitemap" && isInside(learned.rule, place, urlPlace(url)),
      );
    if (!onlyInside || isProbe(learned, entry.urlId)) return null;
    return { reason: learned.rule.reason, detail: ruleDetail(learned.rule) };
  }

  #groupRule(rules: HostRules, hostId: number, place: UrlPlace): LearnedRule | undefined {
    const rule = rules.groupRule(place);
    if (rule !== undefined) return rule;
    const facets = rules.get("facets", `${place.shape}?*`);
    return facets !== undefined && this.#groups.isCombination(hostId, place) ? facets : undefined;
  }

  #apply(hostId: number, { rule, holds }: RuleChange, now: number): string[] {
    const rules = this.#rulesOf(hostId);
    const known = rules.get(rule.kind, rule.pattern);
    if (!holds) {
      if (known === undefined) return [];
      rules.delete(rule);
      this.#store.drop(hostId, rule);
      return [rule.reason];
    }
    if (known === undefined) rules.set(rule);
    // Its figures are written again when they have doubled: not with each page.
    if (known === undefined || rule.pagesFor >= 2 * known.rule.pagesFor) {
      rules.set(rule);
      this.#store.keep(hostId, rule, { runId: this.#runId, now });
    }
    return [];
  }

  #rulesOf(hostId: number): HostRules {
    if (this.#lastRules?.hostId === hostId) return this.#lastRules.rules;
    let rules = this.#hosts.get(hostId);
    if (rules === undefined) {
      rules = new HostRules(this.#store.rules(hostId));
      this.#hosts.set(hostId, rules);
    }
    this.#lastRules = { hostId, rules };
    return rules;
  }
}

/** Whether a link from `source` to a URL that a rule covers is one of the rule's own group. */
function isInside(rule: TrapRule, place: UrlPlace, source: UrlPlace): boolean {
  if (rule.kind === "folder") {
    return source.origin === place.origin && source.path.startsWith(rule.pattern);
  }
  if (rule.kind === "facets") return source.origin === place.origin && source.shape === place.shape;
  return sameFamily(source, place);
}

function isProbe(learned: LearnedRule, urlId: number): boolean {
  // It may come by again before it is fetched, and for a retry.
  if (learned.probes.has(urlId)) return true;
  learned.covered += 1;
  const times = learned.covered / FIRST_PROBE;
  if (times < 1 || !Number.isInteger(Math.log2(times))) return false;
  learned.probes.add(urlId);
  return true;
}
