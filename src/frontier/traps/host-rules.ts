/** The rules that were learned about one host, ready to be asked about a URL. */
import type { TrapRule } from "../../frontier-store.ts";
import { looksRandom, pathShape, urlPieces, withoutSessionId } from "../../url/index.ts";
import { echoingFolders } from "./echo-folders.ts";
import type { UrlPlace } from "./trap-page.ts";

export interface RuleChange {
  readonly rule: TrapRule;
  /** Whether it holds from now on, or no longer. */
  readonly holds: boolean;
}

export interface LearnedRule {
  rule: TrapRule;
  /** URLs it covered in this process. */
  covered: number;
  /** Those of them that were asked all the same; their number grows with the logarithm of the others'. */
  readonly probes: Set<number>;
}

/** What is left of a URL without the parts that do not change the page, and the first rule that said so. */
export interface Base {
  readonly base: string;
  /** Null for a session id that is known by its name. */
  readonly learned: LearnedRule | null;
}

/** Mirrors of mirrors. */
const MAX_MIRRORS = 3;

export class HostRules {
  readonly #rules = new Map<string, LearnedRule>();
  #mirrors: readonly LearnedRule[] = [];
  #segments: readonly LearnedRule[] = [];
  #parameters = 0;
  #groups = 0;

  constructor(rules: readonly TrapRule[]) {
    for (const rule of rules) this.set(rule);
  }

  get(kind: TrapRule["kind"], pattern: string): LearnedRule | undefined {
    return this.#rules.get(`${kind} ${pattern}`);
  }

  /** Whether any rule is about pages that lead to more of their kind. */
  get hasGroups(): boolean {
    return this.#groups > 0;
  }

  get isEmpty(): boolean {
    return this.#rules.size === 0;
  }

  set(rule: TrapRule): void {
    const known = this.get(rule.kind, rule.pattern);
    if (known === undefined)
      this.#rules.set(`${rule.kind} ${rule.pattern}`, { rule, covered: 0, probes: new Set() });
    else known.rule = rule;
    this.#index();
  }

  delete(rule: TrapRule): boolean {
    const deleted = this.#rules.delete(`${rule.kind} ${rule.pattern}`);
    if (deleted) this.#index();
    return deleted;
  }

  #index(): void {
    const rules = [...this.#rules.values()];
    this.#mirrors = rules.filter(({ rule }) => rule.kind === "mirror").toSorted(longestFirst);
    this.#segments = rules.filter(({ rule }) => rule.kind === "segment").toSorted(longestFirst);
    this.#parameters = rules.filter(({ rule }) => rule.kind === "parameter").length;
    this.#groups = rules.length - this.#mirrors.length - this.#segments.length - this.#parameters;
  }

  /** Null where no rule takes anything off the URL. */
  baseOf(url: string): Base | null {
    const bare = withoutSessionId(url);
    if (bare === null && this.isEmpty) return null;
    let learned: LearnedRule | null = null;
    const pieces = urlPieces(bare ?? url);
    let { path, query } = pieces;
    for (let i = 0; i < MAX_MIRRORS; i++) {
      const mirror = this.#mirrors.find(({ rule }) => path.startsWith(`${rule.pattern}/`));
      if (mirror === undefined) break;
      path = path.slice(mirror.rule.pattern.length);
      learned ??= mirror;
    }
    for (const segment of this.#segments) {
      const before = segment.rule.pattern.slice(0, -1);
      if (!path.startsWith(before)) continue;
      const slash = path.indexOf("/", before.length);
      const end = slash === -1 ? path.length : slash;
      if (!looksRandom(path.slice(before.length, end))) continue;
      path = `${before}*${path.slice(end)}`;
      learned ??= segment;
    }
    if (query !== null && this.#parameters > 0) {
      const shape = pathShape(path);
      const kept = query.split("&").filter((pair) => {
        const equals = pair.indexOf("=");
        const name = equals === -1 ? pair : pair.slice(0, equals);
        const rule =
          this.get("parameter", `${shape}?${name}`) ?? this.get("parameter", `*?${name}`);
        if (rule !== undefined) learned ??= rule;
        return rule === undefined;
      });
      query = kept.length === 0 ? null : kept.join("&");
    }
    if (bare === null && learned === null) return null;
    // A session id by its name needs no proof, so it is named first.
    return {
      base: pieces.origin + path + (query === null ? "" : `?${query}`),
      learned: bare === null ? learned : null,
    };
  }

  /** The rule about groups of pages that covers a URL, other than by facets. */
  groupRule(place: UrlPlace): LearnedRule | undefined {
    if (this.#groups === 0) return undefined;
    const walk =
      place.calendar === null
        ? this.get("walk", place.group)
        : this.get("calendar", place.calendar);
    if (walk !== undefined) return walk;
    for (const folder of echoingFolders(place.path)) {
      const rule = this.get("folder", folder);
      if (rule !== undefined) return rule;
    }
    return undefined;
  }
}

function longestFirst(one: LearnedRule, other: LearnedRule): number {
  return other.rule.pattern.length - one.rule.pattern.length;
}
