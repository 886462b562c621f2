/** kill -9 at any moment: the next crawl continues, and in the end nothing is missing or twice. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { test, type TestContext } from "node:test";
import { runCaptured } from "../helpers/captured-terminal.ts";
import { runCli, startCli, temporaryFolder } from "../helpers/cli-process.ts";
import { questions } from "../helpers/crawl-run.ts";
import { startSite, type Site } from "../helpers/site-server.ts";

const PAGES = 3_600;
const KILLS = 30;
const PER_HOST = 64;
/** What is in flight and in line together: the default of --in-flight. */
const IN_FLIGHT = 128;
/** Requests from one kill to the next, at most; together fewer than there are pages. */
const REQUESTS_BETWEEN = 130;
/** So many kills come when their process may have just started: while it opens, continues, asks first. */
const EARLY_KILLS = 0.2;

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
          const links = [1, 7, 61, 97, PAGES].map(
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

async function assertSound(dbPath: string, when: string): Promise<void> {
  const { code, stdout, stderr } = await runCaptured(["fsck", "--db", dbPath]);
  assert.equal(code, 0, `${when}: ${stdout}${stderr}`);
}

test("a crawl that is killed again and again ends as one that never was", async (t) => {
  const seed = Number(process.env["KILL_SEED"] ?? Date.now() % 1_000_000);
  t.diagnostic(`KILL_SEED=${seed}`);
  const random = randomFrom(seed);
  const cwd = temporaryFolder(t);
  // 31 processes start one after another: that is what this test takes most of its time for.
  process.env["NODE_COMPILE_CACHE"] = join(cwd, "compiled");
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
  const { rows, column } = questions(dbPath);
  let kills = 0;
  /** How often a URL was in flight when the process was killed. */
  const inFlight = new Map<string, number>();
  for (let round = 0; round < KILLS; round += 1) {
    reached = Promise.withResolvers();
    const isEarly = round > 0 && random() < EARLY_KILLS;
    killAt = asked + 1 + Math.floor(random() * REQUESTS_BETWEEN);
    const early = isEarly ? pause(100 + random() * 900) : reached.promise;
    const crawl = startCli(t, cwd, ...args, "--db", "killed.db");
    await Promise.race([early, reached.promise, crawl.ended]);
    await pause(random() * 12);
    crawl.child.kill("SIGKILL");
    const { signal } = await crawl.ended;
    if (signal === "SIGKILL") kills += 1;
    await assertSound(dbPath, `after kill ${round + 1} (KILL_SEED=${seed})`);
    const urls = column(
      "select url from frontier join url on url.id = url_id where state = 'fetching'",
    );
    assert.ok(urls.length <= IN_FLIGHT, `${urls.length} handed out`);
    for (const url of urls) inFlight.set(String(url), (inFlight.get(String(url)) ?? 0) + 1);
  }
  killAt = Infinity;
  assert.equal(kills, KILLS, `every process was killed before its end (KILL_SEED=${seed})`);
  const last = await runCli(t, cwd, ...args, "--db", "killed.db");
  assert.equal(last.code, 0, last.stderr);
  await assertSound(dbPath, `at the end (KILL_SEED=${seed})`);

  assert.deepEqual(resultsOf(dbPath), resultsOf(join(cwd, "whole.db")), `KILL_SEED=${seed}`);
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

  // Each URL was asked once, and once more for each kill that found it in flight, at the most.
  const times = new Map<string, number>();
  for (const { url } of site.requests.slice(wholeRequests)) {
    times.set(url, (times.get(url) ?? 0) + 1);
  }
  for (const [url, count] of times) {
    const most = 1 + (inFlight.get(`${site.origin}${url}`) ?? 0);
    assert.ok(count <= most, `${url} was asked ${count} times (KILL_SEED=${seed})`);
  }
  const repeated = site.requests.length - wholeRequests - times.size;
  t.diagnostic(`${kills} kills, ${repeated} requests of ${times.size} were repeated`);
  assert.deepEqual(rows("select pages, requests from run"), [
    {
      pages: column("select count(*) from fetch where kind = 'page' and settled = 1")[0],
      requests: column("select count(*) from fetch where connection_id is not null")[0],
    },
  ]);
});
