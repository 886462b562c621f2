/**
 * A site of any size, made from its URLs: nothing is stored. Its own process, so that a crawler's CPU and
 * memory are its own:
 *
 *   fork("bench/synthetic-site.ts", [JSON.stringify(options)])   // sends { origins }, then { served, at }
 *
 * Page n of N links to its four children in a tree, by which all are reached, to its parent, the root, the
 * pages of its topic, and to others at random: 20 to 60 links in all. 10 to 40 KB, of sentences drawn for
 * this page, so that no two pages say nearly the same. Pages are spread over the hosts, 127.0.0.1 upwards.
 */
import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";

export interface SyntheticSite {
  readonly pages: number;
  readonly hosts: number;
  /** A message is sent each time so many pages have been served. */
  readonly every: number;
  /** Pages link to other hosts of the site as well. */
  readonly linksAcross: boolean;
}

export interface SiteProgress {
  readonly served: number;
  readonly at: number;
}

const CHILDREN = 4;
const SENTENCES = 4096;
const WORDS = 6000;

/** Numbers from 0 to 1 that a seed decides (mulberry32, Tommy Ettinger's, public domain). */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const random = randomFrom(1);
const SYLLABLES =
  "ba be bi bo ka ke ki ko la le li lo ma me mi mo na ne ni no ra re ri ro ta te ti to".split(" ");
const pick = <Item>(items: readonly Item[], from = random) =>
  items[Math.floor(from() * items.length)] as Item;
const words = Array.from({ length: WORDS }, () =>
  Array.from({ length: 2 + Math.floor(random() * 4) }, () => pick(SYLLABLES)).join(""),
);
const sentences = Array.from(
  { length: SENTENCES },
  () =>
    `<p>${Array.from({ length: 12 + Math.floor(random() * 20) }, () => pick(words)).join(" ")}.</p>\n`,
);

/** Of page n: a topic of 500 pages, and a name that does not change. */
function pathOf(n: number): string {
  if (n === 0) return "/";
  return `/topic-${Math.floor(n / 500)}/${words[n % WORDS]}-${n.toString(36)}.html`;
}

function numberOf(path: string): number | null {
  if (path === "/") return 0;
  const name = /-([0-9a-z]+)\.html$/.exec(path)?.[1];
  return name === undefined ? null : Number.parseInt(name, 36);
}

function pageOf(n: number, site: SyntheticSite, origins: readonly string[]): string {
  const from = randomFrom(n + 17);
  const hostOf = (m: number) => m % site.hosts;
  const href = (m: number) =>
    (hostOf(m) === hostOf(n) ? "" : origins[hostOf(m)]) + pathOf(Math.floor(m / site.hosts));
  // Page n of the site is page floor(n / hosts) of host n % hosts; within a host the tree is its own.
  const own = (m: number) => m * site.hosts + hostOf(n);
  const place = Math.floor(n / site.hosts);
  const perHost = Math.floor(site.pages / site.hosts);
  const targets: number[] = [];
  for (let child = place * CHILDREN + 1; child <= place * CHILDREN + CHILDREN; child += 1) {
    if (child < perHost) targets.push(own(child));
  }
  targets.push(own(0));
  if (place > 0) targets.push(own(Math.floor((place - 1) / CHILDREN)));
  const others = 16 + Math.floor(from() * 36);
  for (let i = 0; i < others; i += 1) {
    const near = i < others / 2;
    const topic = Math.floor(place / 500) * 500;
    const target = near
      ? Math.min(perHost - 1, topic + Math.floor(from() * 500))
      : Math.floor(from() * perHost);
    targets.push(
      site.linksAcross && from() < 0.1 ? Math.floor(from() * perHost * site.hosts) : own(target),
    );
  }
  const parts = [
    `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${words[place % WORDS]} ${n}</title>`,
    `<meta name="description" content="${pick(words, from)} ${pick(words, from)} ${n}">`,
    `</head><body><h1>${words[place % WORDS]} number ${n}</h1>\n`,
  ];
  let size = 0;
  const wanted = 8_000 + from() * 28_000;
  for (let i = 0; size < wanted; i += 1) {
    const sentence = pick(sentences, from);
    const target = targets[i];
    parts.push(sentence);
    size += sentence.length;
    if (target !== undefined) {
      const link = `<a class="reference internal" href="${href(target)}">${pick(words, from)} ${pick(words, from)}</a>\n`;
      parts.push(link);
      size += link.length;
    }
  }
  parts.push("</body></html>\n");
  return parts.join("");
}

async function serve(site: SyntheticSite): Promise<void> {
  const origins: string[] = [];
  const hosts = new Map<string, number>();
  let served = 0;
  const answer: RequestListener = (request, response) => {
    const place = numberOf(request.url ?? "");
    const host = hosts.get(request.headers.host ?? "");
    if (place === null || host === undefined) {
      response.writeHead(404).end();
      return;
    }
    const body = pageOf(place * site.hosts + host, site, origins);
    response.writeHead(200, {
      "content-type": "text/html; charset=utf-8",
      "content-length": Buffer.byteLength(body),
    });
    response.end(body);
    served += 1;
    if (served % site.every === 0) process.send?.({ served, at: performance.now() });
  };
  for (let host = 0; host < site.hosts; host += 1) {
    const server = createServer({ keepAliveTimeout: 60_000 }, answer);
    const name = `127.0.${(host + 1) >> 8}.${(host + 1) & 255}`;
    server.listen(0, name);
    await once(server, "listening");
    const origin = `http://${name}:${(server.address() as AddressInfo).port}`;
    origins.push(origin);
    hosts.set(new URL(origin).host, host);
  }
  process.send?.({ origins });
  process.once("disconnect", () => process.exit(0));
}

const [, , argument] = process.argv;
if (argument !== undefined && process.send !== undefined) {
  await serve(JSON.parse(argument) as SyntheticSite);
}
