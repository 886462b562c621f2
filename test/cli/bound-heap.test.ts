/** How far V8's heaps grow in a process that crawls. The flags are the process's: this file has one of its own. */
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { getHeapSpaceStatistics } from "node:v8";
import { CliProcess, temporaryFolder } from "../helpers/cli-process.ts";
import { startSite } from "../helpers/site-server.ts";
import { boundHeaps, boundYoung } from "../../src/cli/bound-heap.ts";

const MIB = 1024 * 1024;

/** Tells on stderr which flags are set, and when a thread says that it has loaded its modules. */
const TELLS_FLAGS = `
  const { isMainThread, Worker } = require("node:worker_threads");
  const v8 = require("node:v8");
  const { writeSync } = require("node:fs");
  if (isMainThread) {
    const { setFlagsFromString } = v8;
    v8.setFlagsFromString = (flag) => {
      writeSync(2, flag + "\\n");
      setFlagsFromString(flag);
    };
    const { once } = Worker.prototype;
    Worker.prototype.once = function (name, listener) {
      return once.call(this, name, name !== "message" ? listener : (message) => {
        writeSync(2, "a thread has loaded\\n");
        listener(message);
      });
    };
    require("node:module").syncBuiltinESMExports();
  }
`;

function youngBytes(): number {
  const young = getHeapSpaceStatistics().find(({ space_name: name }) => name === "new_space");
  return young?.space_size ?? 0;
}

/** Makes `count` objects of which the last 300,000 stay alive, so that much of what is young survives. */
function makeObjects(count: number): void {
  const alive: unknown[] = [];
  for (let index = 0; index < count; index += 1) {
    alive[index % 300_000] = { index, own: [index] };
  }
}

test("the young generation grows to its bound and no further", () => {
  const heaps = boundHeaps(2);
  heaps.bound();
  for (let round = 0; round < 100 && youngBytes() < 32 * MIB; round += 1) {
    boundYoung();
    makeObjects(100_000);
  }
  boundYoung();
  const bound = youngBytes();
  assert.ok(bound >= 32 * MIB && bound <= 64 * MIB, `${bound / MIB} MiB`);
  makeObjects(2_000_000);
  assert.equal(youngBytes(), bound);
  heaps.letGrow();
});

test("a crawl sets V8's flags when its first thread has loaded, and gives them back", async (t) => {
  const site = await startSite({ "/": "<title>one</title>" });
  t.after(() => site.close());
  const cwd = temporaryFolder(t);
  const told = join(cwd, "told.cjs");
  writeFileSync(told, TELLS_FLAGS);
  const args = ["crawl", `${site.origin}/`, "--db", "a.db", "--threads", "1", "--quiet"];
  const env = { ...process.env, NODE_OPTIONS: `--require ${told}` };
  const { code, stderr } = await new CliProcess(cwd, args, { env }).ended;
  assert.equal(code, 0, stderr);
  const seen = stderr.split("\n").filter((line) => /growing-percent|min-semi|loaded/.test(line));
  assert.deepEqual(seen, [
    "--min-semi-space-size=4",
    "a thread has loaded",
    "--heap-growing-percent=100",
    "--heap-growing-percent=0",
    "--min-semi-space-size=0",
  ]);
});
