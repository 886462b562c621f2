/**
 * Parsing speed and agreement, on real pages:
 *
 *   node bench/parse.ts --root DIR [--max 500] [--rounds 5] [--mutations 0] [--seed 1]
 *
 * First MB of page bytes per second of CPU time, of ours (bytes to facts and links, decoding
 * included) and of other parsers that read the same decoded pages and collect only a[href] and the
 * title. Each runs in a process of its own, as in one they would share V8's helper threads and what it has
 * learned of objects, on pages that it has not read before; all run alternately, the median of the rounds is
 * printed. Then the pages on which ours and parse5 disagree, and with --mutations N the same for N
 * damaged copies of each page.
 *
 * --max takes pages evenly from the whole site. Exit 1 when any unmutated page disagrees.
 */
import { fork } from "node:child_process";
import { once } from "node:events";
import { realpathSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { decodeBody } from "../src/parsing/index.ts";
import { mutate, randomOf } from "./mutate-page.ts";
import { differences } from "./parse-agreement.ts";
import { loadPages } from "./parse-pages.ts";
import { PARSER_NAMES, type ParseRate, type ParseTask } from "./parse-rate.ts";
import { median } from "./statistics.ts";

interface Page {
  readonly url: string;
  readonly text: string;
}

async function measure(root: string, max: number, rounds: number): Promise<void> {
  const rates = new Map<string, ParseRate[]>(PARSER_NAMES.map((name) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (const [parser, found] of rates) found.push(await measured({ parser, root, max }));
  }
  console.table(
    Array.from(rates, ([parser, found]) => ({
      parser,
      "MB/s of its thread": rate(found, "threadSeconds"),
      "MB/s of its process": rate(found, "processSeconds"),
    })),
  );
}

async function measured(task: ParseTask): Promise<ParseRate> {
  const child = fork(join(import.meta.dirname, "parse-rate.ts"), [JSON.stringify(task)]);
  const [result] = (await once(child, "message")) as [ParseRate];
  if (child.connected) child.disconnect();
  return result;
}

function rate(found: readonly ParseRate[], by: "threadSeconds" | "processSeconds"): number {
  return Math.round(median(found.map((one) => one.megabytes / one[by])));
}

/** Prints on how many pages ours and parse5 disagree, and the first differences; returns it. */
function agree(what: string, pages: readonly Page[], onlyWhich: boolean): number {
  const pagesBy = new Map<string, number>();
  let disagreeing = 0;
  for (const { text, url } of pages) {
    const found = differences(text, url, { onlyWhich });
    if (found.length === 0) continue;
    disagreeing++;
    for (const kind of new Set(found.map((difference) => difference.what))) {
      pagesBy.set(kind, (pagesBy.get(kind) ?? 0) + 1);
    }
    if (disagreeing <= 5)
      console.log(found.slice(0, 3).map(({ what, detail }) => `${what} ${detail}`));
  }
  console.log(
    `${what}: ${disagreeing} of ${pages.length} disagree with parse5`,
    Object.fromEntries(pagesBy),
  );
  return disagreeing;
}

const { values } = parseArgs({
  options: {
    root: { type: "string" },
    max: { type: "string", default: "500" },
    rounds: { type: "string", default: "5" },
    mutations: { type: "string", default: "0" },
    seed: { type: "string", default: "1" },
  },
});
if (values.root === undefined) {
  console.error("usage: parse --root DIR [--max N] [--rounds N] [--mutations N] [--seed N]");
  process.exitCode = 2;
} else {
  const root = realpathSync(values.root);
  const max = Number(values.max);
  const files = loadPages(root, max).pages;
  const megabytes = files.reduce((sum, { bytes }) => sum + bytes.length, 0) / 1e6;
  console.log(`${files.length} pages, ${megabytes.toFixed(1)} MB, ${values.rounds} rounds`);
  if (Number(values.rounds) > 0) await measure(root, max, Number(values.rounds));
  const pages = files.map(({ url, bytes }) => ({ url, text: decodeBody(bytes, null).text }));
  if (agree("pages", pages, false) > 0) process.exitCode = 1;
  const random = randomOf(Number(values.seed));
  const mutated = pages.flatMap((page) =>
    Array.from({ length: Number(values.mutations) }, (_, i) => ({
      ...page,
      url: `${page.url}?mutation=${i}`,
      text: mutate(page.text.slice(0, 50_000), random),
    })),
  );
  if (mutated.length > 0) agree("mutated pages", mutated, true);
}
