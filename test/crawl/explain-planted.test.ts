/** What explain tells of databases that a crawl would leave only by chance. */
import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { CrawlDatabase } from "../../src/storage/index.ts";
import { temporaryDatabase } from "../helpers/crawl-run.ts";
import { assertTold, told } from "../helpers/explained.ts";

const STARTED = 1_800_000_000_000;

interface Found {
  readonly urlId: number;
  readonly hostId: number;
}

/** A database with a run that a process began and did not end. */
function planted(t: TestContext): {
  db: CrawlDatabase;
  dbPath: string;
  find: (url: string) => Found;
} {
  const dbPath = temporaryDatabase(t);
  const db = CrawlDatabase.open(dbPath);
  t.after(() => db.close());
  db.transaction(() =>
    db.beginRun({
      seeds: [],
      settings: { scope: "host" },
      settingsHash: "hash",
      version: "0.0.0-test",
      pid: 4711,
      hostname: "here",
      now: STARTED,
    }),
  );
  return { db, dbPath, find: (url) => db.transaction(() => db.frontier.intern(url, 1, null)) };
}

function add(db: CrawlDatabase, { urlId, hostId }: Found, to: { viaUrlId: number | null }): void {
  db.frontier.addToFrontier({
    urlId,
    hostId,
    runId: 1,
    state: "pending",
    reason: null,
    detail: null,
    kind: "page",
    priority: 0.5,
    depth: null,
    dueAt: STARTED,
    isSeed: false,
    ...to,
  });
}

test("a way that leads back to itself ends", (t) => {
  const { db, dbPath, find } = planted(t);
  const [one, other] = [find("http://a.test/1"), find("http://a.test/2")];
  db.transaction(() => {
    add(db, one, { viaUrlId: other.urlId });
    add(db, other, { viaUrlId: one.urlId });
  });
  const { json, text } = told(dbPath, "http://a.test/1");
  assert.deepEqual(
    (json["path"] as { url: string }[]).map(({ url }) => url),
    ["http://a.test/2"],
  );
  assert.match(text, /known +http:\/\/a\.test\/2\n  link +this URL/);
});

test("a host that asked for rest, and what is asked again later, say so", (t) => {
  const { db, dbPath, find } = planted(t);
  const found = find("http://a.test/");
  db.transaction(() => {
    add(db, found, { viaUrlId: null });
    db.frontier.retryLater(found.urlId, { dueAt: STARTED + 90_000, tries: 1, putOff: 0 });
    db.frontier.saveHost(found.hostId, {
      crawlDelayMs: 5_000,
      nextFetchAt: STARTED + 90_000,
      backoffUntil: STARTED + 90_000,
      failures: 2,
      runId: 1,
      throttled: 3,
      slowedDelayMs: 8_000,
      autoDelayMs: null,
      robotsTries: 0,
      failure: null,
    });
  });
  assertTold(
    told(dbPath, "http://a.test/", STARTED + 30_000),
    [
      /^Waits in run 1: the run did not end$/m,
      /due +\d{4}-.*, in 1m$/m,
      /Crawl-delay 5s, slowed to 8s by 3 answers 429 or 503, it asked for rest until .*, in 1m, 2 failures to connect in a row$/m,
    ],
    { fate: "waiting", due_at: STARTED + 90_000 },
  );
});

test("what a rule noted as its evidence is told", (t) => {
  const { db, dbPath, find } = planted(t);
  const { urlId, hostId } = find("http://a.test/?v=7");
  const detail = "parameter v does not change the page: 12 pairs said the same";
  db.transaction(() => {
    add(db, { urlId, hostId }, { viaUrlId: null });
    const to = {
      runId: 1,
      state: "excluded",
      reason: "trap_long_url",
      detail,
      now: STARTED,
    } as const;
    db.frontier.settle(urlId, to);
  });
  assertTold(
    told(dbPath, "http://a.test/?v=7"),
    [/\(trap_long_url\): /, /rule +parameter v does not change the page: 12 pairs/],
    { fate: "excluded", rule: detail, detail },
  );
});

test("what was in flight when its process died is asked again", (t) => {
  const { db, dbPath, find } = planted(t);
  const found = find("http://a.test/");
  db.transaction(() => {
    add(db, found, { viaUrlId: null });
    db.frontier.claim(found.urlId);
  });
  assertTold(
    told(dbPath, "http://a.test/", STARTED + 60_000),
    [
      /^Was in flight in run 1 when its process ended; the next crawl asks again$/m,
      /known +since run 1; where it was found is not kept$/m,
    ],
    { fate: "in_flight", found_by: "unknown" },
  );
});

test("text from the web cannot control the terminal", (t) => {
  const { db, dbPath, find } = planted(t);
  const [from, to] = [find("http://a.test/from"), find("http://a.test/to")];
  db.transaction(() => {
    add(db, from, { viaUrlId: null });
    add(db, to, { viaUrlId: from.urlId });
    const link = { kind: "a", rel: null, hreflang: null, count: 1 } as const;
    const links = [{ ...link, toUrlId: to.urlId, anchor: "\u001b]0;owned\u0007\n\u202eabc" }];
    db.recordLinks({ runId: 1, fromUrlId: from.urlId, links });
  });
  const { text } = told(dbPath, "http://a.test/to");
  // eslint-disable-next-line no-control-regex
  assert.doesNotMatch(text, /[\u0000-\u0009\u000b-\u001f\u202e]/);
  assert.ok(text.includes(String.raw`"\x1b]0;owned\x07\n\u202eabc"`), text);
});
