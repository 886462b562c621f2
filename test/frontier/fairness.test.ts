/** That no host holds up another: neither by many URLs nor by slow answers, retries or rests. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { slotsFor, type SlotQuestion } from "../../src/frontier/slots.ts";
import { temporaryDatabase } from "../helpers/crawl-run.ts";
import { SimulatedCrawl, type SimulatedRequest } from "../helpers/simulated-crawl.ts";

const HOSTS = 1_000;
const SLOW = 10;
const LATENCY_MS = 50;
const SLOW_MS = 10_000;
const DELAY_MS = 1_000;

const hostOf = (index: number): string => `http://h${index}.example`;
const isSlow = (origin: string): boolean => Number(/\d+/.exec(origin)?.[0]) < SLOW;

function byHost(requests: readonly SimulatedRequest[]): Map<string, SimulatedRequest[]> {
  return Map.groupBy(requests, ({ origin }) => origin);
}

/** URLs of all hosts, of which the last has nine in ten. */
function unevenSeeds(perHost: number): string[] {
  const seeds: string[] = [];
  for (let host = 0; host < HOSTS - 1; host += 1) {
    for (let page = 0; page < perHost; page += 1) seeds.push(`${hostOf(host)}/${page}`);
  }
  const rest = seeds.length * 9;
  for (let page = 0; page < rest; page += 1) seeds.push(`${hostOf(HOSTS - 1)}/${page}`);
  return seeds;
}

void describe("hosts do not hold each other up", () => {
  void test("of 1,000 hosts, one with 90 % of the URLs and ten slow, each goes at its own rate", (t) => {
    const perHost = 4;
    const crawl = new SimulatedCrawl({
      dbPath: temporaryDatabase(t),
      seeds: unevenSeeds(perHost),
      settings: { inFlight: HOSTS, delayMs: DELAY_MS, perHost: 1 },
      answer: ({ origin }) => ({ latencyMs: isSlow(origin) ? SLOW_MS : LATENCY_MS }),
    });
    crawl.run(60_000);
    crawl.kill();
    const hosts = byHost(crawl.requests);
    assert.equal(hosts.size, HOSTS);
    for (const [origin, requests] of hosts) {
      // The pause ends with the millisecond after it, as a clock shows no parts of one.
      const period = DELAY_MS + 1 + (isSlow(origin) ? SLOW_MS : LATENCY_MS);
      const most = Math.floor(60_000 / period) + 1;
      const expected = origin === hostOf(HOSTS - 1) ? most : Math.min(perHost, most);
      assert.deepEqual(
        requests.map(({ at }) => at),
        Array.from({ length: expected }, (_, nth) => nth * period),
        origin,
      );
    }
  });

  void test("with pauses, a host gets a second request only after its first answer, then as many as it may", (t) => {
    const crawl = new SimulatedCrawl({
      dbPath: temporaryDatabase(t),
      seeds: Array.from({ length: 12 }, (_, page) => `${hostOf(0)}/${page}`),
      settings: { inFlight: 16, delayMs: 50, perHost: 4 },
      // The first waits for its thread to start.
      answer: (_, at) => ({ latencyMs: at === 0 ? 700 : 400 }),
    });
    crawl.run();
    crawl.kill();
    const [first, second] = crawl.requests
      .map(({ at }) => at)
      .toSorted((one, other) => one - other);
    assert.deepEqual([first, second], [0, 751]);
    assert.equal(crawl.mostInFlight, 4);
  });

  void test("retries and Retry-After delay only their host, and each host's pauses are kept", (t) => {
    const refused = new Set<string>();
    const crawl = new SimulatedCrawl({
      dbPath: temporaryDatabase(t),
      seeds: Array.from({ length: 300 }, (_, index) => `${hostOf(index % 60)}/${index}`),
      settings: { inFlight: 128, delayMs: DELAY_MS, perHost: 1 },
      answer({ origin, url }) {
        const first = !refused.has(url);
        refused.add(url);
        if (origin === hostOf(1) && first) {
          return { latencyMs: LATENCY_MS, status: 429, retryAfterMs: 30_000 };
        }
        if (origin === hostOf(2) && first) return { latencyMs: LATENCY_MS, status: 502 };
        if (origin === hostOf(3) && first) return { latencyMs: 500, error: "connection_reset" };
        return { latencyMs: LATENCY_MS };
      },
    });
    crawl.run();
    crawl.kill();
    for (const [origin, requests] of byHost(crawl.requests)) {
      for (const [nth, { at }] of requests.entries()) {
        const before = requests[nth - 1];
        if (before !== undefined) assert.ok(at - before.endedAt > DELAY_MS, `${origin} ${nth}`);
      }
      if (["1", "2", "3"].includes(/\d+/.exec(origin)?.[0] ?? "")) continue;
      assert.deepEqual(
        requests.map(({ at }) => at),
        [0, 1, 2, 3, 4].map((nth) => nth * (DELAY_MS + 1 + LATENCY_MS)),
        origin,
      );
    }
    const rested = byHost(crawl.requests).get(hostOf(1)) ?? [];
    assert.equal(rested.length, 10);
    const [first, second] = rested;
    assert.ok((second?.at ?? 0) - (first?.endedAt ?? 0) >= 30_000);
    assert.equal(byHost(crawl.requests).get(hostOf(2))?.length, 10);
    assert.equal(byHost(crawl.requests).get(hostOf(3))?.length, 10);
  });

  void test("slow hosts with many requests each do not use up the slots of --in-flight", (t) => {
    const seeds: string[] = [];
    for (let page = 0; page < 40; page += 1) {
      for (let host = 0; host < SLOW; host += 1) seeds.push(`${hostOf(host)}/${page}`);
    }
    for (let host = SLOW; host < HOSTS; host += 1) {
      for (let page = 0; page < 5; page += 1) seeds.push(`${hostOf(host)}/${page}`);
    }
    const crawl = new SimulatedCrawl({
      dbPath: temporaryDatabase(t),
      seeds,
      settings: { inFlight: 128, delayMs: 0, perHost: 16 },
      answer: ({ origin }) => ({ latencyMs: isSlow(origin) ? SLOW_MS : LATENCY_MS }),
    });
    crawl.run(SLOW_MS - 1);
    // The slow ones have not answered once: all others are done.
    const fast = crawl.requests.filter(({ origin }) => !isSlow(origin));
    assert.equal(fast.length, (HOSTS - SLOW) * 5);
    assert.ok(fast.every(({ endedAt }) => endedAt < SLOW_MS));
    // What nobody else wants is theirs, but for the last quarter.
    assert.deepEqual([...crawl.inFlight().keys()].every(isSlow), true);
    const held = [...crawl.inFlight().values()].reduce((sum, requests) => sum + requests, 0);
    assert.equal(held, 96);
    crawl.run();
    crawl.kill();
    assert.equal(crawl.requests.length, seeds.length);
    assert.ok(crawl.mostInFlight <= 128);
  });

  void test("a host that is found while slow hosts hold their slots starts at once", (t) => {
    const late = Array.from({ length: 20 }, (_, page) => `http://late.example/${page}`);
    const slow = Array.from({ length: 10 }, (_, host) => hostOf(host));
    const crawl = new SimulatedCrawl({
      dbPath: temporaryDatabase(t),
      seeds: [
        "http://start.example/",
        ...slow.flatMap((host) => Array.from({ length: 50 }, (_, page) => `${host}/${page}`)),
      ],
      settings: { inFlight: 128, delayMs: 0, perHost: 16 },
      answer({ origin }) {
        if (origin === "http://start.example") return { latencyMs: 1_000, links: late };
        return { latencyMs: isSlow(origin) ? SLOW_MS : LATENCY_MS };
      },
    });
    crawl.run(SLOW_MS - 1);
    crawl.kill();
    const found = byHost(crawl.requests).get("http://late.example") ?? [];
    assert.equal(found.length, late.length);
    assert.equal(found[0]?.at, 1_000);
    assert.ok(found.every(({ endedAt }) => endedAt <= 1_000 + 5 * LATENCY_MS));
  });
});

const QUESTION: SlotQuestion = {
  all: 128,
  free: 128,
  most: 16,
  held: 0,
  heldMs: 20,
  contenders: 100,
  othersReady: true,
};

const slots = (of: Partial<SlotQuestion>): number => slotsFor({ ...QUESTION, ...of });

void test("a host's slots: its share while others want some, more of what nobody wants", () => {
  assert.equal(slots({ contenders: 1, most: 200 }), 128);
  assert.equal(slots({}), 1);
  assert.equal(slots({ held: 1 }), 0);
  assert.equal(slots({ othersReady: false }), 16);
  assert.equal(slots({ othersReady: false, free: 40 }), 8);
  assert.equal(slots({ othersReady: false, free: 32 }), 1);
  assert.equal(slots({ othersReady: false, free: 32, heldMs: 5_000 }), 0);
  assert.equal(slots({ contenders: 8, held: 4 }), 8);
  assert.equal(slots({ contenders: 2, most: 64 }), 48);
  assert.equal(slots({ all: 2, free: 1, contenders: 5 }), 1);
  assert.equal(slots({ free: 0 }), 0);
});
