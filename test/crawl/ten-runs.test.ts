/** Ten runs of a site that changes by plan between them: each run finds exactly what was planned. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { ChangingSite } from "../helpers/changing-site.ts";
import { newCrawl, questions, temporaryDatabase } from "../helpers/crawl-run.ts";
import { startSite } from "../helpers/site-server.ts";

/** What is done to the site before a run, and what the run has to find: paths by kind of change. */
interface Step {
  readonly does: (site: ChangingSite) => void;
  readonly finds: Readonly<Record<string, readonly string[]>>;
}

// The home page's text does not change with its links' list, but its list is readable text too.
const STEPS: readonly Step[] = [
  { does: () => {}, finds: {} },
  {
    does: (site) => site.add("/new1"),
    finds: { added: ["/new1"], changed: ["/"] },
  },
  {
    does(site) {
      site.change("/p7");
      site.change("/p10");
      site.retitle("/p11", "Another title");
    },
    finds: { changed: ["/p10", "/p11", "/p7"] },
  },
  {
    does: (site) => site.answer("/p8", 404),
    finds: { gone: ["/p8"] },
  },
  {
    does: (site) => site.answer("/p12", 500),
    finds: { status_changed: ["/p12"] },
  },
  {
    does(site) {
      site.answer("/p8", 200);
      site.answer("/p12", 200);
    },
    finds: { status_changed: ["/p12", "/p8"] },
  },
  {
    does: (site) => site.unlink("/p9"),
    finds: { gone: ["/p9"], changed: ["/"] },
  },
  { does: () => {}, finds: {} },
  {
    does(site) {
      site.add("/new2");
      site.answer("/new1", 410);
      site.change("/sub3");
    },
    finds: { added: ["/new2"], changed: ["/", "/sub3"], gone: ["/new1"] },
  },
];

void describe("ten runs of a changing site", () => {
  void test("each run's differences are the ones planned, tokens and clocks being none", async (t) => {
    const plan = new ChangingSite(40);
    const site = await startSite(plan.handler);
    t.after(() => site.close());
    const dbPath = temporaryDatabase(t);
    const options = { seeds: [`${site.origin}/`], sitemaps: false, retries: 0, threads: 1 };
    await newCrawl(dbPath, options).run();
    for (const [index, { does, finds }] of STEPS.entries()) {
      does(plan);
      const result = await newCrawl(dbPath, options).run();
      assert.equal(result?.reason, "frontier_empty");
      const rows = questions(dbPath).rows(
        `SELECT change, url FROM v_run_diff WHERE run_id = ${index + 2} AND change <> 'unchanged' ORDER BY change, url`,
      );
      const found: Record<string, string[]> = {};
      for (const { change, url } of rows) {
        (found[String(change)] ??= []).push(String(url).slice(site.origin.length));
      }
      assert.deepEqual(found, finds, `run ${index + 2}`);
    }
  });

  void test("a site that has not changed costs under 5 % of the first run's bytes", async (t) => {
    const plan = new ChangingSite(60);
    // Only what knows its validators can be spared; the other half is left out here.
    const silent = [...plan.pages.keys()].filter((path) => path.length % 2 === 1 && path !== "/");
    for (const path of silent) plan.pages.delete(path);
    const home = plan.pages.get("/");
    assert(home !== undefined);
    plan.pages.set("/", { ...home, links: home.links.filter((link) => plan.pages.has(link)) });
    const site = await startSite(plan.handler);
    t.after(() => site.close());
    const dbPath = temporaryDatabase(t);
    const options = { seeds: [`${site.origin}/`], sitemaps: false, threads: 1 };
    const first = await newCrawl(dbPath, options).run();
    const firstBytes = plan.bodyBytes;
    assert.ok((first?.counters.pages ?? 0) > 20);
    plan.bodyBytes = 0;
    const second = await newCrawl(dbPath, options).run();
    assert.equal(second?.counters.pages, first?.counters.pages);
    assert.ok(plan.bodyBytes < 0.05 * firstBytes, `${plan.bodyBytes} of ${firstBytes}`);
    const [bytes] = questions(dbPath).column("SELECT bytes_body FROM run WHERE id = 2");
    assert.ok(Number(bytes) < 0.05 * firstBytes, `${String(bytes)} of ${firstBytes}`);
  });
});
