/**
 * "Different URLs with similar text" (Bar-Yossef, Keidar, Schonfeld: Do not crawl in the DUST, 2007):
 * pages that differ in one part of their URLs only are compared, and a part that never changes the text
 * becomes a rule. The parts: a parameter, a random word at one place of the path, a path before the path.
 */
import type { TrapRule } from "../../frontier-store.ts";
import { RecentMap } from "../../recent-map.ts";
import { looksRandom, pathShape, urlPieces, type UrlPieces } from "../../url/index.ts";
import type { TextPlaces } from "./text-places.ts";
import type { RuleChange } from "./host-rules.ts";
import type { TrapPage } from "./trap-page.ts";

/** Pairs of pages that have to say the same, and their least share among all pairs. */
const LEAST_PAIRS = 8;
const LEAST_AGREEMENT = 0.95;
const MOST_OUTLIERS = 1;
/** From here on pairs are looked at one by one. */
const SUSPECT_PAIRS = 2;
/** Different texts among them: where all say the same, the part may name pages that are alike. */
const LEAST_TEXTS = 4;
/** Then it takes the page without the part to say the same too, or this many. */
const LEAST_ALIKE = 100;
/** Pairs in a row, each time more, that a rule needs to hold again after a page has contradicted it. */
const MORE_AFTER_FALL = 4;
/** A mirror is a claim about a whole site. */
const LEAST_MIRRORED = 8;
/** Parameters of one URL that are looked at. */
const MAX_PARAMETERS = 12;
/** URLs whose text is remembered, with and without each part: twice this many, about 20 MB. */
const PAGES = 40_000;
const RULES_WATCHED = 2_000;
const HOSTS_WATCHED = 1_000;
/**
 * Paths before the path that are watched on one host: twice this many. Folders that echo bring several of
 * them, which must not push a mirror out before its pairs are counted.
 */
const PREFIXES_WATCHED = 16;

type Seen = Pick<TrapPage, "url" | "textHash">;
type ComparedPage = Pick<TrapPage, "hostId" | "url" | "textHash">;

interface Evidence {
  readonly kind: "parameter" | "segment" | "mirror";
  readonly pattern: string;
  readonly leastTexts: number;
  /** The page without the part said the same. */
  hasBase: boolean;
  same: number;
  different: number;
  lastDifferent: string;
  /** Pairs that said the same since one did not. */
  inARow: number;
  /** How often it held and was contradicted then. */
  falls: number;
  holds: boolean;
  readonly texts: Set<string>;
}

export class TwinEvidence {
  readonly #pages = new RecentMap<string, Seen>(PAGES);
  readonly #evidence = new RecentMap<string, Evidence>(RULES_WATCHED);
  readonly #prefixes = new RecentMap<number, RecentMap<string, Evidence>>(HOSTS_WATCHED);

  /** Compares a page with those it may be a variant of; returns the rules that hold or fall by it. */
  note(page: ComparedPage, places: TextPlaces): RuleChange[] {
    if (places.isEverywhere) return [];
    const changes: RuleChange[] = [];
    const pieces = urlPieces(page.url);
    this.#parameters(page, pieces, changes);
    this.#segments(page, pieces, changes);
    this.#mirrors(page, pieces, places.paths, changes);
    this.#pages.set(page.url, seenOf(page));
    return changes;
  }

  /** The part of a URL that did not change the page so far, without being a rule yet; else null. */
  suspect(hostId: number, { path, query }: UrlPieces): string | null {
    for (const pair of query?.split("&").slice(0, MAX_PARAMETERS) ?? []) {
      const equals = pair.indexOf("=");
      const key = `${hostId} parameter *?${equals === -1 ? pair : pair.slice(0, equals)}`;
      if (isSuspect(this.#evidence.get(key))) return key;
    }
    const segments = path.split("/");
    const random = segments.findIndex((segment) => looksRandom(segment));
    if (random !== -1) {
      const key = `${hostId} segment ${segments.slice(0, random).join("/")}/*`;
      if (isSuspect(this.#evidence.get(key))) return key;
    }
    for (const evidence of this.#prefixes.get(hostId)?.values() ?? []) {
      const { pattern } = evidence;
      if (isSuspect(evidence) && path.startsWith(`${pattern}/`))
        return `${hostId} mirror ${pattern}`;
    }
    return null;
  }

  #parameters(page: ComparedPage, { origin, path, query }: UrlPieces, changes: RuleChange[]): void {
    if (query === null) return;
    const pairs = query.split("&");
    const shape = pathShape(path);
    for (const [index, pair] of pairs.slice(0, MAX_PARAMETERS).entries()) {
      const equals = pair.indexOf("=");
      const name = equals === -1 ? pair : pair.slice(0, equals);
      if (name === "") continue;
      const rest = pairs.toSpliced(index, 1).join("&");
      const base = rest === "" ? origin + path : `${origin}${path}?${rest}`;
      const without = `${base} ${name}`;
      const plain = this.#pages.get(base);
      const twin = plain ?? this.#pages.get(without);
      if (twin !== undefined && twin.url !== page.url) {
        // One page may say the same at every value; that says something of that page only.
        const onePage = pairs.length === 1 && shape === path;
        const leastTexts = onePage ? 1 : LEAST_TEXTS;
        for (const [where, least] of [
          [shape, leastTexts],
          ["*", LEAST_TEXTS],
        ] as const) {
          const rule = {
            kind: "parameter",
            pattern: `${where}?${name}`,
            leastTexts: least,
          } as const;
          const evidence = this.#evidenceOf(page.hostId, rule);
          if (plain?.textHash === page.textHash) evidence.hasBase = true;
          this.#count(evidence, twin, page, changes);
        }
      }
      this.#pages.set(without, seenOf(page));
    }
  }

  #segments(page: ComparedPage, { origin, path, query }: UrlPieces, changes: RuleChange[]): void {
    const segments = path.split("/");
    for (const [index, segment] of segments.entries()) {
      if (!looksRandom(segment)) continue;
      const before = segments.slice(0, index).join("/");
      const base = `${origin}${segments.with(index, "*").join("/")}?${query ?? ""}`;
      const twin = this.#pages.get(base);
      if (twin !== undefined && twin.url !== page.url) {
        const rule = { kind: "segment", pattern: `${before}/*`, leastTexts: LEAST_TEXTS } as const;
        this.#count(this.#evidenceOf(page.hostId, rule), twin, page, changes);
      }
      this.#pages.set(base, seenOf(page));
    }
  }

  #mirrors(
    page: ComparedPage,
    { origin, path, query }: UrlPieces,
    samePaths: readonly string[],
    changes: RuleChange[],
  ): void {
    let watched = this.#prefixes.get(page.hostId);
    for (const other of samePaths) {
      const prefix = prefixOf(path, other) ?? prefixOf(other, path);
      if (prefix === null) continue;
      if (watched === undefined) {
        watched = new RecentMap(PREFIXES_WATCHED);
        this.#prefixes.set(page.hostId, watched);
      }
      if (watched.get(prefix) !== undefined) continue;
      const rule = { kind: "mirror", pattern: prefix, leastTexts: LEAST_MIRRORED } as const;
      watched.set(prefix, { ...rule, ...NOTHING, texts: new Set() });
    }
    if (watched === undefined) return;
    const tail = query === null ? "" : `?${query}`;
    for (const evidence of watched.values()) {
      const { pattern } = evidence;
      const twins = [this.#pages.get(origin + pattern + path + tail)];
      if (path.startsWith(`${pattern}/`)) {
        twins.push(this.#pages.get(origin + path.slice(pattern.length) + tail));
      }
      for (const twin of twins) {
        if (twin !== undefined) this.#count(evidence, twin, page, changes);
      }
    }
  }

  #evidenceOf(hostId: number, rule: Pick<Evidence, "kind" | "pattern" | "leastTexts">): Evidence {
    const key = `${hostId} ${rule.kind} ${rule.pattern}`;
    let evidence = this.#evidence.get(key);
    if (evidence === undefined) {
      evidence = { ...rule, ...NOTHING, texts: new Set() };
      this.#evidence.set(key, evidence);
    }
    return evidence;
  }

  #count(evidence: Evidence, twin: Seen, page: ComparedPage, changes: RuleChange[]): void {
    if (twin.textHash === page.textHash) {
      evidence.same += 1;
      evidence.inARow += 1;
      if (evidence.texts.size < evidence.leastTexts) evidence.texts.add(page.textHash);
    } else {
      // A pair that is asked again is no further one.
      const pair = [page.url, twin.url].sort().join(" ");
      if (pair === evidence.lastDifferent) return;
      evidence.lastDifferent = pair;
      evidence.different += 1;
      evidence.inARow = 0;
    }
    const held = evidence.holds;
    evidence.holds = isProven(evidence);
    if (held && !evidence.holds) evidence.falls += 1;
    // One that an earlier process learned falls by two pages: what spoke for it is known in part only.
    if (held || evidence.holds || evidence.different >= MOST_OUTLIERS + 1) {
      changes.push({ rule: ruleOf(evidence), holds: evidence.holds });
    }
  }
}

function isProven({ same, different, inARow, texts, ...evidence }: Evidence): boolean {
  // A home page that links to its mirror differs from the mirror's, and is but one page.
  const outliers = evidence.kind === "mirror" ? MOST_OUTLIERS : 0;
  if (different > outliers && same < LEAST_AGREEMENT * (same + different)) return false;
  if (evidence.holds) return true;
  const { leastTexts, hasBase, falls } = evidence;
  const leastPairs = leastTexts === 1 && !hasBase ? LEAST_ALIKE : LEAST_PAIRS;
  const enough = falls === 0 ? same >= leastPairs : inARow >= leastPairs * MORE_AFTER_FALL ** falls;
  return enough && texts.size >= leastTexts;
}

function isSuspect(evidence: Evidence | undefined): boolean {
  if (evidence === undefined || evidence.same >= 2 * LEAST_PAIRS) return false;
  const { same, different } = evidence;
  const few = evidence.kind === "mirror" && different <= MOST_OUTLIERS;
  return same >= SUSPECT_PAIRS && (few || same >= LEAST_AGREEMENT * (same + different));
}

/** The page itself, with all that it brought, is not to be kept. */
function seenOf({ url, textHash }: Seen): Seen {
  return { url, textHash };
}

const NOTHING = {
  lastDifferent: "",
  hasBase: false,
  same: 0,
  different: 0,
  inARow: 0,
  falls: 0,
  holds: false,
};

const REASONS = {
  parameter: "trap_parameter",
  segment: "trap_session_id",
  mirror: "trap_mirror",
} as const;

function ruleOf({ kind, pattern, same, different }: Evidence): TrapRule {
  return { kind, pattern, reason: REASONS[kind], pagesFor: same, pagesAgainst: different };
}

/** What stands before `path` in `longer`, as whole segments; null when nothing does. */
function prefixOf(longer: string, path: string): string | null {
  if (longer.length <= path.length || !longer.endsWith(path)) return null;
  return longer.slice(0, longer.length - path.length);
}
