/**
 * Requests per second of our Session, undici's Pool and undici's fetch, against one local server
 * with keep-alive in a process of its own, 64 in flight, in turn. Then memory over many origins.
 *
 *   node bench/session.ts [--requests 20000] [--rounds 5] [--origins 10000]
 */
import { fork } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import { parseArgs } from "node:util";
import { Agent, Pool, fetch as undiciFetch } from "undici";
import { Session } from "../src/session/index.ts";

const IN_FLIGHT = 64;
const BODY = Buffer.alloc(2048, "webspool ");

interface Contender {
  readonly name: string;
  readonly run: (url: string) => Promise<void>;
  readonly close: () => Promise<void>;
}

if (process.argv[2] === "serve") await serve();
else await main();

async function serve(): Promise<void> {
  const server = createServer((_request, response) => {
    response.setHeader("content-type", "text/html; charset=utf-8");
    response.end(BODY);
  });
  // Longer than the bench: idle closes would be counted as reconnects.
  server.keepAliveTimeout = 60_000;
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  process.send?.(typeof address === "object" ? address?.port : null);
  process.once("disconnect", () => process.exit(0));
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      requests: { type: "string", default: "20000" },
      rounds: { type: "string", default: "5" },
      origins: { type: "string", default: "10000" },
    },
  });
  const child = fork(import.meta.filename, ["serve"]);
  const [port] = (await once(child, "message")) as [number];
  const url = `http://127.0.0.1:${port}/`;
  try {
    await throughput(url, Number(values.requests), Number(values.rounds));
    await memory(port, Number(values.origins));
  } finally {
    child.disconnect();
  }
}

function contenders(url: string): Contender[] {
  const session = new Session({ adapter: { poolMaxsize: IN_FLIGHT, poolBlock: true } });
  const pool = new Pool(new URL(url).origin, { connections: IN_FLIGHT });
  const agent = new Agent({ connections: IN_FLIGHT });
  return [
    {
      name: "Session",
      run: async (target) => {
        const response = await session.get(target);
        await response.bytes();
      },
      close: () => session.close(),
    },
    {
      name: "undici Pool.request",
      run: async () => {
        const { body } = await pool.request({ path: "/", method: "GET" });
        await body.arrayBuffer();
      },
      close: () => pool.close(),
    },
    {
      name: "undici fetch",
      run: async (target) => {
        const response = await undiciFetch(target, { dispatcher: agent });
        await response.arrayBuffer();
      },
      close: () => agent.close(),
    },
  ];
}

async function throughput(url: string, requests: number, rounds: number): Promise<void> {
  const all = contenders(url);
  const rates = new Map<string, number[]>(all.map(({ name }) => [name, []]));
  const cpu = new Map<string, number[]>(all.map(({ name }) => [name, []]));
  for (const contender of all) await load(contender, url, Math.ceil(requests / 4));
  for (let round = 0; round < rounds; round += 1) {
    for (const contender of all) {
      const cpuBefore = process.cpuUsage();
      const startedAt = performance.now();
      await load(contender, url, requests);
      const seconds = (performance.now() - startedAt) / 1000;
      const used = process.cpuUsage(cpuBefore);
      rates.get(contender.name)?.push(requests / seconds);
      cpu.get(contender.name)?.push((used.user + used.system) / 1000 / requests);
    }
  }
  for (const contender of all) await contender.close();
  const ours = median(rates.get("Session") ?? []);
  console.log(`${requests} requests, ${IN_FLIGHT} in flight, median of ${rounds} rounds in turn`);
  for (const { name } of all) {
    const rate = median(rates.get(name) ?? []);
    console.log(
      `${name.padEnd(22)} ${rate.toFixed(0).padStart(7)} requests/s  ` +
        `${median(cpu.get(name) ?? []).toFixed(4)} ms CPU each  Session is ${(ours / rate).toFixed(2)} x`,
    );
  }
}

async function load(contender: Contender, url: string, requests: number): Promise<void> {
  let left = requests;
  const worker = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      await contender.run(url);
    }
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, worker));
}

/** Many origins in turn: names that all resolve to the one server. */
async function memory(port: number, origins: number): Promise<void> {
  const session = new Session({
    adapter: { poolConnections: 100 },
    resolver: () => Promise.resolve([{ address: "127.0.0.1", family: 4 }]),
  });
  for (let index = 1; index <= origins; index += 1) {
    await (await session.get(`http://host-${index}.test:${port}/`)).bytes();
    if (index === Math.min(1000, origins) || index === origins) {
      globalThis.gc?.();
      const heap = process.memoryUsage().heapUsed / 1024 / 1024;
      const pools = session.getAdapter("http://x/").poolCount;
      const open = session.connections().length;
      const note = globalThis.gc === undefined ? " (no --expose-gc)" : "";
      console.log(
        `${index} origins: ${pools} pools, ${open} open, heap ${heap.toFixed(1)} MB${note}`,
      );
    }
  }
  await session.close();
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
