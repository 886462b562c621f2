/** What only a process has: signals, pipes that break, the working directory. */
import assert from "node:assert/strict";
import { spawn, type ChildProcessByStdio } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { after, before, describe, test } from "node:test";
import { startSite, type Site } from "../helpers/site-server.ts";

const bin = join(import.meta.dirname, "../../src/cli/bin.ts");
const start = join(import.meta.dirname, "../../src/cli/start.ts");
const folder = mkdtempSync(join(tmpdir(), "webspool-process-"));
let site: Site;

before(async () => {
  // A chain that takes a crawler one step at a time, for as long as it likes.
  site = await startSite((req, res) => {
    const at = /^\/(\d*)$/.exec(req.url ?? "")?.[1];
    if (at === undefined) {
      res.writeHead(404).end();
      return;
    }
    res.setHeader("content-type", "text/html");
    res.end(`<a href="/${Number(at) + 1}">next</a>`);
  });
});
after(async () => {
  await site.close();
  rmSync(folder, { recursive: true });
});

class Running {
  readonly #child: ChildProcessByStdio<null, Readable, Readable>;
  readonly #closed: Promise<[number | null, NodeJS.Signals | null]>;
  stdout = "";
  stderr = "";

  constructor(program: string, args: readonly string[]) {
    this.#child = spawn(process.execPath, [program, ...args], {
      cwd: folder,
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.#child.stdout.setEncoding("utf8").on("data", (text: string) => (this.stdout += text));
    this.#child.stderr.setEncoding("utf8").on("data", (text: string) => (this.stderr += text));
    this.#closed = once(this.#child, "close") as Promise<[number | null, NodeJS.Signals | null]>;
  }

  signal(name: NodeJS.Signals): void {
    this.#child.kill(name);
  }

  /** The exit code; null when a signal ended it. */
  async ended(): Promise<number | null> {
    const [code] = await this.#closed;
    return code;
  }

  async says(expected: RegExp): Promise<void> {
    await until(
      () => expected.test(this.stderr),
      () => this.stderr,
    );
  }
}

async function until(condition: () => boolean, told: () => string): Promise<void> {
  for (let tries = 0; tries < 600; tries++) {
    if (condition()) return;
    await sleep(25);
  }
  assert.fail(`waited in vain; ${told()}`);
}

function crawl(db: string, ...args: string[]): Running {
  const common = ["--db", db, "--threads", "1", "--max-depth", "1000000", "--delay", "20ms"];
  return new Running(bin, ["crawl", `${site.origin}/`, ...common, ...args]);
}

describe("the process", { concurrency: 3 }, () => {
  test("npm start crawls the demo into data/demo.db, again each time", async () => {
    const demo = new Running(start, []);
    assert.equal(await demo.ended(), 0, demo.stderr);
    assert.match(demo.stderr, /^data\/demo\.db: run 1, new\n/);
    assert.match(demo.stdout, /^Run 1 finished after .*: nothing was left to fetch\n/);
    assert.ok(existsSync(join(folder, "data/demo.db")));

    const again = new Running(start, ["demo", "--max-pages", "2"]);
    assert.equal(await again.ended(), 0, again.stderr);
    assert.match(again.stderr, /^data\/demo\.db: run 1, new\n/);
    assert.match(again.stdout, /^Run 1 finished after .*: --max-pages was reached\n/);
  });

  test("a signal stops a crawl in good order, and the next one continues it", async () => {
    const first = crawl("signal.db", "--json");
    await first.says(/: run 1, new\n/);
    const asked = site.requests.length;
    await until(
      () => site.requests.length > asked + 3,
      () => first.stderr,
    );
    first.signal("SIGINT");
    assert.equal(await first.ended(), 4, first.stderr);
    assert.match(first.stderr, /^stopping: \d+ requests? in flight; once more to stop at once$/m);
    const summary = JSON.parse(first.stdout) as { state: string; reason: string; pages: number };
    assert.deepEqual([summary.state, summary.reason], ["interrupted", "signal"]);

    const second = crawl("signal.db", "--json", "--max-pages", String(summary.pages + 3));
    assert.equal(await second.ended(), 0, second.stderr);
    assert.match(second.stderr, /: run 1, continued\n/);
    assert.equal((JSON.parse(second.stdout) as { pages: number }).pages, summary.pages + 3);
  });

  test("the second signal ends it at once", async () => {
    const slow = await startSite({ "/": { delayMs: 60_000 }, "/robots.txt": { status: 404 } });
    try {
      const running = new Running(bin, [
        "crawl",
        `${slow.origin}/`,
        "--db",
        "twice.db",
        "--threads",
        "1",
      ]);
      await until(
        () => slow.requests.some(({ url }) => url === "/"),
        () => running.stderr,
      );
      running.signal("SIGTERM");
      await running.says(/^stopping: \d+ requests? in flight/m);
      running.signal("SIGTERM");
      assert.equal(await running.ended(), 4);
      assert.equal(running.stdout, "");
    } finally {
      await slow.close();
    }
  });

  test("SIGHUP opens the log anew", async () => {
    const log = join(folder, "crawl.log");
    const running = crawl("log.db", "--log", "crawl.log", "--quiet");
    await until(
      () => existsSync(log) && readFileSync(log, "utf8").includes("outcome"),
      () => running.stderr,
    );
    renameSync(log, `${log}.1`);
    running.signal("SIGHUP");
    await until(
      () => existsSync(log) && readFileSync(log, "utf8").includes("outcome"),
      () => running.stderr,
    );
    running.signal("SIGINT");
    assert.equal(await running.ended(), 4, running.stderr);
    assert.match(readFileSync(log, "utf8"), /"event":"end"\}\n$/);
    const lines = (readFileSync(`${log}.1`, "utf8") + readFileSync(log, "utf8"))
      .trimEnd()
      .split("\n");
    for (const line of lines) JSON.parse(line);
  });

  test("a reader that has seen enough is no error", async () => {
    const made = crawl("pipe.db", "--max-pages", "1", "--quiet");
    assert.equal(await made.ended(), 0, made.stderr);
    const query =
      "with recursive n(i) as (select 1 union all select i + 1 from n where i < 200000) select i from n";
    const child = spawn(process.execPath, [bin, "sql", "--csv", "--db", "pipe.db", query], {
      cwd: folder,
      stdio: ["ignore", "pipe", "pipe"],
    });
    let stderr = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
    const closed = once(child, "close");
    await once(child.stdout, "readable");
    child.stdout.destroy();
    assert.deepEqual(await closed, [0, null], stderr);
    assert.equal(stderr, "");
  });
});
