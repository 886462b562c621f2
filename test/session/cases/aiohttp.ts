/** Rows on limits, keep-alive, timeouts and DNS, after aiohttp. */
import type { DnsEvent } from "../../../src/session/index.ts";
import { delay, until } from "../../helpers/session-server.ts";
import { outcome, parallel, type Case } from "./case.ts";

export const aiohttpCases: readonly Case[] = [
  {
    id: "A3",
    does: "limit 2, 20 requests of 20 ms",
    preset: "aiohttp",
    original: "A:10 10, queued 18, reuse 18",
    expected: "A:10o 10o, queued 18, reuse 18",
    run: async (bench) => {
      const a = await bench.server();
      const session = bench.session({ limit: 2 });
      await parallel(session, a.url("/wait/20"), 20);
      const { waits, requestsReused } = session.stats();
      return `A:${a.sockets()}, queued ${waits}, reuse ${requestsReused}`;
    },
  },
  {
    id: "A4",
    does: "limitPerHost 2, 6 of A and 6 of B",
    preset: "aiohttp",
    original: "A:3 3 B:3 3 [L]; up to 3 sockets a host [D]",
    expected: "A:3o 3o B:3o 3o",
    run: async (bench) => {
      const [a, b] = [await bench.server(), await bench.server()];
      const session = bench.session({ limitPerHost: 2 });
      await Promise.all([a, b].map((server) => parallel(session, server.url("/wait/40"), 6)));
      return `A:${a.sockets()} B:${b.sockets()}`;
    },
  },
  {
    id: "A6",
    does: "limit 1; A, B, C in turn",
    preset: "aiohttp",
    original: "3 open: idle sockets do not count",
    expected: "3 open",
    run: async (bench) => {
      const servers = [await bench.server(), await bench.server(), await bench.server()];
      const session = bench.session({ limit: 1 });
      for (const server of servers) await session.get(server.url());
      return `${session.connections().length} open`;
    },
  },
  {
    id: "A6 maxOpen",
    does: "maxOpen 2; A, B, C in turn, then A, B, C at once",
    preset: "ours",
    original: "no such bound there",
    expected: "2 open: A:1x B:1o C:1o; then at most 2 in use, 2 open",
    run: async (bench) => {
      const servers = [await bench.server(), await bench.server(), await bench.server()];
      const session = bench.session({ maxOpen: 2 });
      for (const server of servers) await session.get(server.url());
      await until(() => session.connections().length === 2 && servers[0]?.open === 0);
      const names = ["A", "B", "C"];
      const sockets = servers.map((server, n) => `${names[n]}:${server.sockets()}`).join(" ");
      const first = `${session.connections().length} open: ${sockets}`;
      const running = servers.map((server) => outcome(session, server.url("/wait/30")));
      const { inUse } = session.getAdapter("http://any/");
      await Promise.all(running);
      await until(() => session.connections().length === 2);
      return `${first}; then at most ${inUse} in use, ${session.connections().length} open`;
    },
  },
  {
    id: "A7",
    does: "limit 1, A idle, B slow; GET A",
    preset: "aiohttp",
    original: "waits .35 s [D]; 0 s, limit exceeded [L]. Ours: waits",
    expected: "in flight at most 1, order B A",
    run: async (bench) => {
      const [a, b] = [await bench.server(), await bench.server()];
      const session = bench.session({ limit: 1 });
      await session.get(a.url());
      const order: string[] = [];
      const slow = outcome(session, b.url("/wait/150")).then(() => order.push("B"));
      const adapter = session.getAdapter(a.url());
      const quick = outcome(session, a.url()).then(() => order.push("A"));
      const most = adapter.inUse;
      await Promise.all([slow, quick]);
      return `in flight at most ${most}, order ${order.join(" ")}`;
    },
  },
  ...(["lifo", "fifo"] as const).map((order) => ({
    id: `A8 ${order}`,
    does: "3 in parallel that end in turn, then 6 one by one",
    preset: "aiohttp" as const,
    original: "1 1 7 [D, LIFO]; 3 3 3 [L, FIFO]",
    expected: order === "lifo" ? "1o 1o 7o" : "3o 3o 3o",
    run: async (bench: Parameters<Case["run"]>[0]) => {
      const a = await bench.server();
      const session = bench.session({ order });
      const running: Promise<string>[] = [];
      for (const ms of [60, 120, 180]) {
        running.push(outcome(session, a.url(`/wait/${ms}`)));
        const opened = running.length;
        await until(() => a.served.length === opened);
      }
      await Promise.all(running);
      for (let n = 0; n < 6; n += 1) await session.get(a.url());
      return a.sockets();
    },
  })),
  {
    id: "A9",
    does: "limitPerHost 1, 6 tasks",
    preset: "aiohttp",
    original: "served in order",
    expected: "/0 /1 /2 /3 /4 /5 on A:6o",
    run: async (bench) => {
      const a = await bench.server();
      const session = bench.session({ limitPerHost: 1 });
      await Promise.all([0, 1, 2, 3, 4, 5].map((n) => outcome(session, a.url(`/${n}`))));
      return `${a.hits.map(({ path }) => path).join(" ")} on A:${a.sockets()}`;
    },
  },
  {
    id: "A11",
    does: "keepAliveTimeoutMs 300: GET, +.1 s GET, +.5 s GET",
    preset: "aiohttp",
    original: "A:2x 1x; sockets lived 606 and 303 ms (swept late). Ours: on time",
    expected:
      "A:2x 1x, idle_expired idle_expired, second for idle_expired, the first was closed by then",
    run: async (bench) => {
      const a = await bench.server();
      const session = bench.session({ keepAliveTimeoutMs: 300 });
      await session.get(a.url());
      await delay(100);
      await session.get(a.url());
      await delay(500);
      const onTime = a.open === 0 ? "was closed by then" : "was still open";
      const last = await session.get(a.url());
      await until(() => a.open === 0 && session.connections().length === 0);
      const closed = session.connections({ closed: true });
      return (
        `A:${a.sockets()}, ${closed.map(({ closeReason }) => closeReason).join(" ")}, ` +
        `second for ${last.connection?.newConnectionReason}, the first ${onTime}`
      );
    },
  },
  {
    id: "A12",
    does: "leave unread: a small body / 5 MB",
    preset: "aiohttp",
    original: "reused / closed, new",
    expected: "reused / body_not_drained",
    run: async (bench) => {
      const a = await bench.server();
      const session = bench.session();
      const small = await session.get(a.url(), { stream: true });
      await small.close();
      const after = await session.get(a.url());
      const big = await session.get(a.url("/big/5000000"), { stream: true });
      await big.close();
      const last = await session.get(a.url());
      const first = after.connection?.reused === true ? "reused" : "new";
      return `${first} / ${last.connection?.newConnectionReason}`;
    },
  },
  {
    id: "A14",
    does: "kill on reuse: GET / POST; always kill",
    preset: "aiohttp",
    original: "ok A:2x 1o / error [L]; always kill: 2 hits [L]",
    expected: "200 A:2x 1o / connection_closed / 2 hits",
    run: async (bench) => {
      const [a, b, c] = [await bench.server(), await bench.server(), await bench.server()];
      const session = bench.session();
      await session.get(a.url("/kill-reused"));
      const get = await outcome(session, a.url("/kill-reused"));
      await until(() => a.open === 1);
      await session.get(b.url("/kill-reused"));
      const post = await outcome(session, b.url("/kill-reused"), {}, "POST");
      await outcome(session, c.url("/kill"));
      return `${get} A:${a.sockets()} / ${post} / ${c.hits.length} hits`;
    },
  },
  {
    id: "A14 ours",
    does: "kill on reuse: GET / POST; always kill",
    preset: "ours",
    original: "as A14; ours repeats only on a socket that had served",
    expected: "200 A:2x 1o / connection_closed / 1 hits; silent 1, records 2",
    run: async (bench) => {
      const [a, b, c] = [await bench.server(), await bench.server(), await bench.server()];
      const session = bench.session();
      await session.get(a.url("/kill-reused"));
      const response = await session.get(a.url("/kill-reused"));
      await until(() => a.open === 1);
      await session.get(b.url("/kill-reused"));
      const post = await outcome(session, b.url("/kill-reused"), {}, "POST");
      await outcome(session, c.url("/kill"));
      return (
        `${response.status} A:${a.sockets()} / ${post} / ${c.hits.length} hits; ` +
        `silent ${session.stats().staleRetries}, records ${response.exchanges.length}`
      );
    },
  },
  {
    id: "A16",
    does: "total .2 / connect .1 while queued / sock_connect .1 while queued / sock_read .2",
    preset: "aiohttp",
    original: "TimeoutError / ServerTimeoutError / no error / ServerTimeoutError",
    expected: "total_timeout / connect_timeout / 200 / read_timeout",
    run: async (bench) => {
      const a = await bench.server();
      const session = bench.session({ limit: 1 });
      const total = await outcome(session, a.url("/never"), { timeout: { totalMs: 200 } });
      const first = outcome(session, a.url("/wait/250"));
      const queued = await outcome(session, a.url(), { timeout: { acquireMs: 100 } });
      await first;
      const second = outcome(session, a.url("/wait/250"));
      const socket = await outcome(session, a.url(), { timeout: { connectMs: 100 } });
      await second;
      const read = await outcome(session, a.url("/never"), { timeout: { readMs: 200 } });
      return [total, queued, socket, read].join(" / ");
    },
  },
  {
    id: "A20",
    does: "forceClose on localhost, DNS ttl .3 s: now, now, +.5 s; 3 in parallel",
    preset: "aiohttp",
    original: "miss / hit / miss; 3 parallel: 1 miss + 2 hits",
    expected: "miss hit miss; hit hit miss; 6 sockets",
    run: async (bench) => {
      const a = await bench.server();
      const session = bench.session({ forceClose: true }, { dnsTtlMs: 300 });
      const events: DnsEvent[] = [];
      session.on("dns", (event) => events.push(event));
      const url = a.url("/", "localhost");
      await session.get(url);
      await session.get(url);
      await delay(500);
      await session.get(url);
      const turn = events.splice(0).map(({ outcome: each }) => each);
      await delay(350);
      await parallel(session, url, 3);
      const together = events.map(({ outcome: each }) => each).sort();
      return `${turn.join(" ")}; ${together.join(" ")}; ${a.served.length} sockets`;
    },
  },
  {
    id: "A28",
    does: "defaults, 150 in parallel",
    preset: "aiohttp",
    original: "100 sockets, queued 50",
    expected: "100 sockets, queued 50",
    run: async (bench) => {
      const a = await bench.server();
      const session = bench.session();
      await parallel(session, a.url("/wait/300"), 150);
      return `${a.served.length} sockets, queued ${session.stats().waits}`;
    },
  },
];
