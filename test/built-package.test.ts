/** The package as it is published, whose modules are put together in a few files, does what the sources do. */
import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { pathToFileURL } from "node:url";
import type * as Webspool from "../src/index.ts";
import { LATE_MODULES, THREAD_MODULES } from "../src/late-module.ts";
import { COMMANDS } from "../src/cli/commands/index.ts";
import { buildPackage } from "./helpers/built-package.ts";
import { CliProcess, type Ended } from "./helpers/cli-process.ts";
import { questions } from "./helpers/crawl-run.ts";
import { startSite } from "./helpers/site-server.ts";

const PLUGIN = 'export const onPage = ({ $ }) => ({ fields: { first: $("p").first().text() } });';
const PAGE = "<title>Lamps</title><p>Red<p>Green<a href=/next>next</a>";

const folder = mkdtempSync(join(tmpdir(), "webspool-built-"));
after(() => rmSync(folder, { recursive: true }));
const main = buildPackage(folder);

async function done(...args: string[]): Promise<Ended> {
  const ended = await new CliProcess(folder, args, { main }).ended;
  assert.equal(ended.code, 0, `${args.join(" ")}: ${ended.stdout}${ended.stderr}`);
  return ended;
}

test("each command of the built package can be loaded", async () => {
  for (const { name } of COMMANDS) {
    const { stdout } = await done(name, "--help");
    assert.match(stdout, new RegExp(`webspool ${name}`));
  }
});

test("the built package loads late what is loaded late, each from its own file", async (t) => {
  for (const path of [...LATE_MODULES, ...THREAD_MODULES]) {
    assert.ok(existsSync(join(folder, `${path}.js`)), path);
  }
  const site = await startSite({
    "/": { headers: { "set-cookie": "seen=1" }, body: PAGE },
    "/next": "<title>Next</title><p>Blue",
    "/mapped": '<title>Mapped</title><script type="application/ld+json">{"@type":"Map"}</script>',
    "/robots.txt": (req, res) =>
      void res.end(`Sitemap: http://${req.headers.host ?? ""}/sitemap.xml\n`),
    "/sitemap.xml": (req, res) =>
      void res
        .writeHead(200, { "content-type": "application/xml" })
        .end(`<urlset><url><loc>http://${req.headers.host ?? ""}/mapped</loc></url></urlset>`),
  });
  t.after(() => site.close());
  writeFileSync(join(folder, "plugin.mjs"), PLUGIN);
  const options = ["--plugin", "plugin.mjs", "--structured", "jsonld", "--warc", "archive"];
  await done("crawl", `${site.origin}/`, "--db", "a.db", ...options);
  const { column } = questions(join(folder, "a.db"));
  assert.deepEqual(column("SELECT title FROM v_page ORDER BY title"), ["Lamps", "Mapped", "Next"]);
  const fields = "SELECT value FROM extract WHERE name = 'first' ORDER BY value";
  assert.deepEqual(column(fields), ["", "Blue", "Red"]);
  assert.deepEqual(column("SELECT count(*) FROM extract WHERE name <> 'first'"), [1]);
  assert.equal(site.requests.at(-1)?.headers.cookie, "seen=1");
  assert.ok(readdirSync(join(folder, "archive")).some((name) => name.endsWith(".warc.gz")));
  await done("fsck", "--db", "a.db");
});

test("the built package is a library too", async (t) => {
  const site = await startSite({ "/": PAGE });
  t.after(() => site.close());
  const module: unknown = await import(pathToFileURL(join(folder, "src/index.js")).href);
  const { Session } = module as typeof Webspool;
  await using session = new Session();
  assert.equal(await (await session.get(`${site.origin}/`)).text(), PAGE);
  // Errors and logs tell them.
  for (const [name, value] of Object.entries(module as object)) {
    if (typeof value === "function") assert.equal(value.name, name);
  }
});
