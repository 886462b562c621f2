/** --delay auto as the frontier keeps it: the pauses that a host gets, by what it answers. */
import assert from "node:assert/strict";
import { describe, test, type TestContext } from "node:test";
import { questions, temporaryDatabase } from "../helpers/crawl-run.ts";
import { SimulatedCrawl, type Answer } from "../helpers/simulated-crawl.ts";

const SITE = "http://site.example";

/** The pauses before each request but the first, where the nth request is answered by `answer`. */
function pauses(
  context: TestContext,
  answer: (nth: number) => Answer,
  requests: number,
  settings: { robots?: boolean; retries?: number } = {},
): number[] {
  let nth = 0;
  const crawl = new SimulatedCrawl({
    dbPath: temporaryDatabase(context),
    seeds: Array.from({ length: requests }, (_, page) => `${SITE}/${page}`),
    settings: { autoDelay: true, delayMs: 1_000, perHost: 1, retries: 0, ...settings },
    answer: () => answer(nth++),
  });
  crawl.run();
  crawl.kill();
  return crawl.requests
    .slice(1)
    .map(({ at }, index) => at - (crawl.requests[index]?.endedAt ?? 0))
    .map((pause) => pause - 1);
}

void describe("--delay auto", () => {
  void test("the pauses come to four times the latency, from above", (t) => {
    assert.deepEqual(
      pauses(t, () => ({ latencyMs: 100 }), 6),
      [700, 550, 475, 438, 419],
    );
  });

  void test("a host that becomes slow is left alone at once, and asked more often step by step", (t) => {
    const latencies = [250, 250, 3_000, 250, 250, 250];
    assert.deepEqual(
      pauses(t, (nth) => ({ latencyMs: latencies[nth] ?? 0 }), 6),
      [1_000, 1_000, 12_000, 6_500, 3_750],
    );
  });

  void test("quick errors do not shorten the pause, and a timeout lengthens it", (t) => {
    const answers: Answer[] = [
      { latencyMs: 500 },
      { latencyMs: 1, status: 500 },
      { latencyMs: 1, status: 404 },
      { latencyMs: 1, error: "connection_reset" },
      { latencyMs: 5_000, error: "read_timeout" },
      { latencyMs: 500 },
    ];
    assert.deepEqual(
      pauses(t, (nth) => answers[nth] ?? { latencyMs: 1 }, 6),
      [2_000, 2_000, 2_000, 2_000, 20_000],
    );
  });

  void test("Crawl-delay, and what 429 leads to, are lower bounds", (t) => {
    const robots = "User-agent: *\nCrawl-delay: 5\n";
    assert.deepEqual(
      pauses(t, (nth) => ({ latencyMs: 50, ...(nth === 0 ? { robots } : {}) }), 4, {
        robots: true,
      }),
      [5_000, 5_000, 5_000, 5_000],
    );
    const seen = pauses(t, (nth) => ({ latencyMs: 50, status: nth === 2 ? 429 : 200 }), 6);
    const usual = pauses(t, () => ({ latencyMs: 50 }), 7);
    assert.equal(seen.length, 6);
    for (const [index, pause] of seen.entries())
      assert.ok(pause >= (usual[index] ?? 0), seen.join(" "));
    assert.ok((seen[2] ?? 0) >= 2 * (usual[1] ?? 0), seen.join(" "));
  });

  void test("what a host's delay came to is known to the next process, and to the user", (t) => {
    const dbPath = temporaryDatabase(t);
    const start = (from: number): SimulatedCrawl =>
      new SimulatedCrawl({
        dbPath,
        seeds: [0, 1, 2, 3].map((page) => `${SITE}/${page}`),
        from,
        settings: { autoDelay: true, delayMs: 1_000, perHost: 1 },
        answer: () => ({ latencyMs: 2_000 }),
      });
    const first = start(0);
    first.run(3_000);
    first.kill();
    assert.deepEqual(questions(dbPath).column("select auto_delay_ms from host"), [8_000]);
    const second = start(4_000);
    second.run();
    second.kill();
    assert.equal(second.requests[0]?.at, 10_001);
  });
});
