/** `webspool diff` over real crawls of a small site that changes from run to run by plan. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { runCaptured } from "../helpers/captured-terminal.ts";
import { crawlSite, questions } from "../helpers/crawl-run.ts";
import { startSite, type Route, type Site } from "../helpers/site-server.ts";

const folder = mkdtempSync(join(tmpdir(), "webspool-diff-"));
const db = join(folder, "crawl.db");
let site: Site;

const page = (title: string, text: string, ...links: string[]): string =>
  `<!doctype html><title>${title}</title><p>${text}</p>${links
    .map((href) => `<a href="${href}">to ${href}</a>`)
    .join(" ")}`;

const withEtag =
  (etag: string, body: string): Route =>
  (req, res) => {
    res.setHeader("content-type", "text/html");
    res.setHeader("etag", etag);
    if (req.headers["if-none-match"] === etag) res.statusCode = 304;
    res.end(res.statusCode === 304 ? undefined : body);
  };

/** What the site has in each run. */
const STAYS = ["/same", "/title", "/text", "/moves", "/fails", "/dies", "/unlinked"];
const PLAN: readonly Readonly<Record<string, Route>>[] = [
  {
    "/": page("Home", "start", ...STAYS, "/missing"),
    "/same": withEtag('"1"', page("Same", "the same in all runs")),
    "/title": page("Old title", "a page"),
    "/text": page("Text", "a few words"),
    "/moves": page("Moves", "here"),
    "/fails": page("Fails", "fine"),
    "/dies": page("Dies", "alive"),
    "/unlinked": page("Unlinked", "still here"),
  },
  {
    "/": page("Home", "start", ...STAYS.filter((path) => path !== "/unlinked"), "/new"),
    "/same": withEtag('"1"', page("Same", "the same in all runs")),
    "/title": page("\u001b]0;New title", "a page"),
    "/text": page("Text", "a few words and a few more"),
    "/moves": { status: 301, headers: { location: "/new" } },
    "/fails": { status: 500 },
    "/unlinked": page("Unlinked", "still here"),
    "/new": page("New", "not there before"),
  },
  {
    "/": page("Home", "start", ...STAYS, "/new"),
    "/same": withEtag('"1"', page("Same", "the same in all runs")),
    "/title": page("Old title", "a page"),
    "/text": page("Text", "a few words"),
    "/moves": page("Moves", "here"),
    "/fails": page("Fails", "fine"),
    "/dies": page("Dies", "alive"),
    "/unlinked": page("Unlinked", "still here"),
    "/new": page("New", "not there before"),
  },
];
let routes: Readonly<Record<string, Route>> = {};

before(async () => {
  site = await startSite((req, res) => {
    const route = routes[req.url ?? ""] ?? { status: 404 };
    if (typeof route === "function") return route(req, res);
    const {
      status = 200,
      headers = {},
      body = "",
    } = typeof route === "string" ? { body: route } : route;
    res.writeHead(status, { "content-type": "text/html", ...headers }).end(body);
  });
});
after(async () => {
  await site.close();
  rmSync(folder, { recursive: true });
});

async function diff(...args: string[]): ReturnType<typeof runCaptured> {
  return await runCaptured(["diff", "--db", db, ...args]);
}

async function lines(...args: string[]): Promise<Record<string, unknown>[]> {
  const { code, stdout, stderr } = await diff(...args, "--json");
  assert.equal(code, 0, stderr);
  return stdout
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

/** Paths by kind. */
async function kinds(...args: string[]): Promise<Record<string, string[]>> {
  const found: Record<string, string[]> = {};
  for (const { kind, url } of await lines(...args)) {
    if (kind !== "summary")
      (found[String(kind)] ??= []).push(String(url).slice(site.origin.length));
  }
  return found;
}

const SECOND = {
  added: ["/new"],
  gone: ["/dies", "/unlinked"],
  status: ["/fails", "/moves"],
  title: ["/title"],
  content: ["/", "/text"],
  broken: ["/dies", "/fails"],
  healed: ["/missing"],
};

const THIRD = {
  added: ["/unlinked"],
  status: ["/dies", "/fails", "/moves"],
  title: ["/title"],
  content: ["/", "/text"],
  healed: ["/dies", "/fails"],
};

test("two runs of a site that changes by plan differ as planned", async (context) => {
  const seeds = [`${site.origin}/`];
  for (const [at, plan] of PLAN.entries()) {
    routes = plan;
    const { result } = await crawlSite(context, { dbPath: db, seeds, threads: 1, retries: 0 });
    assert.equal(result.reason, "frontier_empty");
    if (at === 0) {
      const { code, stderr } = await diff();
      assert.equal(code, 2);
      assert.match(stderr, /no finished run before run 1: there is nothing to compare/);
    }
    if (at === 1) assert.deepEqual(await kinds(), SECOND);
  }
  assert.ok(questions(db).column("SELECT 1 FROM fetch WHERE not_modified = 1").length > 0);
  assert.deepEqual(await kinds(), THIRD);
  assert.deepEqual(await kinds("2"), SECOND);
  assert.deepEqual(await kinds("2", "1"), SECOND);
});

test("runs that do not follow each other are compared as if nothing had been between", async () => {
  assert.deepEqual(await kinds("1", "3"), {
    added: ["/new"],
    content: ["/"],
    healed: ["/missing"],
  });
  assert.equal((await lines("1", "3")).at(-1)?.["unchanged"], 8);
});

test("since when a link is broken is one question", async (context) => {
  routes = { ...PLAN[2], "/dies": { status: 410 } };
  const seeds = [`${site.origin}/`];
  const { rows } = await crawlSite(context, { dbPath: db, seeds, threads: 1, retries: 0 });
  await crawlSite(context, { dbPath: db, seeds, threads: 1, retries: 0 });
  assert.deepEqual(
    rows(`SELECT h.target, h.status, h.linked_run_id, h.broken_run_id, h.ok_run_id,
        h.broken_since = (SELECT started_at FROM fetch WHERE url_id = u.id AND run_id = 4) AS at,
        h.ok_at = (SELECT started_at FROM fetch WHERE url_id = u.id AND run_id = 3) AS ok_at
      FROM v_broken_link_history h JOIN url u ON u.url = h.target`),
    [
      {
        target: `${site.origin}/dies`,
        status: 410,
        linked_run_id: 1,
        broken_run_id: 4,
        ok_run_id: 3,
        at: 1,
        ok_at: 1,
      },
    ],
  );
});

test("as text the counts come first, then lists, and what a title holds controls nothing", async () => {
  const { code, stdout } = await diff("2", "--limit", "1");
  assert.equal(code, 0);
  assert.match(
    stdout,
    /^Run 2 \(\d{4}-.*\), against run 1 \(\d{4}-.*\)\n {2}Added +1\n {2}Gone +2\n/,
  );
  assert.match(stdout, /^ {2}Unchanged +2 {2}of 10 pages asked$/m);
  const { origin } = site;
  assert.ok(
    stdout.includes(`\nGone\n  ${origin}/dies  200 -> 404\n  and 1 more (--limit)\n`),
    stdout,
  );
  assert.ok(stdout.includes(`  ${origin}/title\n    Old title -> \\x1b]0;New title\n`), stdout);
  assert.ok(stdout.includes(`  ${origin}/dies  404\n    on ${origin}/: to /dies\n`), stdout);
  assert.ok(stdout.includes(`  ${origin}/missing  no longer linked\n`), stdout);
  const gone = await diff("2", "--kind", "gone");
  assert.ok(gone.stdout.includes(`  ${origin}/unlinked  no longer linked\n`), gone.stdout);
  assert.doesNotMatch(gone.stdout, /Added/);
});

test("--kind chooses, --csv has a line of names, and both are refused when wrong", async () => {
  const csv = await diff("2", "--csv", "--kind", "status", "--kind", "healed");
  const [names, ...records] = csv.stdout.trimEnd().split("\r\n");
  assert.match(names ?? "", /^kind,url,source,anchor,status_before,status,/);
  assert.deepEqual(
    records.map((record) => record.split(",").slice(0, 2).join(" ")),
    [`status ${site.origin}/fails`, `status ${site.origin}/moves`, `healed ${site.origin}/missing`],
  );
  for (const [args, said] of [
    [["--csv", "--json"], /exclude each other/],
    [["--kind", "new"], /--kind got "new", but takes one of added, gone/],
    [["1", "2", "3"], /takes at most 2 RUNs, but got "3"/],
    [["last"], /got "last", but takes the numbers of runs/],
    [["9"], /There is no run 9 in .*; its last is 5\./],
    [["2", "2"], /got run 2 twice/],
  ] as const) {
    const { code, stderr } = await diff(...args);
    assert.equal(code, 2, args.join(" "));
    assert.match(stderr, said);
  }
});

test("what was pruned is not compared with", async () => {
  const { code } = await runCaptured(["prune", "--db", db, "--keep-runs", "2"]);
  assert.equal(code, 0);
  assert.equal((await diff()).code, 0);
  const { code: refused, stderr } = await diff("4");
  assert.equal(refused, 2);
  assert.match(stderr, /^webspool: Run 3 of .* was pruned, .*: give two later runs\.\n$/);
  assert.deepEqual(questions(db).column("SELECT DISTINCT run_id FROM v_run_diff"), [5]);
});

test("a report ends with the diff once there is a run to compare with", async () => {
  routes = PLAN[0] ?? {};
  const path = join(folder, "next.db");
  const crawl = ["crawl", `${site.origin}/same`, "--db", path, "--max-depth", "0"];
  const line = `webspool diff --db ${path}\n`;
  const first = await runCaptured(crawl);
  assert.equal(first.code, 0, first.stderr);
  assert.ok(!first.stdout.includes(line), first.stdout);
  const second = await runCaptured(crawl);
  assert.ok(second.stdout.includes(line), second.stdout);
  assert.equal((await runCaptured(["diff", "--db", path])).code, 0);
});
