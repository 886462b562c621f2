/** `--metrics-file` as the collector reads it. */
import assert from "node:assert/strict";
import { EventEmitter } from "node:events";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { writeMetrics } from "../../src/cli/metrics-file.ts";
import type { CrawlEvents, CrawlProgress } from "../../src/events.ts";
import { prometheusText } from "../../src/reporting/prometheus-text.ts";
import { parsePrometheusText, valueOf, type PrometheusText } from "../helpers/prometheus-parser.ts";
import { runCaptured } from "../helpers/captured-terminal.ts";
import { startCli, temporaryFolder } from "../helpers/cli-process.ts";
import { startSite, type Site } from "../helpers/site-server.ts";
import { NO_COUNTERS, NOW, Planted } from "../storage/planted.ts";

async function siteOf(t: TestContext, routes: Parameters<typeof startSite>[0]): Promise<Site> {
  const site = await startSite(routes);
  t.after(() => site.close());
  return site;
}

const html = { "content-type": "text/html" };

test("a crawl leaves its figures, readable by all, and nothing else, whatever its names and umask", async (t) => {
  const folder = temporaryFolder(t);
  const site = await siteOf(t, { "/": '<a href="/gone">x</a><a href="http://127.0.0.1:1/">y</a>' });
  const db = join(folder, 'a "quoted" \\ name.db');
  const file = join(folder, "crawl.prom");
  const umask = process.umask(0o077);
  t.after(() => process.umask(umask));
  const args = ["--threads", "1", "--check", "external", "--allow-private", "--retries", "0"];
  const where = ["--db", db, "--quiet", "--metrics-file", file];
  const { code, stderr } = await runCaptured(["crawl", `${site.origin}/`, ...where, ...args]);
  assert.deepEqual([code, stderr], [0, ""]);
  assert.equal(statSync(file).mode & 0o777, 0o644);
  assert.deepEqual(
    readdirSync(folder).filter((name) => name.includes("prom")),
    ["crawl.prom"],
  );

  const parsed = parsePrometheusText(readFileSync(file, "utf8"));
  for (const labels of parsed.labels.values()) assert.equal(labels["db"], db);
  assert.equal(valueOf(parsed, "webspool_pages_total"), 2);
  assert.equal(valueOf(parsed, "webspool_run_state", { state: "finished" }), 1);
  assert.equal(valueOf(parsed, "webspool_run_state", { state: "running" }), 0);
  assert.equal(valueOf(parsed, "webspool_errors_total", { error: "status_404" }), 1);
  assert.equal(valueOf(parsed, "webspool_errors_total", { error: "connect_refused" }), 1);
  assert.equal(valueOf(parsed, "webspool_errors_total", { error: "read_timeout" }), 0);
  assert.equal(valueOf(parsed, "webspool_pending_urls"), 0);
  assert.equal(valueOf(parsed, "webspool_in_flight_requests"), 0);
  const end = Number(valueOf(parsed, "webspool_run_end_time_seconds"));
  assert.ok(end >= Number(valueOf(parsed, "webspool_run_start_time_seconds")));
  assert.equal(valueOf(parsed, "webspool_last_success_time_seconds"), end);

  const report = await runCaptured(["report", "--db", db, "--json"]);
  const run = JSON.parse(report.stdout) as Record<string, number>;
  for (const [name, column] of [
    ["requests", "requests"],
    ["requests_reused", "requests_reused"],
    ["connections_opened", "connections_opened"],
    ["wire_bytes", "bytes_wire"],
    ["body_bytes", "bytes_body"],
    ["links", "links"],
  ] as const) {
    assert.equal(valueOf(parsed, `webspool_${name}_total`), run[column], name);
  }
});

test("while it runs the file says so, also after kill -9, and the next run's end replaces that", async (t) => {
  const cwd = temporaryFolder(t);
  const held = Promise.withResolvers<void>();
  let isOpen = false;
  const site = await siteOf(t, (req, res) => {
    if (req.url === "/robots.txt") res.writeHead(404).end();
    else if (isOpen) res.writeHead(200, html).end("<title>x</title>");
    else held.resolve();
  });
  const args = ["crawl", `${site.origin}/`, "--db", "x.db", "--threads", "1", "--no-sitemaps"];
  const first = startCli(t, cwd, ...args, "--metrics-file", "x.prom", "--quiet");
  const early = await Promise.race([held.promise, first.ended]);
  assert.equal(early, undefined, early?.stderr);
  const running = (): PrometheusText =>
    parsePrometheusText(readFileSync(join(cwd, "x.prom"), "utf8"));
  assert.equal(valueOf(running(), "webspool_run_state", { state: "running" }), 1);
  assert.equal(valueOf(running(), "webspool_run_end_time_seconds"), undefined);
  assert.equal(valueOf(running(), "webspool_last_success_time_seconds"), undefined);
  first.child.kill("SIGKILL");
  await first.ended;
  assert.equal(valueOf(running(), "webspool_run_state", { state: "running" }), 1);
  isOpen = true;
  const second = await startCli(t, cwd, ...args, "--metrics-file", "x.prom", "--quiet").ended;
  assert.equal(second.code, 0, second.stderr);
  assert.equal(valueOf(running(), "webspool_run_state", { state: "finished" }), 1);
  assert.equal(valueOf(running(), "webspool_pages_total"), 1);
});

test("a file that cannot be written from the start is wrong usage, and nothing is started", async (t) => {
  const folder = temporaryFolder(t);
  const db = join(folder, "x.db");
  for (const [file, why] of [
    [
      join(folder, "none/x.prom"),
      /--metrics-file cannot write ".*": its folder does not exist\.$/m,
    ],
    [folder, /--metrics-file cannot write ".*": it is a folder\.$/m],
  ] as const) {
    const args = ["crawl", "http://127.0.0.1:1/", "--db", db, "--metrics-file", file];
    const { code, stderr } = await runCaptured(args);
    assert.equal(code, 2);
    assert.match(stderr, why);
    assert.ok(!existsSync(db));
  }
});

test("a file that can no longer be written is told once, in quiet too, and the crawl goes on", async (t) => {
  const folder = temporaryFolder(t);
  const metrics = join(folder, "metrics");
  mkdirSync(metrics);
  const site = await siteOf(t, (req, res) => {
    if (req.url === "/") rmSync(metrics, { recursive: true });
    res.writeHead(req.url === "/" ? 200 : 404, html).end("<title>x</title>");
  });
  const args = ["--db", join(folder, "x.db"), "--threads", "1", "--quiet"];
  const { code, stdout, stderr } = await runCaptured([
    "crawl",
    `${site.origin}/`,
    ...args,
    "--metrics-file",
    join(metrics, "x.prom"),
  ]);
  assert.deepEqual([code, stdout], [0, ""]);
  assert.match(
    stderr,
    /^webspool: --metrics-file cannot be written \(ENOENT[^\n]*\); the crawl goes on\.\n$/,
  );
});

test("it is written at the start, every 15 s, and at the end, and no more after that", (t) => {
  const planted = new Planted(t);
  const runId = planted.begin("https://a.example/");
  const file = join(temporaryFolder(t), "x.prom");
  t.mock.timers.enable({ apis: ["setInterval"] });
  const events = new EventEmitter<CrawlEvents>();
  const counters = { ...NO_COUNTERS };
  const progress = (): CrawlProgress => ({
    counters,
    pending: 5,
    inFlight: 1,
    activeHosts: 1,
    elapsedMs: 1,
  });
  const failures: Error[] = [];
  const of = { file, dbPath: planted.path, version: "1.2.3" };
  const written = writeMetrics({ events, progress }, of, (error) => failures.push(error));
  t.after(() => written.close());
  const pages = (): unknown =>
    valueOf(parsePrometheusText(readFileSync(file, "utf8")), "webspool_pages_total");
  assert.ok(!existsSync(file));
  events.emit("start", { runId, continued: false, dbPath: planted.path });
  assert.equal(pages(), 0);
  counters.pages = 7;
  t.mock.timers.tick(14_999);
  assert.equal(pages(), 0);
  t.mock.timers.tick(1);
  assert.equal(pages(), 7);
  counters.pages = 9;
  planted.finish(runId);
  const ended = { runId, state: "finished", reason: "frontier_empty", detail: null } as const;
  events.emit("end", { ...ended, counters, activeMs: 1 });
  const last = parsePrometheusText(readFileSync(file, "utf8"));
  assert.equal(valueOf(last, "webspool_pages_total"), 9);
  assert.equal(valueOf(last, "webspool_run_end_time_seconds"), (NOW + 60_000) / 1_000);
  assert.equal(valueOf(last, "webspool_info", { version: "1.2.3" }), 1);
  const docs = readFileSync(join(import.meta.dirname, "../../docs/cron.md"), "utf8");
  for (const name of last.types.keys()) assert.match(docs, new RegExp(`\`${name}[\`{]`), name);
  counters.pages = 11;
  t.mock.timers.tick(60_000);
  assert.equal(pages(), 9);
  assert.deepEqual(failures, []);
});

test("help and labels may hold any text, and a metric without samples is left out", () => {
  const text = prometheusText([
    {
      name: "a_total",
      type: "counter",
      help: "back\\slash and\nline feed",
      samples: [{ labels: { x: 'q"u\\o\nte', y: "" }, value: 1e21 }],
    },
    { name: "b", type: "gauge", help: "none", samples: [] },
    { name: "c", type: "gauge", help: "odd", samples: [{ labels: { x: "1" }, value: -Infinity }] },
  ]);
  const parsed = parsePrometheusText(text);
  assert.deepEqual([...parsed.types.keys()], ["a_total", "c"]);
  assert.deepEqual([...parsed.labels.values()], [{ x: 'q"u\\o\nte', y: "" }, { x: "1" }]);
  assert.equal(text.split("\n").length, 7);
});
