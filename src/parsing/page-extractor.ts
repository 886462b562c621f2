/** All that is taken from a page beyond its facts and links, without the user's code, in bounded time. */
import type { ExtractedField } from "../messages.ts";
import type { ExtractRule, StructuredKind } from "../thread-config.ts";
import { TookTooLongError, withinTime } from "../within-time.ts";
import { extractFields } from "./extract-fields.ts";
import { compileRule, type CompiledRule } from "./extract-rule.ts";
import { FieldList } from "./field-list.ts";
import { addJsonLd } from "./json-ld.ts";
import { addMicrodata } from "./microdata.ts";
import { addOpenGraph } from "./open-graph.ts";
import { loadCheerio, loadTreeBuilding, type PageTree } from "./page-tree.ts";

/** A page may hold its thread for 2 s in all, of which reading 10 MiB takes less than half a second. */
const MAX_MS = 1_500;
/** As long it may take where its thread did not get half of that time from the machine. */
const MAX_STARVED_MS = 10_000;

export interface Extraction {
  readonly fields: readonly ExtractedField[];
  /** What was left out, and why, as sentences; null when nothing was. */
  readonly problem: string | null;
}

interface Attempt {
  readonly fields: readonly ExtractedField[];
  readonly problems: readonly string[];
  readonly isLate: boolean;
}

interface Step {
  /** For messages. */
  readonly name: string;
  /** Whether there may be something in the page, so that its tree has to be built. */
  isFor(page: PageTree): boolean;
  run(page: PageTree, list: FieldList): void;
  /** What is done before the time counts. */
  prepare?(): unknown;
}

const STRUCTURED: Readonly<Record<StructuredKind, Step>> = {
  jsonld: {
    name: "--structured jsonld",
    isFor: ({ text }) => /ld\+json/i.test(text),
    run: ({ tree }, list) => addJsonLd(tree, list),
  },
  opengraph: {
    name: "--structured opengraph",
    isFor: ({ text }) =>
      /\b(?:og|article|book|profile|product|video|music|fb|al|twitter):/i.test(text),
    run: addOpenGraph,
  },
  microdata: {
    name: "--structured microdata",
    isFor: ({ text }) => /itemscope/i.test(text),
    run: addMicrodata,
  },
};

export class PageExtractor {
  readonly #steps: readonly Step[];

  /** @throws SyntaxError for a regular expression that is none */
  constructor(rules: readonly ExtractRule[], structured: readonly StructuredKind[]) {
    this.#steps = [
      ...rules.map((rule) => stepOf(compileRule(rule))),
      ...structured.map((kind) => STRUCTURED[kind]),
    ];
  }

  /** The fields of a page. Never throws: what fails is told, and the rest is taken. */
  extract(page: PageTree): Extraction {
    const steps = this.#steps.filter((step) => step.isFor(page));
    if (steps.length === 0) return { fields: [], problem: null };
    // What is ended while it is being loaded cannot be loaded any more.
    loadTreeBuilding();
    for (const step of steps) step.prepare?.();
    const before = threadCpuMs();
    const first = attempt(page, steps, MAX_MS);
    // A machine that had other things to do is no reason to leave anything out.
    const isStarved = first.isLate && threadCpuMs() - before < MAX_MS / 2;
    const { fields, problems } = isStarved ? attempt(page, steps, MAX_STARVED_MS) : first;
    return { fields, problem: problems.length === 0 ? null : problems.join("; ") };
  }
}

function attempt(page: PageTree, steps: readonly Step[], ms: number): Attempt {
  const list = new FieldList();
  const problems: string[] = [];
  let running = "building its tree";
  let isLate = false;
  try {
    withinTime(ms, () => {
      // What cannot be built leaves out all of them.
      void page.tree;
      for (const step of steps) {
        running = step.name;
        const why = failureOf(step, page, list);
        if (why !== null) problems.push(why);
      }
    });
  } catch (error) {
    isLate = error instanceof TookTooLongError;
    const why = isLate ? `it took longer than ${ms} ms, at ${running}` : reasonOf(error);
    problems.push(`extraction was left out: ${why}`);
  }
  if (list.leftOut !== null) problems.push(list.leftOut);
  return { fields: list.fields, problems, isLate };
}

/** CPU time of this thread; Infinity before Node 23.9, which does not tell. */
function threadCpuMs(): number {
  const { threadCpuUsage } = process as Partial<typeof process>;
  if (threadCpuUsage === undefined) return Infinity;
  const { user, system } = threadCpuUsage();
  return (user + system) / 1_000;
}

function stepOf(rule: CompiledRule): Step {
  return {
    name: `the rule ${JSON.stringify(rule.name)}`,
    isFor: ({ url }) => rule.isFor(url),
    run: (page, list) => extractFields(page, rule, list),
    prepare: loadCheerio,
  };
}

function failureOf(step: Step, page: PageTree, list: FieldList): string | null {
  try {
    step.run(page, list);
    return null;
  } catch (error) {
    return `${step.name} failed: ${reasonOf(error)}`;
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
