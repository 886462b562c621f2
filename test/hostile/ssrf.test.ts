/**
 * Server-side request forgery: a public site tries to make the crawler ask a host of the crawler's own
 * network. The Internet is pretended (`fixtures/pretended-internet.ts`), the crawl is real.
 */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { crawlSite, newCrawl, questions } from "../helpers/crawl-run.ts";
import { Session, SessionError } from "../../src/session/index.ts";
import { isPrivateAddress } from "../../src/url/index.ts";
import { startSite, type FixedResponse, type Site } from "../helpers/site-server.ts";
import { nameOf, PRIVATE_ADDRESSES } from "./pretended-names.ts";
import { WAYS } from "./ssrf-ways.ts";

const METADATA = PRIVATE_ADDRESSES["cloud metadata"];
const METADATA_NAME = nameOf("cloud metadata");

/** A row: how the site leads to a URL that must not be asked, and what becomes of that. */
interface Row {
  readonly name: string;
  readonly target: string;
  /** An address that is written out is known before anything is asked, a name only when it is resolved. */
  readonly fate: "excluded" | "failed";
}

const routes: Record<string, FixedResponse> = {};
const rows: Row[] = [];
const front: string[] = [];
const robots: string[] = [];

for (const [index, [way, serve]] of Object.entries(WAYS).entries()) {
  for (const [host, fate] of [
    [METADATA, "excluded"],
    [METADATA_NAME, "failed"],
  ] as const) {
    const prefix = `/${index}-${fate}`;
    const target = `http://${host}${prefix}/target`;
    rows.push({ name: `${way}, ${fate === "failed" ? "by a name" : "written out"}`, target, fate });
    front.push(`<a href="${prefix}/start">x</a>`);
    robots.push(`Sitemap: http://site.test${prefix}/sitemap.xml`);
    for (const [path, response] of Object.entries(serve(target))) {
      const { body } = response;
      const filled = typeof body === "string" ? body.replace("/PREFIX", prefix) : "";
      routes[prefix + path] = { ...response, body: filled };
    }
  }
}
for (const [fate, host] of [
  ["excluded", METADATA],
  ["failed", METADATA_NAME],
] as const) {
  const target = `http://${host}/named-by-robots.xml`;
  rows.push({ name: `a Sitemap line of robots.txt, ${fate}`, target, fate });
  robots.push(`Sitemap: ${target}`);
}
for (const [form, address] of Object.entries(PRIVATE_ADDRESSES)) {
  const written = `http://${address.includes(":") ? `[${address}]` : address}/form`;
  rows.push({ name: `${form}, written out`, target: new URL(written).href, fate: "excluded" });
  const named = `http://${nameOf(form)}/form`;
  rows.push({ name: `${form}, as the answer of DNS`, target: named, fate: "failed" });
  front.push(`<a href="${written}">x</a><a href="${named}">x</a>`);
}
for (const written of ["2852039166", "0xa9fea9fe", "0251.0376.0251.0376", "169.16689662"]) {
  const target = `http://${METADATA}/${written}`;
  rows.push({ name: `the metadata's address as ${written}`, target, fate: "excluded" });
  front.push(`<a href="http://${written}/${written}">x</a>`);
}
for (const name of ["localhost", "a.localhost", "LOCALHOST."]) {
  const target = `http://${name.toLowerCase().replace(/\.$/, "")}/${name}`;
  rows.push({ name: `the name ${name}`, target, fate: "excluded" });
  front.push(`<a href="http://${name}/${name}">x</a>`);
}
for (const name of ["rebound.test", "rebound-metadata.test"]) {
  const target = `http://${name}/page`;
  rows.push({ name: `${name}, whose second answer of DNS is private`, target, fate: "failed" });
  front.push(`<a href="${target}">x</a>`);
}
const ROBOTS_REDIRECTS = {
  "robots-literal.test": `http://${METADATA}/robots`,
  "robots-name.test": `http://${METADATA_NAME}/robots`,
} as const;
for (const name of [...Object.keys(ROBOTS_REDIRECTS), "mixed.test"]) {
  front.push(`<a href="http://${name}/page">x</a>`);
}
const honest = "<!doctype html><title>honest</title>";

/** A crawl of the pretended Internet, and what its servers saw. */
interface Crawled {
  readonly site: Site;
  readonly internal: Site;
  readonly rows: (sql: string) => Record<string, unknown>[];
  end(): Promise<void>;
}

async function crawlInternet(allowPrivate: boolean): Promise<Crawled> {
  const site = await startSite((request, response) => {
    const { host = "" } = request.headers;
    const path = request.url ?? "";
    const leadsTo = ROBOTS_REDIRECTS[host as keyof typeof ROBOTS_REDIRECTS];
    let answer: FixedResponse = routes[path] ?? { status: 404 };
    if (path === "/robots.txt" && leadsTo !== undefined) {
      answer = { status: 302, headers: { location: leadsTo } };
    } else if (path === "/robots.txt") {
      answer = { headers: { "content-type": "text/plain" }, body: robots.join("\n") };
    } else if (path === "/page") answer = { body: honest };
    else if (path === "/")
      answer = { body: `<!doctype html><title>front</title>${front.join("")}` };
    const { status = 200, headers = {}, body = "" } = answer;
    response.writeHead(status, { "content-type": "text/html", ...headers }).end(body);
  });
  const internal = await startSite((_request, response) => void response.end("secret"));
  process.env["PRETENDED_PUBLIC"] = new URL(site.origin).port;
  process.env["PRETENDED_INTERNAL"] = new URL(internal.origin).port;
  const folder = mkdtempSync(join(tmpdir(), "webspool-ssrf-"));
  const dbPath = join(folder, "crawl.db");
  const settings = {
    seeds: ["http://site.test/"],
    allowPrivate,
    scope: "any",
    check: "all",
    threads: 1,
    retries: 0,
    // Every request has to connect, and to ask where to.
    forceClose: true,
    dnsTtl: 0,
  } as const;
  const worker = new URL("fixtures/pretended-internet.ts", import.meta.url);
  const result = await newCrawl(dbPath, settings, { threadOptions: { worker } }).run();
  assert.equal(result?.reason, "frontier_empty");
  return {
    site,
    internal,
    rows: questions(dbPath).rows,
    async end() {
      await Promise.all([site.close(), internal.close()]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

describe("from a public page nothing leads to a private network", () => {
  let crawled: Crawled;
  before(async () => (crawled = await crawlInternet(false)));
  after(() => crawled.end());

  for (const { name, target, fate } of rows) {
    test(name, () => {
      assert.deepEqual(
        crawled.rows(`SELECT state, reason FROM frontier JOIN url ON url.id = frontier.url_id
          WHERE url = '${target}'`),
        [{ state: fate, reason: "private_address" }],
      );
    });
  }

  for (const host of Object.keys(ROBOTS_REDIRECTS)) {
    test(`a redirect of robots.txt at ${host}`, () => {
      assert.deepEqual(
        crawled.rows(`SELECT status, error FROM fetch JOIN url ON url.id = fetch.url_id
          WHERE url = 'http://${host}/robots.txt' ORDER BY fetch.id`),
        [
          { status: 302, error: null },
          { status: null, error: "private_address" },
        ],
      );
    });
  }

  test("a host with public and private addresses is asked at a public one", () => {
    assert.deepEqual(
      crawled.rows("SELECT status FROM v_page WHERE url = 'http://mixed.test/page'"),
      [{ status: 200 }],
    );
  });

  test("no socket was opened to anything private, and none of it reached the tables", () => {
    assert.equal(crawled.internal.connections, 0);
    assert.deepEqual(crawled.rows("SELECT * FROM page WHERE title = 'secret'"), []);
    const { port } = new URL(crawled.site.origin);
    assert.deepEqual(crawled.rows(`SELECT DISTINCT remote_port AS port FROM connection`), [
      { port: Number(port) },
    ]);
  });
});

test("with --allow-private each of these ways does lead there", async (context) => {
  const crawled = await crawlInternet(true);
  context.after(() => crawled.end());
  const seen = new Set(
    crawled.internal.requests.map(({ url, headers }) => `http://${headers.host}${url}`),
  );
  assert.deepEqual(
    rows.filter(({ target }) => !seen.has(target)).map(({ name }) => name),
    [],
  );
  for (const target of Object.values(ROBOTS_REDIRECTS)) assert.ok(seen.has(target), target);
});

test("a private seed allows its own host, on every port, and no other private one", async (context) => {
  const own = await startSite({ "/": { body: "<title>own</title>" } });
  const neighbour = await startSite({}, { host: "127.0.0.2" });
  const { port } = new URL(neighbour.origin);
  const forbidden = [
    `${neighbour.origin}/`,
    `http://localhost:${port}/`,
    `http://[::ffff:127.0.0.2]:${port}/`,
    `http://2130706434:${port}/`,
  ];
  const links = [`${own.origin}/`, ...forbidden].map((url) => `<a href="${url}">x</a>`);
  const seed = await startSite({ "/": links.join("") });
  context.after(() => Promise.all([own, neighbour, seed].map((site) => site.close())));
  const { rows: ask } = await crawlSite(context, { seeds: [`${seed.origin}/`], scope: "any" });
  assert.deepEqual(ask("SELECT count(*) AS n FROM frontier WHERE reason = 'private_address'"), [
    // The number is the neighbour's address in another form.
    { n: forbidden.length - 1 },
  ]);
  assert.deepEqual(ask("SELECT title FROM page WHERE title IS NOT NULL"), [{ title: "own" }]);
  assert.equal(neighbour.connections, 0);
});

test("a proxy is not asked for an address that is written out and private", async (context) => {
  const proxy = await startSite({});
  const session = new Session({
    adapter: { proxy: proxy.origin },
    addressFilter: (address) => !isPrivateAddress(address),
  });
  context.after(() => Promise.all([session.close(), proxy.close()]));
  for (const url of [`http://${METADATA}/`, `https://[::ffff:${METADATA}]/`]) {
    const error = await session.get(url).catch((reason: unknown) => reason);
    assert.ok(error instanceof SessionError);
    assert.equal(error.code, "private_address");
  }
  assert.equal(proxy.connections, 0);
  assert.equal((await session.get("http://public.test/")).status, 404);
});
