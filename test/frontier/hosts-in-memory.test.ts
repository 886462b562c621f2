/** Only a bounded number of hosts is in memory; which ones makes no difference to what is asked when. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { failedOutcome, unsentAttempt } from "../../src/failed-outcome.ts";
import { HostQueue } from "../../src/frontier/host-queue.ts";
import { RobotsCache } from "../../src/frontier/robots-cache.ts";
import { questions, temporaryDatabase } from "../helpers/crawl-run.ts";
import { SimulatedCrawl, START } from "../helpers/simulated-crawl.ts";

const DELAY_MS = 1_000;
const FEW = { hosts: 10, idle: 2, turn: 3 };
const hostOf = (index: number): string => `http://h${index}.example`;

void describe("hosts in memory", () => {
  void test("many hosts through a small table: each URL once, each pause kept, robots read once", (t) => {
    const HOSTS = 100;
    const PAGES = 8;
    const dbPath = temporaryDatabase(t);
    const seeds = Array.from(
      { length: HOSTS * PAGES },
      (_, index) => `${hostOf(index % HOSTS)}/${Math.floor(index / HOSTS)}`,
    );
    const crawl = new SimulatedCrawl({
      dbPath,
      seeds,
      settings: { delayMs: DELAY_MS, perHost: 1, robots: true },
      hostLimits: FEW,
      answer: ({ kind }) => ({
        latencyMs: 20,
        ...(kind === "robots" ? { robots: "User-agent: *\nDisallow: /5\n" } : {}),
      }),
    });
    crawl.run();
    crawl.kill();
    assert.equal(crawl.frontier.pending, 0);
    const hosts = Map.groupBy(crawl.requests, ({ origin }) => origin);
    assert.equal(hosts.size, HOSTS);
    for (const [origin, requests] of hosts) {
      assert.deepEqual(
        requests.map(({ url }) => url.slice(origin.length)),
        ["/robots.txt", "/0", "/1", "/2", "/3", "/4", "/6", "/7"],
      );
      for (const [nth, { at }] of requests.entries()) {
        const before = requests[nth - 1];
        if (before !== undefined) assert.ok(at - before.endedAt > DELAY_MS, `${origin} ${nth}`);
      }
    }
    const { column } = questions(dbPath);
    assert.deepEqual(
      column("select count(*) from frontier where reason = 'robots' and detail like 'line 2%'"),
      [HOSTS],
    );
    // No host has all its pages before every other has some.
    const half = crawl.requests.slice(0, crawl.requests.length / 2);
    assert.ok(new Set(half.map(({ origin }) => origin)).size > HOSTS / 2);
  });

  void test("links to ever more hosts are asked, as a check of external links does", (t) => {
    const HOSTS = 500;
    const home = "http://home.example/";
    const crawl = new SimulatedCrawl({
      dbPath: temporaryDatabase(t),
      seeds: [home],
      settings: { delayMs: DELAY_MS, perHost: 1 },
      hostLimits: FEW,
      answer: ({ url }) => ({
        latencyMs: 20,
        links: url === home ? Array.from({ length: HOSTS }, (_, index) => `${hostOf(index)}/`) : [],
      }),
    });
    crawl.run();
    crawl.kill();
    assert.equal(new Set(crawl.requests.map(({ url }) => url)).size, 1 + HOSTS);
    assert.equal(crawl.requests.length, 1 + HOSTS);
  });

  void test("a rest that a host asked for holds after a kill, and while it is out of memory", (t) => {
    const dbPath = temporaryDatabase(t);
    const seeds = [
      ...Array.from({ length: 40 }, (_, page) => `http://busy.example/${page}`),
      ...Array.from({ length: 60 }, (_, host) => `${hostOf(host)}/`),
    ];
    const refused = new Set<string>();
    const start = (from: number): SimulatedCrawl =>
      new SimulatedCrawl({
        dbPath,
        seeds,
        from,
        settings: { delayMs: DELAY_MS, perHost: 1 },
        hostLimits: FEW,
        answer({ url }) {
          if (!url.startsWith("http://busy.example/") || refused.size > 0) return { latencyMs: 20 };
          refused.add(url);
          return { latencyMs: 20, status: 503, retryAfterMs: 600_000 };
        },
      });
    const first = start(0);
    first.run(5_000);
    first.kill();
    const second = start(6_000);
    second.run();
    second.kill();
    const requests = [...first.requests, ...second.requests];
    const busy = requests.filter(({ origin }) => origin === "http://busy.example");
    const [refusal, next] = busy;
    assert.ok((next?.at ?? 0) - (refusal?.endedAt ?? 0) >= 600_000);
    assert.equal(new Set(busy.map(({ url }) => url)).size, 40);
    const others = requests.filter(({ origin }) => origin !== "http://busy.example");
    assert.ok(others.every(({ at }) => at < 60_000));
  });

  void test("a host that was given up stays so while it is out of memory, and after a kill", (t) => {
    const dbPath = temporaryDatabase(t);
    const dead = "http://dead.example";
    const start = (from: number): SimulatedCrawl =>
      new SimulatedCrawl({
        dbPath,
        seeds: ["http://home.example/", ...[0, 1, 2, 3, 4].map((page) => `${dead}/${page}`)],
        from,
        settings: { delayMs: DELAY_MS, perHost: 1, retries: 0 },
        hostLimits: { ...FEW, idle: 0 },
        answer({ url, origin }) {
          if (origin === dead) return { latencyMs: 20, error: "connect_refused" };
          const links = url === "http://home.example/" ? [`${hostOf(1)}/`] : [`${dead}/late`];
          return { latencyMs: 20_000, links };
        },
      });
    const first = start(0);
    first.run(30_000);
    first.kill();
    const second = start(30_000);
    second.run();
    second.kill();
    const requests = [...first.requests, ...second.requests];
    assert.equal(requests.filter(({ origin }) => origin === dead).length, 5);
    assert.deepEqual(
      questions(dbPath).rows(
        `select state, reason, count(*) as urls from frontier join url on url.id = url_id where url like '${dead}/%' group by 1, 2`,
      ),
      [{ state: "failed", reason: "connect_refused", urls: 6 }],
    );
  });

  void test("a robots.txt is read again when it is too old, and obeyed as it is then", (t) => {
    const HOUR = 3_600_000;
    const site = "http://site.example";
    let read = 0;
    const dbPath = temporaryDatabase(t);
    const crawl = new SimulatedCrawl({
      dbPath,
      seeds: Array.from({ length: 60 }, (_, page) => `${site}/${page}`),
      settings: { delayMs: HOUR, perHost: 1, robots: true },
      answer({ kind, url }) {
        // Its retry comes when the file says otherwise.
        if (url === `${site}/5`) return { latencyMs: 20, status: 502 };
        if (kind !== "robots") return { latencyMs: 20 };
        read += 1;
        return { latencyMs: 20, robots: `User-agent: *\nDisallow: /${read > 1 ? "5" : "x"}\n` };
      },
    });
    crawl.run();
    crawl.kill();
    assert.equal(read, 3);
    const urls = new Set(crawl.requests.map(({ url }) => url));
    assert.ok(urls.has(`${site}/5`));
    assert.ok(!urls.has(`${site}/50`));
    assert.deepEqual(
      questions(dbPath).column("select count(*) from frontier where reason = 'robots'"),
      [11],
    );
    assert.equal(crawl.requests.filter(({ url }) => url === `${site}/5`).length, 1);
    // Of the attempts at a URL in a run exactly one, the last, settles it.
    assert.deepEqual(
      questions(dbPath).column(
        "select url_id from fetch group by run_id, url_id, kind having sum(settled) <> 1",
      ),
      [],
    );
  });
});

void test("a host that waits in the store only is ready as soon as there is room for it", (t) => {
  const crawl = new SimulatedCrawl({
    dbPath: temporaryDatabase(t),
    seeds: [0, 1, 2].map((host) => `${hostOf(host)}/`),
    settings: { delayMs: 0, perHost: 4 },
    hostLimits: { hosts: 2, idle: 2, turn: 100 },
    answer: () => ({ latencyMs: 20 }),
  });
  const { db, frontier } = crawl;
  const batches = db.transaction(() => frontier.handOut(START, { slots: 10, pages: 10 }));
  assert.equal(batches.length, 2);
  assert.equal(frontier.nextReadyAt(START), null);
  db.transaction(() => {
    for (const request of batches.flatMap(({ requests }) => requests)) {
      const attempt = { ...unsentAttempt(START, 1, "internal", ""), status: 200, error: null };
      frontier.settle(failedOutcome(request, [attempt], "internal"), START);
    }
  });
  assert.equal(frontier.pending, 1);
  assert.equal(frontier.nextReadyAt(START), START);
  crawl.kill();
});

void test("what was put off hides nothing behind it, however small the window has become", (t) => {
  const site = "http://site.example";
  const crawl = new SimulatedCrawl({
    dbPath: temporaryDatabase(t),
    seeds: Array.from({ length: 60 }, (_, page) => `${site}/${page}`),
    answer: () => ({ latencyMs: 20 }),
  });
  const { db, runId } = crawl;
  const { hostId } = db.frontier.intern(`${site}/0`, runId, null);
  const queue = new HostQueue(hostId, site);
  queue.moreInStore = true;
  for (let page = 0; page < 40; page += 1) {
    const entry = queue.take(db.frontier, runId, START, 40);
    assert.ok(entry !== null && queue.setAside(entry, 512));
  }
  const rest = Array.from({ length: 20 }, () => {
    const entry = queue.take(db.frontier, runId, START, 16);
    if (entry !== null) db.frontier.claim(entry.urlId);
    return entry?.url;
  });
  assert.deepEqual(
    rest,
    Array.from({ length: 20 }, (_, page) => `${site}/${40 + page}`),
  );
  assert.equal(queue.take(db.frontier, runId, START, 16), null);
  assert.equal(queue.waitsUntil(START), null);
  crawl.kill();
});

void test("a robots.txt is asked for three times in a run, also when the crawl is killed between", (t) => {
  const dbPath = temporaryDatabase(t);
  const start = (from: number): SimulatedCrawl =>
    new SimulatedCrawl({
      dbPath,
      seeds: ["http://site.example/"],
      from,
      settings: { robots: true, delayMs: 0 },
      answer: () => ({ latencyMs: 20, status: 500 }),
    });
  let asked = 0;
  for (const from of [0, 10_000, 20_000, 30_000]) {
    const crawl = start(from);
    crawl.run(from + 100);
    asked += crawl.requests.length;
    crawl.kill();
  }
  assert.equal(asked, 3);
  assert.deepEqual(questions(dbPath).column("select reason from frontier where kind = 'page'"), [
    "robots_unreachable",
  ]);
});

void test("parsed robots.txt files are kept up to a size, those used lately", () => {
  const cache = new RobotsCache(1_000);
  const body = Buffer.from(`User-agent: *\nDisallow: /x\n#${"x".repeat(270)}`);
  for (const hostId of [1, 2, 3]) cache.parse(hostId, body);
  assert.notEqual(cache.get(1), null);
  cache.parse(4, body);
  assert.equal(cache.get(2), null);
  assert.notEqual(cache.get(1), null);
  cache.parse(5, Buffer.alloc(5_000, "#"));
  assert.notEqual(cache.get(5), null);
  assert.deepEqual(
    [1, 2, 3, 4].map((hostId) => cache.get(hostId)),
    [null, null, null, null],
  );
});
