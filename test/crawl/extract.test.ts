/** What rules and settings take from pages, as a crawl stores it. */
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { runCli, temporaryFolder } from "../helpers/cli-process.ts";
import { crawlSite, temporaryDatabase } from "../helpers/crawl-run.ts";
import { startSite } from "../helpers/site-server.ts";

const SHOP = `<title>Shop</title><meta property="og:title" content="The shop">
  <script type="application/ld+json">{"@type":"Store","name":"Shop"}</script>
  <script type="application/ld+json">{oops}</script>
  <div itemscope itemtype="https://schema.org/Store"><b itemprop="telephone">123</b></div>
  <p class="price">1.234,50 €</p><p class="price">ask us</p><a href="/more">more</a>`;

void test("typed values, structured data and headers are rows of v_extract", async (t) => {
  const headers = { "x-cache": ["HIT", "MISS"], "set-cookie": "sid=secret" };
  const site = await startSite({
    "/": { body: SHOP, headers },
    "/more": { body: "%PDF", headers: { ...headers, "content-type": "application/pdf" } },
  });
  t.after(() => site.close());
  const { rows } = await crawlSite(t, {
    seeds: [`${site.origin}/`],
    sitemaps: false,
    extract: [{ name: "price", selector: ".price", attribute: null, type: "number" }],
    structured: ["jsonld", "opengraph", "microdata"],
    extractHeader: ["x-cache", "set-cookie", "x-none"],
  });
  const found =
    rows(`SELECT replace(url, '${site.origin}', '') AS path, name, idx, value, type, number,
    error IS NOT NULL AS wrong, run_id FROM v_extract ORDER BY path, name, idx`);
  assert.deepEqual(
    found.map((row) => Object.values(row)),
    [
      ["/", "header.set-cookie", 0, "***", "string", null, 0, 1],
      ["/", "header.x-cache", 0, "HIT", "string", null, 0, 1],
      ["/", "header.x-cache", 1, "MISS", "string", null, 0, 1],
      ["/", "jsonld", 0, '{"@type":"Store","name":"Shop"}', "json", null, 0, 1],
      ["/", "jsonld", 1, "{oops}", "json", null, 1, 1],
      ["/", "jsonld.Store.name", 0, "Shop", "string", null, 0, 1],
      [
        "/",
        "microdata",
        0,
        '{"type":["https://schema.org/Store"],"properties":{"telephone":["123"]}}',
        "json",
        null,
        0,
        1,
      ],
      ["/", "microdata.Store.telephone", 0, "123", "string", null, 0, 1],
      ["/", "og:title", 0, "The shop", "string", null, 0, 1],
      ["/", "price", 0, "1234.5", "number", 1234.5, 0, 1],
      ["/", "price", 1, "ask us", "number", null, 1, 1],
      ["/more", "header.set-cookie", 0, "***", "string", null, 0, 1],
      ["/more", "header.x-cache", 0, "HIT", "string", null, 0, 1],
      ["/more", "header.x-cache", 1, "MISS", "string", null, 0, 1],
    ],
  );
});

void test("a rule called like a header, and names that are no Unicode, cost no run", async (t) => {
  const site = await startSite({
    "/": `<title>Shop</title><script type="application/ld+json">{"\\ud800":1,"\\ud801":2}</script>`,
  });
  t.after(() => site.close());
  const { rows } = await crawlSite(t, {
    seeds: [`${site.origin}/`],
    sitemaps: false,
    extract: [{ name: "header.content-type", selector: "title", attribute: null }],
    structured: ["jsonld"],
    extractHeader: ["content-type"],
  });
  const found = rows("SELECT name, idx, value FROM v_extract WHERE name <> 'jsonld' ORDER BY 1, 2");
  assert.deepEqual(
    found.map((row) => Object.values(row)),
    [
      ["header.content-type", 0, "text/html; charset=utf-8"],
      ["header.content-type", 1, "Shop"],
      ["jsonld.Thing.\ufffd", 0, "1"],
      ["jsonld.Thing.\ufffd", 1, "2"],
    ],
  );
});

void test("a rule that fails is told in the fetch's detail; facts, links and other fields are stored", async (t) => {
  const site = await startSite({ "/": SHOP, "/more": "<title>More</title>" });
  t.after(() => site.close());
  const { rows } = await crawlSite(t, {
    seeds: [`${site.origin}/`],
    sitemaps: false,
    extract: [
      { name: "bad", selector: "p[", attribute: null },
      { name: "good", selector: "title", attribute: null },
    ],
  });
  const [row, ...more] = rows(`SELECT f.error, f.detail, p.title, v.target, e.value
    FROM fetch f JOIN page p ON p.url_id = f.url_id JOIN v_link v ON v.from_url_id = f.url_id
      JOIN v_extract e ON e.url_id = f.url_id`);
  assert.deepEqual(more, []);
  assert.match(String(row?.["detail"]), /^the rule "bad" failed: /);
  assert.deepEqual(
    { ...row, detail: null },
    { error: null, detail: null, title: "Shop", target: `${site.origin}/more`, value: "Shop" },
  );
});

void test("rules that nobody checked cost no page its facts and links", async (t) => {
  const site = await startSite({ "/": SHOP, "/more": "<title>More</title>" });
  t.after(() => site.close());
  const { rows } = await crawlSite(t, {
    seeds: [`${site.origin}/`],
    sitemaps: false,
    extract: [{ name: "bad", selector: "p", attribute: null, regex: "(" }],
  });
  const [row] = rows(`SELECT f.error, f.detail, p.title, v.target FROM fetch f
    JOIN page p ON p.url_id = f.url_id JOIN v_link v ON v.from_url_id = f.url_id`);
  assert.match(String(row?.["detail"]), /^the extraction rules cannot be used: SyntaxError: /);
  assert.deepEqual(
    { ...row, detail: null },
    { error: null, detail: null, title: "Shop", target: `${site.origin}/more` },
  );
});

void test("a page that is too large for a tree has its facts and links all the same", async (t) => {
  const site = await startSite({
    "/": `<title>Deep</title><a href="/more">more</a>${"<i>".repeat(800_000)}`,
    "/more": "<title>More</title>",
  });
  t.after(() => site.close());
  const { rows } = await crawlSite(t, {
    seeds: [`${site.origin}/`],
    sitemaps: false,
    extract: [{ name: "title", selector: "title", attribute: null }],
  });
  assert.deepEqual(
    rows(`SELECT title, f.error, detail, e.value FROM fetch f JOIN page p ON p.url_id = f.url_id
      LEFT JOIN v_extract e ON e.url_id = f.url_id ORDER BY title`),
    [
      {
        title: "Deep",
        error: null,
        detail:
          "extraction was left out: the page has more than 750,000 elements, attributes and texts",
        value: null,
      },
      { title: "More", error: null, detail: null, value: "More" },
    ],
  );
});

void test("what a 304 confirms keeps its typed values, until something else is asked for", async (t) => {
  const site = await startSite((req, res) => {
    res.setHeader("etag", '"1"');
    res.setHeader("content-type", "text/html");
    if (req.url !== "/") res.writeHead(404);
    else if (req.headers["if-none-match"] === '"1"') res.writeHead(304);
    res.end(req.url === "/" && res.statusCode === 200 ? SHOP : undefined);
  });
  t.after(() => site.close());
  const plugin = join(temporaryFolder(t), "plugin.mjs");
  writeFileSync(plugin, "export const onPage = () => ({ fields: { version: 1 } });");
  const options = {
    dbPath: temporaryDatabase(t),
    seeds: [`${site.origin}/`],
    sitemaps: false,
    extract: [{ name: "price", selector: ".price", attribute: null, type: "number" as const }],
    plugin,
  };
  await crawlSite(t, options);
  const again = await crawlSite(t, options);
  const fields =
    "SELECT name, idx, value, type, number, error, run_id FROM v_extract ORDER BY 1, 2";
  assert.deepEqual(
    again.column(
      "SELECT not_modified FROM fetch WHERE kind = 'page' AND status <> 404 ORDER BY run_id",
    ),
    [0, 1],
  );
  const [first, second, third] = again.rows(fields);
  assert.deepEqual(Object.values(first ?? {}), ["price", 0, "1234.5", "number", 1234.5, null, 2]);
  assert.deepEqual(Object.values(second ?? {}), [
    "price",
    1,
    "ask us",
    "number",
    null,
    "is no number",
    2,
  ]);
  assert.deepEqual(Object.values(third ?? {}), ["version", 0, "1", "number", 1, null, 2]);

  writeFileSync(plugin, "export const onPage = () => ({ fields: { version: 2 } });");
  const other = await crawlSite(t, options);
  assert.deepEqual(other.column("SELECT value FROM v_extract WHERE name = 'version'"), ["2"]);
  const more = await crawlSite(t, { ...options, structured: ["opengraph"] });
  assert.deepEqual(more.column("SELECT value FROM v_extract WHERE name = 'og:title'"), [
    "The shop",
  ]);
  assert.deepEqual(
    more.column(
      "SELECT not_modified FROM fetch WHERE kind = 'page' AND status <> 404 ORDER BY run_id",
    ),
    [0, 1, 0, 0],
  );
});

void test("a page of which something was left out is read afresh, though it did not change", async (t) => {
  const site = await startSite((req, res) => {
    res.setHeader("etag", '"1"');
    res.setHeader("content-type", "text/html");
    if (req.url !== "/") res.writeHead(404);
    else if (req.headers["if-none-match"] === '"1"') res.writeHead(304);
    res.end(res.statusCode === 200 ? "<title>Home</title>" : undefined);
  });
  t.after(() => site.close());
  const folder = temporaryFolder(t);
  const plugin = join(folder, "plugin.mjs");
  const stock = JSON.stringify(join(folder, "stock.txt"));
  writeFileSync(
    plugin,
    `import { readFileSync } from "node:fs";
    export const onPage = () => ({ fields: { stock: readFileSync(${stock}, "utf8") } });`,
  );
  const seeds = [`${site.origin}/`];
  const options = { dbPath: temporaryDatabase(t), seeds, sitemaps: false, plugin };
  const { column } = await crawlSite(t, options);
  assert.match(String(column("SELECT detail FROM fetch WHERE status = 200")[0]), /ENOENT/);
  writeFileSync(join(folder, "stock.txt"), "7");
  await crawlSite(t, options);
  assert.deepEqual(column("SELECT value FROM v_extract"), ["7"]);
  await crawlSite(t, options);
  assert.deepEqual(
    column("SELECT status FROM fetch WHERE kind = 'page' ORDER BY run_id"),
    [200, 200, 304],
  );
});

void test("settings of extraction that are wrong end the command with 2", async (t) => {
  const folder = temporaryFolder(t);
  for (const [option, value, sentence] of [
    [
      "--structured",
      "rdfa",
      /^webspool: --structured got "rdfa", but takes one of jsonld, opengraph, microdata\.\n$/,
    ],
    [
      "--extract-header",
      "x cache",
      /^webspool: --extract-header got "x cache", but takes the name of a header, such as x-cache\.\n$/,
    ],
    [
      "--plugin-timeout",
      "5",
      /^webspool: --plugin-timeout got "5", but takes a duration of at least 1ms/,
    ],
  ] as const) {
    const ended = await runCli(t, folder, "crawl", "http://127.0.0.1:1/", option, value);
    assert.equal(ended.code, 2);
    assert.match(ended.stderr, sentence);
  }
});
