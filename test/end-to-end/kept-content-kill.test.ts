/** kill -9 while texts and bodies are kept: the two files agree after each, and in the end nothing is missing. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { runCaptured } from "../helpers/captured-terminal.ts";
import { runCli, startCli, temporaryFolder } from "../helpers/cli-process.ts";
import { questions } from "../helpers/crawl-run.ts";
import { startSite } from "../helpers/site-server.ts";

const PAGES = 500;
const KILLS = 8;
/** Requests from one kill to the next; together fewer than there are pages. */
const REQUESTS_BETWEEN = 50;

/** The words of a page, others for each: enough that a transaction of them is not done in no time. */
function wordsOf(number: number): string {
  return Array.from({ length: 40 }, (_, at) =>
    createHash("sha256").update(`${number}:${at}`).digest("base64url"),
  ).join(" ");
}

const KEPT = {
  texts: "SELECT u.url, t.title, t.text FROM page_text t JOIN url u ON u.id = t.url_id ORDER BY 1",
  bodies:
    "SELECT u.url, b.hash, b.truncated FROM fetch_body b JOIN fetch f ON f.id = b.fetch_id JOIN url u ON u.id = f.url_id WHERE f.settled = 1 ORDER BY 1",
};

test("a crawl with --text and --store-bodies that is killed again and again loses neither", async (t) => {
  const cwd = temporaryFolder(t);
  process.env["NODE_COMPILE_CACHE"] = join(cwd, "compiled");
  let asked = 0;
  let killAt = Infinity;
  let reached = Promise.withResolvers<void>();
  const site = await startSite((req, res) => {
    asked += 1;
    if (asked >= killAt) reached.resolve();
    const number = Number(/^\/(\d+)$/.exec(req.url ?? "")?.[1] ?? NaN);
    const isPage = number < PAGES;
    setTimeout(
      () => {
        res.writeHead(isPage ? 200 : 404, { "content-type": "text/html" });
        const links = [1, 7, 61].map((step) => `<a href="/${number + step}">${step}</a>`).join("");
        res.end(isPage ? `<title>${number}</title>${links}<p>${wordsOf(number)}` : "none");
      },
      2 + (asked % 5),
    );
  });
  t.after(() => site.close());
  const options = "--text --store-bodies --threads 2 --per-host 32 --no-sitemaps --quiet";
  const args = ["crawl", `${site.origin}/0`, ...options.split(" ")];
  assert.equal((await runCli(t, cwd, ...args, "--db", "whole.db")).code, 0);

  const dbPath = join(cwd, "killed.db");
  const assertSound = async (when: string): Promise<void> => {
    const { code, stdout, stderr } = await runCaptured(["fsck", "--bodies", "--db", dbPath]);
    assert.equal(code, 0, `${when}: ${stdout}${stderr}`);
  };
  for (let kill = 1; kill <= KILLS; kill += 1) {
    reached = Promise.withResolvers();
    killAt = asked + 10 + Math.floor(Math.random() * REQUESTS_BETWEEN);
    const crawl = startCli(t, cwd, ...args, "--db", "killed.db");
    await Promise.race([reached.promise, crawl.ended]);
    await pause(Math.random() * 15);
    crawl.child.kill("SIGKILL");
    assert.equal((await crawl.ended).signal, "SIGKILL");
    await assertSound(`after kill ${kill}`);
  }
  killAt = Infinity;
  const last = await runCli(t, cwd, ...args, "--db", "killed.db");
  assert.equal(last.code, 0, last.stderr);
  await assertSound("at the end");
  const [killed, whole] = [questions(dbPath), questions(join(cwd, "whole.db"))];
  assert.deepEqual(killed.column("SELECT count(*) FROM page_text"), [PAGES]);
  for (const [what, sql] of Object.entries(KEPT)) {
    assert.deepEqual(killed.rows(sql), whole.rows(sql), what);
  }
  const [word] = wordsOf(PAGES - 1).split(/[ _-]/);
  assert.ok(word !== undefined);
  const found = await runCaptured(["search", word, "--json", "--db", dbPath]);
  assert.match(found.stdout, new RegExp(`/${PAGES - 1}"`));
});
