/** Crawls a site given as a table of pages, and sees that no rule left one of them out. */
import assert from "node:assert/strict";
import type { TestContext } from "node:test";
import { crawlSite } from "./crawl-run.ts";
import { startSite } from "./site-server.ts";
import { page } from "./trap-words.ts";

export interface Shown {
  readonly title: string;
  readonly text: string;
  readonly links: readonly string[];
  readonly images?: readonly string[];
}

/** Crawls a site of these pages, by path and query, and sees that each was asked. */
export async function everyPageIsAsked(
  t: TestContext,
  pages: ReadonlyMap<string, Shown>,
): Promise<void> {
  const site = await startSite((req, res) => {
    const shown = pages.get(req.url ?? "");
    res.statusCode = shown === undefined ? 404 : 200;
    res.setHeader("content-type", "text/html; charset=utf-8");
    const images = (shown?.images ?? []).map((src) => `<img src="${src}" alt="">`).join("");
    const { title = "", text = "", links = [] } = shown ?? {};
    res.end(page(title, text, links) + images);
  });
  t.after(() => site.close());
  const crawl = await crawlSite(t, { seeds: [`${site.origin}/`], maxDepth: 1_000 });
  const asked = new Set(site.requests.map(({ url }) => url));
  const missed = [...pages.keys()].filter((path) => !asked.has(path));
  const why = crawl.rows(`SELECT u.url, w.reason, w.detail FROM frontier w
    JOIN url u ON u.id = w.url_id WHERE w.reason GLOB 'trap_*' LIMIT 3`);
  assert.deepEqual({ missed: missed.length, why }, { missed: 0, why: [] });
}
