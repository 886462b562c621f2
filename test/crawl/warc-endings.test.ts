/** Archives of crawls that fail, are ended or are killed, and of the next ones. */
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { startCliAs } from "../helpers/cli-process.ts";
import { crawlSite, newCrawl, questions, temporaryDatabase } from "../helpers/crawl-run.ts";
import type { Route } from "../helpers/site-server.ts";
import { readArchive } from "../helpers/warc-archive.ts";
import { archiveFolder, HTML, links, only, site } from "../helpers/warc-site.ts";

/** Two processes one after another, on a machine that does other things too. */
const LONGEST_MS = 90_000;

/** What a process of one thread is told. */
function archiving(origin: string, warc: string): string[] {
  const seed = `${origin}/`;
  return ["crawl", seed, "--db", "a.db", "--warc", warc, "--threads", "1", "--no-sitemaps"];
}

test("without --warc a request is not recorded", async (context) => {
  const { origin } = await site(context, { "/": "one" });
  const folder = archiveFolder(context);
  const { result } = await crawlSite(context, { seeds: [`${origin}/`] });
  assert.equal(result.reason, "frontier_empty");
  assert.throws(() => readdirSync(folder));
});

test("an archive that cannot be written ends the run as storage does, and what is not in it is asked again", async (context) => {
  const pages = Object.fromEntries(
    Array.from({ length: 12 }, (_, at) => [
      `/${at}`,
      { headers: HTML, body: randomBytes(400_000) },
    ]),
  );
  const { origin } = await site(context, { "/": links(...Object.keys(pages)), ...pages });
  const warc = archiveFolder(context);
  const folder = join(warc, "..");
  const args = archiving(origin, warc);
  // No file may grow beyond 2,048,000 bytes: with so few pages the database's log stays far below.
  const shell = 'ulimit -f 4000; exec "$0" "$@"';
  const failed = await startCliAs(context, folder, { shell, longestMs: LONGEST_MS }, ...args).ended;
  assert.equal(failed.code, 5, failed.stderr);
  assert.match(
    failed.stderr,
    /The archive in .* cannot be written: .*too large.*run the same crawl again/,
  );
  const settled = "SELECT count(*) FROM fetch WHERE kind = 'page' AND settled = 1";
  const dbPath = join(folder, "a.db");
  const [before] = questions(dbPath).column(settled);
  assert.ok(Number(before) < 13);
  const archived = (await readArchive(warc)).filter(({ type }) => type === "response");
  assert.ok(archived.length >= Number(before));

  const again = await startCliAs(context, folder, { longestMs: LONGEST_MS }, ...args).ended;
  assert.equal(again.code, 0, again.stderr);
  assert.deepEqual(questions(dbPath).column(settled), [13]);
  const urls = new Set((await readArchive(warc)).map(({ url }) => url));
  for (const path of Object.keys(pages)) assert.ok(urls.has(origin + path), path);
});

test("a crawl that is ended at once leaves whole files, though its threads could not close them", async (context) => {
  const asked = Promise.withResolvers<void>();
  const { origin } = await site(context, {
    "/": links("/slow"),
    // Never answered.
    "/slow": () => asked.resolve(),
  });
  const warc = archiveFolder(context);
  const seeds = [`${origin}/`];
  const crawl = newCrawl(temporaryDatabase(context), { seeds, warc, sitemaps: false });
  const ended = crawl.run();
  await asked.promise;
  crawl.abort();
  assert.equal((await ended)?.reason, "signal");
  assert.deepEqual(
    readdirSync(warc).filter((name) => !name.endsWith(".warc.gz")),
    [],
  );
  only(await readArchive(warc), "response", `${origin}/`);
});

test("a folder that cannot be made is wrong usage", async (context) => {
  const { origin } = await site(context, { "/": "one" });
  const folder = join(archiveFolder(context), "..");
  writeFileSync(join(folder, "file"), "");
  const crawl = newCrawl(temporaryDatabase(context), {
    seeds: [`${origin}/`],
    warc: join(folder, "file", "archive"),
  });
  await assert.rejects(crawl.run(), /--warc cannot write to/);
});

test("after kill -9 the next crawl finishes the file that was left, without the record that was torn", async (context) => {
  let asked = 0;
  const reached = Promise.withResolvers<void>();
  const { origin } = await site(context, {
    "/": links(...Array.from({ length: 30 }, (_, at) => `/${at}`)),
    ...Object.fromEntries(
      Array.from({ length: 30 }, (_, at): [string, Route] => [
        `/${at}`,
        (_req, res) => {
          asked += 1;
          if (asked === 10) reached.resolve();
          // From then on nothing is answered until the process is gone.
          if (asked < 10 || isOver) res.writeHead(200, HTML).end(`<title>${at}</title>`);
        },
      ]),
    ),
  });
  let isOver = false;
  const warc = archiveFolder(context);
  const folder = join(warc, "..");
  const args = [...archiving(origin, warc), "--in-flight", "1"];
  const running = startCliAs(context, folder, { longestMs: LONGEST_MS }, ...args);
  await reached.promise;
  running.child.kill("SIGKILL");
  await running.ended;
  isOver = true;

  const [left] = readdirSync(warc);
  assert.match(left!, new RegExp(`\\.warc\\.gz\\.open-.+-${running.child.pid}$`));
  const whole = readFileSync(join(warc, left!));
  // As if the process had been killed within a write.
  writeFileSync(join(warc, left!), Buffer.concat([whole, whole.subarray(0, 100)]));
  // That of a process of another machine may still be written.
  const foreign = `webspool-20260101000000-run1-t1-00000.warc.gz.open-not-${hostname()}-1`;
  writeFileSync(join(warc, foreign), whole);

  const again = await startCliAs(context, folder, { longestMs: LONGEST_MS }, ...args).ended;
  assert.equal(again.code, 0, again.stderr);
  const files = readdirSync(warc);
  assert.deepEqual(
    files.filter((name) => name.includes(".open-")),
    [foreign],
  );
  assert.equal(files.length, 3);
  assert.deepEqual(readFileSync(join(warc, left!.replace(/\.open-.*$/, ""))), whole);
  const records = await readArchive(warc);
  for (let at = 0; at < 30; at += 1) {
    assert.ok(
      records.some(({ type, url }) => type !== "request" && url === `${origin}/${at}`),
      String(at),
    );
  }
});
