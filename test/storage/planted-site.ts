/**
 * A site that changes by chance from run to run, planted into a database and kept as a plan beside it:
 * what each run left of every page and link, from which tests work out what should be told.
 */
import type { TestContext } from "node:test";
import type { FetchErrorCode } from "../../src/errors.ts";
import { NOW, Planted } from "./planted.ts";

export const SITE = "https://site.example";
const DEAD = "https://dead.example";

/** What the last attempt on a URL said. */
export interface PlannedPage {
  readonly runId: number;
  readonly status: number | null;
  readonly error: FetchErrorCode | null;
  readonly title: string | null;
  readonly text: string | null;
  /** Whether another URL led to it when that run ended. */
  readonly linked: boolean;
}

/** What a run left. */
export interface PlannedRun {
  readonly id: number;
  readonly pages: ReadonlyMap<string, PlannedPage>;
  /** Sources and targets, "source target". */
  readonly links: ReadonlySet<string>;
  /** Targets whose last attempt failed, and those whose host was given up. */
  readonly broken: ReadonlySet<string>;
}

/** Lehmer's generator: the same site for the same seed. */
export function randomOf(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 48_271) % 2_147_483_647;
    return state % below;
  };
}

export class PlantedSite {
  readonly planted: Planted;
  readonly runs: PlannedRun[] = [];
  readonly #random: (below: number) => number;
  readonly #urls: readonly string[];
  readonly #pages = new Map<string, PlannedPage>();
  readonly #links = new Map<string, string[]>();
  readonly #givenUp = new Set<string>();
  /** Of the other host. */
  readonly #found = new Set<string>();
  /** What a page says when it answers; kept while it does not. */
  readonly #content = new Map<string, { title: string; text: string }>();

  constructor(context: TestContext, size: { readonly pages: number; readonly seed: number }) {
    this.planted = new Planted(context);
    this.#random = randomOf(size.seed);
    this.#urls = Array.from({ length: size.pages }, (_, at) => `${SITE}/${at}`);
  }

  /** Plays a run: most pages are asked again, some have changed, moved, broken or come back. */
  run(): PlannedRun {
    const { planted } = this;
    const runId = planted.begin(`${SITE}/0`);
    const asked = this.#urls.filter((_, at) => at === 0 || this.#random(10) < 7);
    for (const url of asked) this.#ask(runId, url);
    this.#giveUp(runId);
    for (const url of new Set([...this.#links.values()].flat())) {
      if (this.#pages.has(url) || this.#found.has(url)) continue;
      planted.add(runId, url, { state: "excluded", reason: "exclude" });
    }
    planted.finish(runId);
    const leading = new Set(
      [...this.#links].flatMap(([from, targets]) => targets.filter((target) => target !== from)),
    );
    for (const url of asked) {
      const page = this.#pages.get(url);
      if (page !== undefined) this.#pages.set(url, { ...page, linked: leading.has(url) });
    }
    const broken = [...this.#pages].filter(
      ([, { status, error }]) => error !== null || (status ?? 0) >= 400,
    );
    const run: PlannedRun = {
      id: runId,
      pages: new Map(this.#pages),
      links: new Set(
        [...this.#links].flatMap(([from, targets]) => targets.map((target) => `${from} ${target}`)),
      ),
      broken: new Set([...broken.map(([url]) => url), ...this.#givenUp]),
    };
    this.runs.push(run);
    return run;
  }

  #ask(runId: number, url: string): void {
    const isSeed = url === `${SITE}/0`;
    const outcome = this.#random(12);
    if (!isSeed && outcome === 0) {
      this.#store(runId, url, { status: null, error: "connect_refused" });
      return;
    }
    const status = isSeed ? 200 : outcome === 1 ? 404 : outcome === 2 ? 500 : 200;
    if (status !== 200) {
      this.#links.set(url, []);
      this.#store(runId, url, { status, error: null });
      return;
    }
    const known = this.#content.get(url);
    const content = known ?? { title: "Title 0", text: "0".repeat(32) };
    if (this.#random(4) === 0) content.title = `Title ${this.#random(3)}`;
    if (this.#random(4) === 0) content.text = String(this.#random(3)).repeat(32);
    this.#content.set(url, content);
    if (known === undefined || this.#random(2) === 0) this.#links.set(url, this.#newLinks());
    this.#store(runId, url, { status, error: null });
  }

  #newLinks(): string[] {
    const targets = Array.from(
      { length: 3 },
      () => this.#urls[this.#random(this.#urls.length)] ?? "",
    );
    if (this.#random(3) === 0) targets.push(`${DEAD}/${this.#random(3)}`);
    return [...new Set(targets)];
  }

  #store(
    runId: number,
    url: string,
    answer: { readonly status: number | null; readonly error: "connect_refused" | null },
  ): void {
    const { status, error } = answer;
    const content = status === 200 ? this.#content.get(url) : undefined;
    this.planted.page(runId, {
      url,
      status,
      isSeed: url === `${SITE}/0`,
      links: (this.#links.get(url) ?? []).map((target) => [target] as const),
      ...(error === null ? {} : { error }),
      ...(content === undefined ? {} : { facts: { title: content.title, textHash: content.text } }),
    });
    const before = this.#pages.get(url);
    this.#pages.set(url, {
      runId,
      status,
      error,
      title: content?.title ?? before?.title ?? null,
      text: content?.text ?? before?.text ?? null,
      linked: false,
    });
  }

  /** The other host: for some runs it is given up before it is asked. */
  #giveUp(runId: number): void {
    const { db } = this.planted;
    const isDead = runId >= 4 && runId <= 7;
    const targets = new Set(
      [...this.#links.values()].flat().filter((target) => target.startsWith(DEAD)),
    );
    for (const url of targets) {
      this.#found.add(url);
      if (!isDead) {
        this.planted.page(runId, { url, kind: "asset", status: 200 });
        this.#givenUp.delete(url);
      } else {
        this.planted.add(runId, url, { kind: "asset" });
        this.#givenUp.add(url);
      }
    }
    if (!isDead) return;
    this.planted.page(runId, { url: `${DEAD}/`, kind: "asset", error: "connect_refused" });
    for (const hostId of this.planted.column("SELECT id FROM host WHERE origin = ?", DEAD)) {
      const to = { state: "failed", reason: "connect_refused", detail: null } as const;
      db.transaction(() =>
        db.frontier.settlePending(runId, Number(hostId), { ...to, now: NOW, dueAt: NOW }),
      );
    }
  }
}
