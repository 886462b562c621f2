/** `webspool advise` as a command: what it says, that its snippet works, and what it refuses. */
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { runCli, temporaryFolder } from "../helpers/cli-process.ts";
import { newCrawl, temporaryDatabase } from "../helpers/crawl-run.ts";
import { startSite } from "../helpers/site-server.ts";
import { NOW, Planted } from "../storage/planted.ts";
import { manyHosts } from "./workloads.ts";

const WAYS = ["--scope", "any", "--allow-private", "--no-sitemaps", "--no-traps"];
const PACE = ["--per-host", "1", "--in-flight", "1", "--threads", "2", "--delay", "0"];

interface AdviceJson {
  readonly connections_opened: number;
  readonly requests: number;
  readonly replayed: { readonly connections: number };
  readonly recommendation: {
    readonly config: Record<string, unknown>;
    readonly connections: number;
    readonly connections_saved: number;
  } | null;
}

test("advise recommends a config with which the next crawl opens what it said", async (t) => {
  const folder = temporaryFolder(t);
  const seed = await manyHosts(t, 30);
  const crawl = async (db: string, ...more: string[]): Promise<void> => {
    const { code, stderr } = await runCli(
      t,
      folder,
      "crawl",
      seed,
      "--db",
      db,
      "--quiet",
      ...WAYS,
      ...PACE,
      ...more,
    );
    assert.equal(code, 0, stderr);
  };
  const ask = async (db: string): Promise<AdviceJson> => {
    const { code, stdout, stderr } = await runCli(t, folder, "advise", "--db", db, "--json");
    assert.equal(code, 0, stderr);
    return JSON.parse(stdout) as AdviceJson;
  };
  await crawl("before.db", "--pool-connections", "4");
  const before = await ask("before.db");
  assert.equal(before.replayed.connections, before.connections_opened);
  assert.deepEqual(before.recommendation?.config, { poolConnections: 20 });

  const { code, stdout } = await runCli(t, folder, "advise", "--db", "before.db");
  assert.equal(code, 0);
  assert.deepEqual(
    stdout.split("\n").filter((line) => line.length > 80),
    [],
  );
  const snippet = /^Recommended\n([^]*?\n {2}\}\n)/m.exec(stdout)?.[1] ?? "";
  assert.deepEqual(JSON.parse(snippet), before.recommendation?.config);
  assert.match(stdout, / {2}(npx )?webspool crawl --db before\.db --config tuned\.json\n/);

  writeFileSync(join(folder, "tuned.json"), snippet);
  await crawl("after.db", "--config", "tuned.json");
  const after = await ask("after.db");
  const expected = before.recommendation?.connections ?? 0;
  assert.equal(before.connections_opened - expected, before.recommendation?.connections_saved);
  assert.ok(Math.abs(after.connections_opened - expected) <= expected * 0.05);
  assert.equal(after.recommendation, null);
  const nothing = await runCli(t, folder, "advise", "--db", "after.db");
  assert.match(nothing.stdout, /\nNothing to gain\n/);
});

test("an unfinished run is advised on so far, and says so", async (t) => {
  const dbPath = temporaryDatabase(t);
  const links = Array.from({ length: 40 }, (_, n) => `<a href="/${n}">x</a>`).join("");
  const site = await startSite({ "/": links, "/robots.txt": { status: 404 } });
  t.after(() => site.close());
  const crawl = newCrawl(dbPath, { seeds: [`${site.origin}/`], sitemaps: false, perHost: 1 });
  crawl.events.on("outcome", () => {
    if (crawl.progress().counters.pages > 5) crawl.stop("signal");
  });
  await crawl.run();
  const { code, stdout } = await runCli(t, temporaryFolder(t), "advise", "--db", dbPath);
  assert.equal(code, 0);
  assert.match(
    stdout.replaceAll(/\s+/g, " "),
    /The run is interrupted: what follows is of its \d+ requests so far\./,
  );
});

test("what cannot be advised on is told in one sentence", async (t) => {
  const folder = temporaryFolder(t);
  const refusal = async (...args: string[]): Promise<string> => {
    const { code, stdout, stderr } = await runCli(t, folder, "advise", ...args);
    assert.deepEqual([code, stdout], [2, ""]);
    return stderr;
  };
  assert.match(await refusal("--db", "no.db"), /^webspool: There is no database no\.db/);
  assert.match(await refusal("--run", "0"), /--run got "0", but takes a whole number/);

  const planted = new Planted(t);
  assert.match(
    await refusal("--db", planted.path),
    /has no run yet: start one with webspool crawl\.\n$/,
  );
  const run = planted.begin("https://a.example/");
  planted.page(run, { url: "https://a.example/", error: "connect_refused" });
  planted.finish(run);
  assert.match(
    await refusal("--db", planted.path),
    /^webspool: Run 1 of .* has no request that reached a server, so there is nothing to advise on: crawl first, or name another run with --run\.\n$/,
  );
  assert.match(
    await refusal("--db", planted.path, "--run", "7"),
    /--run got 7, but .* has no such run; its last is 1\.\n$/,
  );
  planted.finish(planted.begin("https://a.example/"));
  const plan = planted.db.upkeep.planPrune({ keepRuns: 1, olderThanMs: null, now: NOW });
  assert.ok(plan !== null);
  planted.db.upkeep.prune(plan, { now: NOW, dryRun: false });
  assert.match(
    await refusal("--db", planted.path, "--run", "1"),
    /^webspool: Run 1 of .* was pruned, so it is not known any more who asked what: name a later run with --run\.\n$/,
  );
});
