/** kill -9 at any moment: the next crawl continues, and in the end nothing is missing or twice. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { test, type TestContext } from "node:test";
import { CrawlDatabase } from "../../src/storage/index.ts";
import { runCli, startCli, temporaryFolder } from "../helpers/cli-process.ts";
import { questions } from "../helpers/crawl-run.ts";
import { startSite, type Site } from "../helpers/site-server.ts";

const PAGES = 600;
const KILLS = 6;
const PER_HOST = 8;

/** Pages made of their numbers alone: every answer is the same however often it is asked. */
async function numberedSite(t: TestContext, asked: () => void): Promise<Site> {
  const site = await startSite((req, res) => {
    asked();
    const number = Number(/^\/(\d+)$/.exec(req.url ?? "")?.[1] ?? NaN);
    const isKnown = number < PAGES;
    setTimeout(
      () => {
        res.setHeader("content-type", "text/html");
        if (!isKnown || number % 41 === 40) res.writeHead(404).end("<title>none</title>");
        else if (number % 37 === 36) res.writeHead(301, { location: `/${number - 1}` }).end();
        else {
          const links = [1, 7, 61, 97, 600].map(
            (step) => `<a href="/${number + step}">${step}</a>`,
          );
          res.end(`<title>${number}</title><img src="/i${number % 9}.png">${links.join("")}`);
        }
      },
      isKnown ? 2 + (number % 5) : 0,
    );
  });
  t.after(() => site.close());
  return site;
}

/** mulberry32: enough to choose moments, and the same ones for the same seed. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let value = Math.imul(state ^ (state >>> 15), 1 | state);
    value = (value + Math.imul(value ^ (value >>> 7), 61 | value)) ^ value;
    return ((value ^ (value >>> 14)) >>> 0) / 2 ** 32;
  };
}

const RESULTS = {
  settled:
    "select url, kind, status, error from fetch join url on url.id = url_id where settled = 1 order by url, kind",
  frontier:
    "select url, state, reason, kind from frontier join url on url.id = url_id order by url",
  links: "select source, target, kind, anchor from v_link order by 1, 2, 3, 4",
  depths: "select url, depth from url order by url",
  pages: "select url, title, words, text_hash from v_page order by url",
};

/** What a crawl's database says of the site, as one line per question. */
function resultsOf(dbPath: string): Record<string, string> {
  const { rows } = questions(dbPath);
  return Object.fromEntries(
    Object.entries(RESULTS).map(([name, sql]) => {
      const found = rows(sql);
      const digest = createHash("sha256").update(JSON.stringify(found)).digest("hex");
      return [name, `${found.length} rows, ${digest}`];
    }),
  );
}

function assertSound(dbPath: string, when: string): void {
  const db = CrawlDatabase.openReadOnly(dbPath);
  try {
    const broken = db.checkInvariants().filter(({ count }) => count > 0);
    assert.deepEqual(broken, [], when);
  } finally {
    db.close();
  }
}

test("a crawl that is killed again and again ends as one that never was", async (t) => {
  const seed = Number(process.env["KILL_SEED"] ?? Date.now() % 1_000_000);
  t.diagnostic(`KILL_SEED=${seed}`);
  const random = randomFrom(seed);
  const cwd = temporaryFolder(t);
  let asked = 0;
  let killAt = Infinity;
  let reached = Promise.withResolvers<void>();
  const site = await numberedSite(t, () => {
    asked += 1;
    if (asked >= killAt) reached.resolve();
  });
  const args = [
    "crawl",
    `${site.origin}/0`,
    "--threads",
    "2",
    "--per-host",
    String(PER_HOST),
    "--no-sitemaps",
    "--quiet",
  ];

  const whole = runCli(t, cwd, ...args, "--db", "whole.db");
  assert.equal((await whole).code, 0);
  const wholeRequests = site.requests.length;
  assert.equal(new Set(site.requests.map(({ url }) => url)).size, wholeRequests, "asked once each");

  const dbPath = join(cwd, "killed.db");
  let kills = 0;
  for (let round = 0; round < KILLS; round += 1) {
    reached = Promise.withResolvers();
    killAt = asked + 1 + Math.floor(random() * 90);
    const laterMs = random() * 12;
    const crawl = startCli(t, cwd, ...args, "--db", "killed.db");
    await Promise.race([reached.promise, crawl.ended]);
    await pause(laterMs);
    crawl.child.kill("SIGKILL");
    const { signal } = await crawl.ended;
    if (signal === "SIGKILL") kills += 1;
    assertSound(dbPath, `after kill ${round + 1} (KILL_SEED=${seed})`);
  }
  killAt = Infinity;
  assert.equal(kills, KILLS, `every process was killed before its end (KILL_SEED=${seed})`);
  const last = await runCli(t, cwd, ...args, "--db", "killed.db");
  assert.equal(last.code, 0, last.stderr);
  assertSound(dbPath, `at the end (KILL_SEED=${seed})`);

  assert.deepEqual(resultsOf(dbPath), resultsOf(join(cwd, "whole.db")), `KILL_SEED=${seed}`);
  const { rows, column } = questions(dbPath);
  assert.deepEqual(rows("select id, state, reason from run"), [
    { id: 1, state: "finished", reason: "frontier_empty" },
  ]);
  assert.deepEqual(
    column(
      "select count(*) from fetch where settled = 1 group by run_id, url_id, kind having count(*) > 1",
    ),
    [],
  );
  assert.deepEqual(
    column("select count(*) from connection where closed_at is null or close_reason is null"),
    [0],
  );
  assert.deepEqual(column("select count(*) from session where closed_at is null"), [0]);

  const again = site.requests.slice(wholeRequests);
  const twice = again.length - new Set(again.map(({ url }) => url)).size;
  // In flight: handed out and not yet committed.
  assert.ok(twice <= KILLS * PER_HOST, `${twice} requests were repeated (KILL_SEED=${seed})`);
  t.diagnostic(`${kills} kills, ${twice} of ${again.length} requests were repeated`);
  assert.deepEqual(rows("select pages, requests from run"), [
    {
      pages: column("select count(*) from fetch where kind = 'page' and settled = 1")[0],
      requests: column("select count(*) from fetch where connection_id is not null")[0],
    },
  ]);
});
