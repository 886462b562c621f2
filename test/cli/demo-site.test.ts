import assert from "node:assert/strict";
import { once } from "node:events";
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { Agent, request, type IncomingMessage } from "node:http";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { after, before, describe, test, type TestContext } from "node:test";
import { pathToFileURL } from "node:url";
import { parse, type DefaultTreeAdapterTypes } from "parse5";
import { serveDemoSite } from "../../src/cli/demo-site.ts";
import { UsageError } from "../../src/errors.ts";

const root = join(import.meta.dirname, "..", "..");
const agent = new Agent({ keepAlive: true, maxSockets: 1 });
after(() => agent.destroy());

interface Answer {
  readonly status: number | undefined;
  readonly headers: IncomingMessage["headers"];
  readonly body: Buffer;
}

/** Asks with the path exactly as given, dots and all, as no URL parser would let through. */
async function ask(
  origin: string,
  path: string,
  options: { readonly method?: string; readonly headers?: Record<string, string> } = {},
): Promise<Answer> {
  const { hostname, port } = new URL(origin);
  const req = request({ hostname, port, path, agent, ...options }).end();
  const res = await new Promise<IncomingMessage>((resolve, reject) => {
    req.once("response", resolve).once("error", reject);
  });
  return { status: res.statusCode, headers: res.headers, body: await buffer(res) };
}

async function temporaryFolder(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "webspool-demo-"));
  t.after(() => rm(folder, { recursive: true }));
  return folder;
}

/** A site of the test's own, with a page, a 404 page and the given `site.json`. */
async function siteFolder(t: TestContext, description: unknown): Promise<string> {
  const folder = join(await temporaryFolder(t), "site");
  await mkdir(folder);
  await writeFile(join(folder, "index.html"), "<h1>home at {{origin}}</h1>");
  await writeFile(join(folder, "404.html"), "<h1>none</h1>");
  await writeFile(join(folder, "site.json"), JSON.stringify(description));
  return folder;
}

void describe("the bundled site", () => {
  let site: Awaited<ReturnType<typeof serveDemoSite>>;
  before(async () => {
    site = await serveDemoSite();
  });
  after(() => site.close());

  void test("a walk over every link finds what the site is meant to show, and nothing else", async () => {
    const statuses = new Map<string, number | undefined>();
    const external = new Set<string>();
    const images = { withAlt: 0, emptyAlt: 0, noAlt: 0 };
    let pages = 0;
    const queue = ["/"];
    for (let path = queue.shift(); path !== undefined; path = queue.shift()) {
      if (statuses.has(path)) continue;
      const { status, headers, body } = await ask(site.origin, path);
      statuses.set(path, status);
      if (headers.location !== undefined) queue.push(headers.location);
      if (headers["content-type"]?.startsWith("text/html") !== true) continue;
      if (status === 200) pages++;
      const html = body.toString("latin1");
      assert.ok(!html.includes("{{"), `${path} has its origin filled in`);
      const base = new URL(path, site.origin);
      for (const element of elements(parse(html))) {
        const attributes = new Map(element.attrs.map(({ name, value }) => [name, value]));
        if (element.tagName === "img") {
          const alt = attributes.get("alt");
          images[alt === undefined ? "noAlt" : alt === "" ? "emptyAlt" : "withAlt"]++;
        }
        const target = attributes.get("href") ?? attributes.get("src");
        if (target === undefined) continue;
        const url = new URL(target, base);
        if (url.origin === site.origin) queue.push(url.pathname + url.search);
        else if (url.protocol.startsWith("http")) external.add(url.hostname);
      }
    }

    assert.deepEqual(Object.fromEntries([...statuses].filter(([, status]) => status !== 200)), {
      "/journal.html": 301,
      "/journal/regatta-photographs-2025.html": 404,
      "/ropewalk": 301,
      "/shop/items/clearance-2019.html": 410,
      "/shop/offers": 302,
      "/shop/sale": 302,
    });
    assert.ok(pages >= 60, `${pages} pages`);
    assert.deepEqual([...external].sort(), ["example.com", "www.example.com"]);
    assert.ok(images.withAlt > 0 && images.emptyAlt > 0 && images.noAlt > 0);

    const sitemap = (await ask(site.origin, "/sitemap.xml")).body.toString();
    const listed = [...sitemap.matchAll(/<loc>(.*?)<\/loc>/g)].map(([, url = ""]) => new URL(url));
    assert.ok(listed.every((url) => url.origin === site.origin));
    const onlyListed = listed.map((url) => url.pathname).filter((path) => !statuses.has(path));
    assert.deepEqual(onlyListed, ["/winter-opening.html"]);
    assert.equal((await ask(site.origin, "/winter-opening.html")).status, 200);

    const robots = (await ask(site.origin, "/robots.txt")).body.toString();
    assert.match(robots, /^Disallow: \/staff\/$/m);
    assert.match(robots, new RegExp(`^Sitemap: ${site.origin}/sitemap\\.xml$`, "m"));
    assert.equal(statuses.get("/staff/rota.html"), 200, "what robots.txt forbids is linked");
  });

  void test("the windows-1252 page says so in its meta only", async () => {
    const { headers, body } = await ask(site.origin, "/de/seilerei-1911.html");
    assert.equal(headers["content-type"], "text/html");
    const html = new TextDecoder("windows-1252").decode(body);
    assert.match(html, /<meta charset="windows-1252">/);
    assert.match(html, /Die Überfahrt war rauh.*größere.*„Schleißhanf“/s);
    assert.throws(() => new TextDecoder("utf-8", { fatal: true }).decode(body));
  });

  void test("content types", async () => {
    for (const [path, type] of [
      ["/", "text/html; charset=utf-8"],
      ["/style.css", "text/css; charset=utf-8"],
      ["/robots.txt", "text/plain; charset=utf-8"],
      ["/sitemap.xml", "application/xml"],
      ["/images/logo.svg", "image/svg+xml"],
      ["/images/slipway.png", "image/png"],
      ["/no-such-page", "text/html; charset=utf-8"],
    ] as const) {
      assert.equal((await ask(site.origin, path)).headers["content-type"], type, path);
    }
  });

  void test("validators, HEAD, keep-alive and methods", async () => {
    const { headers, body } = await ask(site.origin, "/about/");
    const { etag = "", "last-modified": modified = "" } = headers;
    assert.match(String(headers["keep-alive"]), /^timeout=\d+$/);
    for (const [condition, status] of [
      [{ "if-none-match": etag }, 304],
      [{ "if-none-match": `"x", W/${etag}` }, 304],
      [{ "if-none-match": '"x"' }, 200],
      [{ "if-none-match": '"x"', "if-modified-since": modified }, 200],
      [{ "if-modified-since": modified }, 304],
      [{ "if-modified-since": "Thu, 01 Jan 1970 00:00:00 GMT" }, 200],
      [{ "if-modified-since": "yesterday" }, 200],
    ] as const) {
      const answer = await ask(site.origin, "/about/", { headers: { ...condition } });
      assert.equal(answer.status, status, JSON.stringify(condition));
      assert.equal(answer.headers.etag, etag);
      assert.equal(answer.body.byteLength, status === 304 ? 0 : body.byteLength);
    }
    const head = await ask(site.origin, "/about/", { method: "HEAD" });
    assert.equal(head.headers["content-length"], String(body.byteLength));
    assert.equal(head.body.byteLength, 0);
    const post = await ask(site.origin, "/contact/send", { method: "POST" });
    assert.equal(post.status, 405);
    assert.equal(post.headers.allow, "GET, HEAD");
  });

  void test("a folder without its slash leads to the one with it", async () => {
    const { status, headers } = await ask(site.origin, "/journal");
    assert.equal(status, 301);
    assert.equal(headers.location, "/journal/");
  });
});

void test("nothing outside the folder, and not site.json, is ever served", async (t) => {
  const folder = await siteFolder(t, { notFound: "/404.html", paths: {} });
  await writeFile(join(folder, "..", "secret.html"), "secret");
  await symlink(join(folder, "..", "secret.html"), join(folder, "link.html"));
  await symlink(join(folder, ".."), join(folder, "up"));
  const site = await serveDemoSite({ siteFolder: folder });
  t.after(() => site.close());
  assert.equal((await ask(site.origin, "/")).body.toString(), `<h1>home at ${site.origin}</h1>`);
  for (const path of [
    "/../secret.html",
    "/%2e%2e/secret.html",
    "/..%2fsecret.html",
    "/..%5csecret.html",
    "//secret.html",
    "/x/../../secret.html",
    `${folder}/index.html`,
    "/link.html",
    "/up/secret.html",
    "/site.json",
    "/__proto__",
    "/index.html%00",
  ]) {
    const { status, body } = await ask(site.origin, path);
    assert.equal(status, 404, path);
    assert.equal(body.toString(), "<h1>none</h1>", path);
  }
  assert.equal((await ask(site.origin, "/%zz")).status, 400);
  assert.equal((await ask(site.origin, "*")).status, 400);
});

void test("close cuts an answer that is held back", async (t) => {
  const folder = await siteFolder(t, {
    notFound: "/404.html",
    paths: { "/": { delayMs: 60_000 }, "/now": { file: "/index.html", headers: { "x-a": "1" } } },
  });
  const site = await serveDemoSite({ siteFolder: folder });
  const { hostname, port } = new URL(site.origin);
  const held = request({ hostname, port, path: "/", agent: false }).end();
  const cut = assert.rejects(once(held, "response"), { code: "ECONNRESET" });
  // The second request is answered at once, by when the first has surely arrived.
  const now = await ask(site.origin, "/now");
  assert.equal(now.status, 200);
  assert.equal(now.headers["x-a"], "1");
  await site.close();
  await cut;
  await site.close();
});

void test("a wrong folder or site.json is a usage error that names what is wrong", async (t) => {
  for (const [description, message] of [
    [{ notFound: "/404.html", paths: { "/x": { dealyMs: 5 } } }, /dealyMs/],
    [{ notFound: "/404.html", paths: { "/x": { status: 99 } } }, /status/],
    [{ notFound: "/404.html", paths: { "/x": { location: "http://elsewhere/" } } }, /location/],
    [{ notFound: "/nowhere.html", paths: {} }, /\/nowhere\.html/],
    [{ notFound: "/404.html", paths: { "/x": { file: "/../secret.html" } } }, /secret\.html/],
  ] as const) {
    await assert.rejects(
      serveDemoSite({ siteFolder: await siteFolder(t, description) }),
      (error) => {
        assert.ok(error instanceof UsageError);
        assert.equal(error.code, "demo_site");
        assert.match(error.message, message);
        return true;
      },
    );
  }
  const empty = await temporaryFolder(t);
  await assert.rejects(serveDemoSite({ siteFolder: empty }), { code: "demo_site" });
});

void test("a port that is taken, or is none, is a usage error", async (t) => {
  const other = createServer().listen(0, "127.0.0.1");
  await once(other, "listening");
  t.after(() => other.close());
  const address = other.address();
  assert(address !== null && typeof address === "object");
  for (const port of [address.port, 70_000]) {
    await assert.rejects(serveDemoSite({ port }), { code: "demo_port", name: "UsageError" });
  }
});

void test("the site is found from dist as well, and its absence has a name", async (t) => {
  const folder = await temporaryFolder(t);
  const sources = join(folder, "dist", "src");
  await symlink(join(root, "node_modules"), join(folder, "node_modules"), "junction");
  await writeFile(join(folder, "package.json"), '{ "type": "module" }');
  await cp(join(root, "src", "errors.ts"), join(sources, "errors.ts"));
  for (const file of ["demo-site.ts", "demo-site-files.ts"]) {
    await cp(join(root, "src", "cli", file), join(sources, "cli", file));
  }
  const built: { serveDemoSite: typeof serveDemoSite } = await import(
    pathToFileURL(join(sources, "cli", "demo-site.ts")).href
  );
  await assert.rejects(built.serveDemoSite(), { code: "demo_site_missing" });
  await cp(join(root, "data", "demo-site"), join(folder, "data", "demo-site"), { recursive: true });
  const site = await built.serveDemoSite();
  t.after(() => site.close());
  assert.equal((await ask(site.origin, "/")).status, 200);
});

function* elements(node: DefaultTreeAdapterTypes.Node): Generator<DefaultTreeAdapterTypes.Element> {
  if ("attrs" in node) yield node;
  if ("childNodes" in node) for (const child of node.childNodes) yield* elements(child);
}
