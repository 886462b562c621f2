/**
 * From the command's start to the first request that reaches a server, and what a run costs that waits:
 *
 *   npm run build && node bench/start.ts [--rounds 11] [--idle 60]
 *
 * The idle run obeys a Crawl-delay of 30 s; its CPU time is read over --idle seconds, from 5 s after its
 * first page on, a request or two included. Linux only.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import { mkdtempSync, rmSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { setTimeout as pause } from "node:timers/promises";
import { cpuSecondsOf, machineLine } from "./machine.ts";
import { median } from "./statistics.ts";

const BIN = resolve(import.meta.dirname, "../dist/src/cli/bin.js");
const LINKS = Array.from({ length: 50 }, (_, n) => `<a href="/${n}">${n}</a>`).join(" ");

const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "11" },
    idle: { type: "string", default: "60" },
  },
});
const directory = mkdtempSync(join(tmpdir(), "webspool-start-"));
const server = createServer((request, response) => {
  server.emit("asked", performance.now());
  response.setHeader("content-type", request.url === "/robots.txt" ? "text/plain" : "text/html");
  response.end(request.url === "/robots.txt" ? "User-agent: *\nCrawl-delay: 30\n" : LINKS);
});
server.listen(0, "127.0.0.1");
await once(server, "listening");
const seed = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;

function crawl(name: string) {
  const args = ["crawl", seed, "--db", join(directory, `${name}.db`), "--quiet", "--threads", "2"];
  return spawn(process.execPath, [BIN, ...args, "--profile", "polite"], { stdio: "ignore" });
}

async function end(crawler: ReturnType<typeof crawl>): Promise<void> {
  crawler.kill("SIGTERM");
  await once(crawler, "exit");
}

try {
  console.log(machineLine());
  const firsts: number[] = [];
  const bare: number[] = [];
  for (let round = 0; round < Number(values.rounds); round += 1) {
    const nodeAt = performance.now();
    await once(spawn(process.execPath, ["-e", "0"], { stdio: "ignore" }), "exit");
    bare.push(performance.now() - nodeAt);
    const startedAt = performance.now();
    const crawler = crawl(`start-${round}`);
    const [askedAt] = (await once(server, "asked")) as [number];
    firsts.push(askedAt - startedAt);
    await end(crawler);
  }
  console.log(
    `start to first request: median ${median(firsts).toFixed(0)} ms of ${firsts.length}, ` +
      `${Math.min(...firsts).toFixed(0)} to ${Math.max(...firsts).toFixed(0)}; node alone, to its end: ${median(bare).toFixed(0)} ms`,
  );
  const crawler = crawl("idle");
  await once(server, "asked");
  await pause(5_000);
  const before = cpuSecondsOf(crawler.pid as number) ?? 0;
  await pause(Number(values.idle) * 1000);
  const used = (cpuSecondsOf(crawler.pid as number) ?? 0) - before;
  console.log(
    `waiting: ${used.toFixed(2)} s of CPU in ${values.idle} s, ${((100 * used) / Number(values.idle)).toFixed(2)} % of a core`,
  );
  await end(crawler);
} finally {
  server.close();
  rmSync(directory, { recursive: true, force: true });
}
