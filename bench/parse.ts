/**
 * Parsing speed and agreement, on real pages:
 *
 *   node bench/parse.ts --root DIR [--max 500] [--rounds 5] [--mutations 0] [--seed 1]
 *
 * First MB of page bytes per second of CPU time, of ours (bytes to facts and links, decoding
 * included) and of other parsers that read the same decoded pages and collect only a[href] and the
 * title. All run alternately, the median of the rounds is printed. Then the pages on which ours and
 * parse5 disagree, and with --mutations N the same for N damaged copies of each page.
 *
 * --max takes pages evenly from the whole site. Exit 1 when any unmutated page disagrees.
 */
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import * as cheerio from "cheerio";
import * as cheerioSlim from "cheerio/slim";
import { Parser } from "htmlparser2";
import { SPARE_BYTES } from "../src/large-buffer.ts";
import { decodeBody, scanPage } from "../src/parsing/index.ts";
import { mutate, randomOf } from "./mutate-page.ts";
import { differences } from "./parse-agreement.ts";

interface Page {
  readonly url: string;
  readonly bytes: Uint8Array;
  readonly text: string;
}

function loadPages(root: string, max: number): Page[] {
  const names = globSync("**/*.html", { cwd: root }).sort();
  const step = Math.max(1, names.length / max);
  const count = Math.min(max, names.length);
  return Array.from({ length: count }, (_, i) => names[Math.floor(i * step)] as string).map(
    (name) => {
      const file = readFileSync(join(root, name));
      // As a crawl receives them, there is room behind.
      const bytes = Buffer.alloc(file.length + SPARE_BYTES).subarray(0, file.length);
      bytes.set(file);
      return {
        url: `http://bench.test/${encodeURI(name)}`,
        bytes,
        text: decodeBody(bytes, null).text,
      };
    },
  );
}

/** What each parser does with a page; the number of links keeps the work from being dropped. */
const PARSERS: Readonly<Record<string, (page: Page) => number>> = {
  ours({ bytes, url }) {
    const { utf8, charset } = decodeBody(bytes, null);
    return scanPage(utf8, url, charset).links.length;
  },
  "htmlparser2, streaming"({ bytes }) {
    let links = 0;
    let title = "";
    let inTitle = false;
    const parser = new Parser({
      onopentag(name, attributes) {
        if (name === "a" && attributes["href"] !== undefined) links++;
        if (name === "title") inTitle = true;
      },
      ontext(text) {
        if (inTitle) title += text;
      },
      onclosetag(name) {
        if (name === "title") inTitle = false;
      },
    });
    parser.end(decodeBody(bytes, null).text);
    return links + title.length;
  },
  "cheerio slim"({ bytes }) {
    const $ = cheerioSlim.load(decodeBody(bytes, null).text);
    return $("a[href]").length + $("title").first().text().length;
  },
  cheerio({ bytes }) {
    const $ = cheerio.load(decodeBody(bytes, null).text);
    return $("a[href]").length + $("title").first().text().length;
  },
};

function measure(pages: readonly Page[], rounds: number): void {
  const megabytes = pages.reduce((sum, { bytes }) => sum + bytes.length, 0) / 1e6;
  const rates = new Map<string, number[]>(Object.keys(PARSERS).map((name) => [name, []]));
  let links = 0;
  // The first round warms up.
  for (let round = 0; round <= rounds; round++) {
    for (const [name, parse] of Object.entries(PARSERS)) {
      const before = process.cpuUsage();
      for (const page of pages) links += parse(page);
      const { user, system } = process.cpuUsage(before);
      if (round > 0) rates.get(name)?.push(megabytes / ((user + system) / 1e6));
    }
  }
  console.log(
    `${pages.length} pages, ${megabytes.toFixed(1)} MB, ${rounds} rounds (${links} links)`,
  );
  console.table(
    [...rates].map(([parser, values]) => ({ parser, "MB/s of CPU": Math.round(median(values)) })),
  );
}

function median(values: number[]): number {
  return values.sort((a, b) => a - b)[values.length >> 1] ?? 0;
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
  const pages = loadPages(values.root, Number(values.max));
  if (Number(values.rounds) > 0) measure(pages, Number(values.rounds));
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
