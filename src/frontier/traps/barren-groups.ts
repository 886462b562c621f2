/**
 * Groups of pages that bring nothing new and lead to ever more of themselves: calendars without events,
 * counters in a parameter, combinations of facets. Each page is compared with what its group said
 * before, numbers aside; nothing is held against a page that leads elsewhere, so a list that leads to its
 * items is never barren. Numbers in a path are no group: too many real sites are nothing else.
 */
import type { TrapRule } from "../../frontier-store.ts";
import { RecentMap } from "../../recent-map.ts";
import { FacetPairs } from "./facet-pairs.ts";
import type { RuleChange } from "./host-rules.ts";
import { SaidWords } from "./said-words.ts";
import { Streak } from "./streak.ts";
import { hashOf, sameFamily, urlPlace, type TrapPage, type UrlPlace } from "./trap-page.ts";

/** Pages of one calendar in a row without a new word, its days and months together. */
const CALENDAR_PAGES = 12;
/**
 * Pages in a row that said, word for word but for numbers, what another of the group said: where the
 * page without its parameters is there too, and where it is not, so that the parameter may name pages.
 */
const SAME_PAGES = 16;
const SAME_PAGES_WITHOUT_BASE = 100;
/** Pages there are at least for each look among them. */
const PAGES_PER_LOOK = 10;
/** Combinations of facets in a row without a new word. */
const FACET_PAGES = 12;
/** Looks remembered of one group. */
const MAX_LOOKS = 2_048;
/** Groups remembered over all hosts: twice this many, 20 MB where all of them say much. */
const GROUPS = 256;

/** The pages of a calendar. */
class Dated {
  readonly words = new SaidWords();
  /** Pages without a new word. */
  readonly wordless = new Streak();
}

/** Pages of one path and the same parameters. */
class Walk {
  readonly looks = new Set<number>();
  /** Pages that said what another did. */
  readonly same = new Streak();
}

class Facets extends Dated {
  readonly pairs = new FacetPairs();
}

export class BarrenGroups {
  readonly #calendars = new RecentMap<string, Dated>(GROUPS);
  readonly #walks = new RecentMap<string, Walk>(GROUPS);
  readonly #facets = new RecentMap<string, Facets>(GROUPS);
  readonly #stands: (url: string) => boolean;

  /** @param stands whether a URL is there, or waits to be asked */
  constructor(stands: (url: string) => boolean) {
    this.#stands = stands;
  }

  /** Compares a page with its groups; returns the rules that hold or fall by it. */
  note(page: TrapPage): RuleChange[] {
    const place = urlPlace(page.url);
    if (place.query === null && place.calendar === null) return [];
    const found = page.newUrls.map(({ url, followed }) => ({ place: urlPlace(url), followed }));
    const changes: RuleChange[] = [];
    if (place.calendar === null) this.#walk(page, place, found, changes);
    else this.#calendar(page, place.calendar, found, changes);
    this.#facet(page, place, found, changes);
    return changes;
  }

  /** Whether a URL only combines parameters that pages of its path had. */
  isCombination(hostId: number, place: UrlPlace): boolean {
    const group = this.#facets.get(`${hostId} ${place.shape}`);
    return group !== undefined && place.query !== null && group.pairs.hasAll(place.query);
  }

  /** The group that a URL belongs to, where its last pages brought nothing new; null where they did. */
  suspect(hostId: number, place: UrlPlace): string | null {
    const { calendar, query } = place;
    if (calendar !== null) {
      const key = `${hostId} ${calendar}`;
      const isSuspect = this.#calendars.get(key)?.wordless.isSuspect(CALENDAR_PAGES) === true;
      if (isSuspect) return `${key} calendar`;
    }
    if (query === null) return null;
    const walk = `${hostId} ${place.group}`;
    if (this.#walks.get(walk)?.same.isSuspect(SAME_PAGES) === true) return walk;
    const facets = `${hostId} ${place.shape}`;
    const isSuspect = this.#facets.get(facets)?.wordless.isSuspect(FACET_PAGES) === true;
    return isSuspect && this.isCombination(hostId, place) ? `${facets} facets` : null;
  }

  #calendar(page: TrapPage, calendar: string, found: Found[], changes: RuleChange[]): void {
    const group = remembered(this.#calendars, `${page.hostId} ${calendar}`, () => new Dated());
    const leads = found.some((other) => leadsOn(other) && other.place.calendar !== calendar);
    const newWord = group.words.add(page);
    group.wordless.add(!newWord && !leads, 0);
    // Its days lead back to its months, so that not each page of it adds one.
    const barren = group.wordless.length >= CALENDAR_PAGES && group.words.areFew;
    const pages = barren ? group.wordless.length : 0;
    if (barren || leads) changes.push(change("calendar", calendar, "trap_calendar", pages));
  }

  #walk(page: TrapPage, place: UrlPlace, found: Found[], changes: RuleChange[]): void {
    const { group: pattern } = place;
    const group = remembered(this.#walks, `${page.hostId} ${pattern}`, () => new Walk());
    const inside = found.filter((other) => sameFamily(other.place, place)).length;
    const leads = found.some((other) => leadsOn(other) && !sameFamily(other.place, place));
    const look = lookOf(page);
    group.same.add(group.looks.has(look) && !leads, inside);
    if (group.looks.size < MAX_LOOKS) group.looks.add(look);
    const pages = this.#isCounter(group, place) ? group.same.length : 0;
    if (pages > 0 || leads) changes.push(change("walk", pattern, "trap_endless", pages));
  }

  #isCounter({ same, looks }: Walk, { origin, path }: UrlPlace): boolean {
    // Products in five colours look alike in time too; a counter's pages do from the first.
    if (!same.isEndless(SAME_PAGES) || looks.size * PAGES_PER_LOOK > same.length) return false;
    return same.length >= SAME_PAGES_WITHOUT_BASE || this.#stands(origin + path);
  }

  #facet(page: TrapPage, place: UrlPlace, found: Found[], changes: RuleChange[]): void {
    const { query, names, shape } = place;
    if (query === null) return;
    const group = remembered(this.#facets, `${page.hostId} ${shape}`, () => new Facets());
    const { pairs } = group;
    const combined = pairs.hasAll(query);
    const leadsOut = found.some((other) => leadsOn(other) && other.place.shape !== shape);
    const newValue = found.some(({ place: other }) => {
      return other.query !== null && other.shape === shape && !pairs.knowsEach(other.query);
    });
    pairs.add(query, names);
    // Most paths with parameters are no facets; what their pages say is not remembered.
    const newWord = !pairs.mayBeFacets || group.words.add(page);
    if (!combined) return;
    const grown = found.filter((other) => other.place.shape === shape).length;
    group.wordless.add(!newWord && !newValue && !leadsOut, grown);
    const barren = pairs.areFacets && group.wordless.isEndless(FACET_PAGES);
    const pages = barren ? group.wordless.length : 0;
    // A value that is new to this process is no news of a rule that an earlier one learned.
    if (barren || leadsOut) changes.push(change("facets", `${shape}?*`, "trap_facets", pages));
  }
}

interface Found {
  readonly place: UrlPlace;
  readonly followed: boolean;
}

/** A new image is something new; one more value after the same path is a counter. */
function leadsOn({ place, followed }: Found): boolean {
  return followed || place.query === null;
}

/** All that is known of what a page says, numbers aside: a simhash alone misses a word of many. */
function lookOf({ simhash, wordSample, headline }: TrapPage): number {
  let look = hashOf(`${simhash ?? ""} ${headline}`);
  for (const word of wordSample) look = Math.imul(look ^ word, 0x01000193) ^ (look >>> 15);
  return look;
}

/** The rule that the last `pages` pages of a group make; none of them, and it falls. */
function change(
  kind: TrapRule["kind"],
  pattern: string,
  reason: string,
  pages: number,
): RuleChange {
  return { rule: { kind, pattern, reason, pagesFor: pages, pagesAgainst: 0 }, holds: pages > 0 };
}

function remembered<Value>(map: RecentMap<string, Value>, key: string, make: () => Value): Value {
  let value = map.get(key);
  if (value === undefined) {
    value = make();
    map.set(key, value);
  }
  return value;
}
