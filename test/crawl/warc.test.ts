/** `crawl --warc`: what went over the wire is in the archive, byte by byte, and no secret with it. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { WARCParser } from "warcio";
import { crawlSite, temporaryDatabase } from "../helpers/crawl-run.ts";
import type { Route } from "../helpers/site-server.ts";
import { readArchive, type ArchivedRecord } from "../helpers/warc-archive.ts";
import { archiveFolder, HTML, links, only, site } from "../helpers/warc-site.ts";

const PAGE = "<title>page</title><p>Words that are <b>compressed</b>.</p>".repeat(50);

/** As texts, in an order of their own. */
function moments(list: readonly (readonly [unknown, number])[]): string[] {
  return list.map(String).toSorted();
}

/** A page that confirms its version. */
const versions: Route = (req, res) => {
  const isKnown = req.headers["if-none-match"] === '"v1"';
  res.writeHead(isKnown ? 304 : 200, { ...HTML, etag: '"v1"' });
  res.end(isKnown ? undefined : links("/one", "/two"));
};

test("requests and responses are archived as they went over the wire: heads, coded bodies, redirects, errors, robots.txt", async (context) => {
  const raw = {
    gzip: gzipSync(PAGE),
    br: brotliCompressSync(PAGE),
    bytes: Buffer.from("<title>\xe9</title>\0\r\n\r\n", "latin1"),
  };
  const { origin } = await site(context, {
    "/": links("/gzip", "/br", "/chunked", "/bytes", "/moved", "/missing", "/empty"),
    "/robots.txt": {
      headers: { "content-type": "text/plain" },
      body: "User-agent: *\nDisallow: /no\n",
    },
    "/gzip": { headers: { ...HTML, "content-encoding": "gzip" }, body: raw.gzip },
    "/br": { headers: { ...HTML, "content-encoding": "br" }, body: raw.br },
    "/chunked": (_req, res) => {
      res.writeHead(200, HTML);
      res.write("<title>chun");
      res.end("ked</title>");
    },
    "/bytes": (_req, res) => {
      res.writeHead(200, "Très bien", [
        "X-Twice",
        "one",
        "x-other",
        "\xe9\xff",
        "X-Twice",
        "two",
        "Content-Type",
        "text/html",
      ]);
      res.end(raw.bytes);
    },
    "/moved": { status: 301, headers: { location: "/gzip" } },
    "/empty": { headers: HTML, body: "" },
  });
  const warc = archiveFolder(context);
  const { result, rows } = await crawlSite(context, {
    seeds: [`${origin}/`],
    warc,
    sitemaps: false,
  });
  assert.equal(result.reason, "frontier_empty");
  const records = await readArchive(warc);

  const response = (path: string): ArchivedRecord => only(records, "response", origin + path);
  assert.deepEqual(response("/gzip").body, raw.gzip);
  assert.match(response("/gzip").head, /\r\ncontent-encoding: gzip\r\n/);
  assert.deepEqual(response("/br").body, raw.br);
  assert.equal(response("/chunked").body.toString(), "<title>chunked</title>");
  assert.match(response("/chunked").head, /\r\nX-Orig-Transfer-Encoding: chunked\r\n/);
  assert.deepEqual(response("/bytes").body, raw.bytes);
  assert.match(
    response("/bytes").head,
    /^HTTP\/1\.1 200 .*\r\nX-Twice: one\r\nx-other: \xe9\xff\r\nX-Twice: two\r\nContent-Type: text\/html\r\n/,
  );
  assert.match(
    response("/moved").head,
    /^HTTP\/1\.1 301 Moved Permanently\r\n.*location: \/gzip\r\n/s,
  );
  assert.match(response("/missing").head, /^HTTP\/1\.1 404 Not Found\r\n/);
  assert.equal(response("/empty").body.length, 0);
  assert.match(response("/robots.txt").body.toString(), /Disallow/);

  const request = only(records, "request", `${origin}/gzip`);
  assert.match(request.head, /^GET \/gzip HTTP\/1\.1\r\nhost: 127\.0\.0\.1:\d+\r\n/);
  assert.match(request.head, /\r\nuser-agent: .+\r\n/i);
  assert.equal(request.headers["WARC-Concurrent-To"], response("/gzip").headers["WARC-Record-ID"]);
  assert.equal(response("/gzip").headers["WARC-IP-Address"], "127.0.0.1");

  // Each attempt that was answered, with the moment that its row has, and nothing else.
  const fetched = rows(
    "SELECT url, started_at FROM fetch JOIN url ON url.id = url_id WHERE status IS NOT NULL",
  );
  const captures = records.filter(({ type }) => type === "response" || type === "revisit");
  assert.deepEqual(
    moments(captures.map(({ url, headers }) => [url, Date.parse(headers["WARC-Date"]!)])),
    moments(fetched.map((row) => [row["url"], Math.floor(Number(row["started_at"]))])),
  );
  const infos = new Set(
    records
      .filter(({ type }) => type === "warcinfo")
      .map(({ headers }) => headers["WARC-Record-ID"]),
  );
  assert.ok(captures.every(({ headers }) => infos.has(headers["WARC-Warcinfo-ID"])));
  const [info] = records;
  assert.match(
    info!.body.toString(),
    /^software: webspool\/.+\r\nformat: WARC File Format 1\.1\r\n/,
  );
  assert.match(info!.body.toString(), /\r\nrobots: obey\r\n/);
});

test("a replayer decodes the archived page to what the browser would have seen", async (context) => {
  const { origin } = await site(context, {
    "/": { headers: { ...HTML, "content-encoding": "gzip" }, body: gzipSync(PAGE) },
  });
  const warc = archiveFolder(context);
  await crawlSite(context, { seeds: [`${origin}/`], warc, sitemaps: false, robots: false });
  const seen: string[] = [];
  for (const file of readdirSync(warc)) {
    for await (const record of WARCParser.iterRecords([readFileSync(join(warc, file))])) {
      if (record.warcType === "response") seen.push(await record.contentText());
    }
  }
  assert.deepEqual(seen, [PAGE]);
});

test("no secret is in the archive: own headers, credentials of a seed, cookies of either side", async (context) => {
  const { origin } = await site(context, {
    "/": { headers: { ...HTML, "set-cookie": "sid=cookie-secret; Path=/" }, body: links("/a") },
    "/a": { headers: { ...HTML, "Set-Cookie": ["a=cookie-secret", "b=cookie-secret"] }, body: "a" },
  });
  const warc = archiveFolder(context);
  await crawlSite(context, {
    seeds: [`${origin.replace("//", "//name:password-secret@")}/`],
    headers: [["X-Key", "header-secret"]],
    warc,
    sitemaps: false,
  });
  const records = await readArchive(warc);
  for (const { headers, head, body } of records) {
    const all = JSON.stringify(headers) + head + body.toString("latin1");
    assert.doesNotMatch(all, /-secret|bmFtZTpwYXNzd29yZC1zZWNyZXQ/);
  }
  const { head } = only(records, "request", `${origin}/a`);
  for (const name of ["X-Key", "authorization", "Cookie"]) {
    assert.match(head, new RegExp(`\r\n${name}: \\*\\*\\*\r\n`, "i"), name);
  }
  const twice = only(records, "response", `${origin}/a`).head.match(/Set-Cookie: \*\*\*\r\n/g);
  assert.equal(twice?.length, 2);
});

test("a payload that was archived before is referred to, and so is a version that a 304 confirms", async (context) => {
  const body = `<title>same</title>${"x".repeat(500)}`;
  const { origin } = await site(context, { "/": versions, "/one": body, "/two": body });
  const warc = archiveFolder(context);
  const dbPath = temporaryDatabase(context);
  const options = {
    seeds: [`${origin}/`],
    warc,
    sitemaps: false,
    robots: false,
    threads: 1,
    inFlight: 1,
    dbPath,
  };
  await crawlSite(context, options);
  const first = await readArchive(warc);
  const original = only(first, "response", `${origin}/one`);
  const revisit = only(first, "revisit", `${origin}/two`);
  assert.equal(
    revisit.headers["WARC-Profile"],
    "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest",
  );
  assert.equal(revisit.headers["WARC-Refers-To-Target-URI"], `${origin}/one`);
  assert.equal(revisit.headers["WARC-Refers-To-Date"], original.headers["WARC-Date"]);
  assert.equal(revisit.headers["WARC-Refers-To"], original.headers["WARC-Record-ID"]);
  assert.equal(revisit.headers["WARC-Payload-Digest"], original.headers["WARC-Payload-Digest"]);
  assert.equal(revisit.headers["WARC-Truncated"], "length");
  assert.match(revisit.head, /^HTTP\/1\.1 200 OK\r\n/);
  assert.equal(revisit.body.length, 0);

  const before = readdirSync(warc);
  await crawlSite(context, options);
  const added = (await readArchive(warc)).filter(({ file }) => !before.includes(file));
  const confirmed = only(added, "revisit", `${origin}/`);
  assert.equal(
    confirmed.headers["WARC-Profile"],
    "http://netpreserve.org/warc/1.1/revisit/server-not-modified",
  );
  assert.equal(confirmed.headers["WARC-Refers-To-Target-URI"], `${origin}/`);
  assert.equal(
    confirmed.headers["WARC-Refers-To-Date"],
    only(first, "response", `${origin}/`).headers["WARC-Date"],
  );
  assert.match(confirmed.head, /^HTTP\/1\.1 304 Not Modified\r\n/);
});

test("what is not whole says why: cut by --max-body, disconnected, late", async (context) => {
  const { origin } = await site(context, {
    "/": links("/long", "/cut", "/late", "/refused"),
    "/long": { headers: HTML, body: "x".repeat(3_000) },
    "/cut": (_req, res) => {
      res.writeHead(200, { ...HTML, "content-length": 100 });
      res.write("half", () => res.destroy());
    },
    "/late": (_req, res) => {
      res.writeHead(200, { ...HTML, "content-length": 100 });
      res.write("slow");
    },
    "/refused": (req) => {
      req.socket.destroy();
    },
  });
  const warc = archiveFolder(context);
  await crawlSite(context, {
    seeds: [`${origin}/`],
    warc,
    sitemaps: false,
    robots: false,
    retries: 0,
    maxBody: 1_000,
    readTimeout: 300,
  });
  const records = await readArchive(warc);
  const cut = (path: string): [string | undefined, number] => {
    const { headers, body } = only(records, "response", origin + path);
    return [headers["WARC-Truncated"], body.length];
  };
  assert.deepEqual(cut("/long"), ["length", 1_000]);
  assert.deepEqual(cut("/cut"), ["disconnect", 4]);
  assert.deepEqual(cut("/late"), ["time", 4]);
  assert.deepEqual(cut("/"), [undefined, 104]);
  assert.ok(!records.some(({ url }) => url.endsWith("/refused")), "without an answer, no record");
});
