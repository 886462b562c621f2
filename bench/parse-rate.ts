/**
 * How fast one parser reads pages that it has not seen, in a process of its own:
 *
 *   fork("bench/parse-rate.ts", [JSON.stringify({ parser, root, max })])   // sends a ParseRate
 *
 * It reads others of the same site first, until it has used two seconds: a crawl is long, and what V8 compiles at
 * its beginning would be most of what is measured.
 */
import * as cheerio from "cheerio";
import * as cheerioSlim from "cheerio/slim";
import { Parser } from "htmlparser2";
import { decodeBody, scanPage } from "../src/parsing/index.ts";
import { loadPages, type PageFile } from "./parse-pages.ts";

export interface ParseTask {
  readonly parser: string;
  readonly root: string;
  readonly max: number;
}

export interface ParseRate {
  readonly megabytes: number;
  /** Of the parser's own thread, and of V8's threads besides: those that compile and collect. */
  readonly threadSeconds: number;
  readonly processSeconds: number;
  /** Keeps the work from being dropped. */
  readonly links: number;
}

const WARM_UP_SECONDS = 2;

/** What each parser does with a page: ours all that a crawl stores, the others `a[href]` and the title. */
const PARSERS: Readonly<Record<string, (page: PageFile) => number>> = {
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

export const PARSER_NAMES: readonly string[] = Object.keys(PARSERS);

function seconds({ user, system }: NodeJS.CpuUsage): number {
  return (user + system) / 1e6;
}

function measure({ parser, root, max }: ParseTask): ParseRate {
  const parse = PARSERS[parser];
  if (parse === undefined) throw new TypeError(`no parser is called ${parser}`);
  const { pages, others } = loadPages(root, max);
  let links = 0;
  const beginning = process.threadCpuUsage();
  while (others.length > 0 && seconds(process.threadCpuUsage(beginning)) < WARM_UP_SECONDS) {
    for (const page of others) links += parse(page);
  }
  const thread = process.threadCpuUsage();
  const all = process.cpuUsage();
  for (const page of pages) links += parse(page);
  return {
    megabytes: pages.reduce((sum, { bytes }) => sum + bytes.length, 0) / 1e6,
    threadSeconds: seconds(process.threadCpuUsage(thread)),
    processSeconds: seconds(process.cpuUsage(all)),
    links,
  };
}

if (process.send !== undefined && process.argv[1] === import.meta.filename) {
  process.send(measure(JSON.parse(process.argv[2] ?? "") as ParseTask));
}
