/** The user's `--include` and `--exclude`: unanchored, on the canonical URL. */
export class UrlFilter {
  readonly #include: readonly RegExp[];
  readonly #exclude: readonly RegExp[];

  constructor(rules: { include: readonly RegExp[]; exclude: readonly RegExp[] }) {
    this.#include = rules.include.map(stateless);
    this.#exclude = rules.exclude.map(stateless);
  }

  /**
   * Which of the two keeps a URL out; null when neither does. Exclude wins, for seeds too; without
   * include rules everything is included, and seeds always are.
   */
  reason(url: string, isSeed: boolean): "include" | "exclude" | null {
    if (this.#exclude.some((rule) => rule.test(url))) return "exclude";
    if (isSeed || this.#include.length === 0) return null;
    return this.#include.some((rule) => rule.test(url)) ? null : "include";
  }
}

/** With the flags g and y, `test` begins where the last match ended, on another URL. */
function stateless(rule: RegExp): RegExp {
  return rule.global || rule.sticky ? new RegExp(rule, rule.flags.replace(/[gy]/g, "")) : rule;
}
