/** Rows on pools, their bounds and their LRU, after requests and urllib3. */
import { HTTPAdapter } from "../../../src/session/index.ts";
import { delay, standardRoute, until } from "../../helpers/session-server.ts";
import { SERVER_TLS } from "../../helpers/session-tls.ts";
import { outcome, parallel, type Case } from "./case.ts";

export const poolCases: readonly Case[] = [
  {
    id: "R1",
    does: "poolConnections 1; A, B, A",
    preset: "requests",
    original: "A:1x 1o B:1x; Starting 3, each (1)",
    expected: "A:1x 1o B:1x; Starting (1) 3",
    run: async (bench) => {
      const [a, b] = [await bench.server(), await bench.server()];
      const session = bench.session({ poolConnections: 1 });
      for (const server of [a, b, a]) await session.get(server.url());
      await until(() => a.open === 1 && b.open === 0);
      const first = bench.count("Starting new HTTP connection (1)");
      return `A:${a.sockets()} B:${b.sockets()}; Starting (1) ${first}`;
    },
  },
  {
    id: "R2",
    does: "poolConnections 2; A, B, A",
    preset: "requests",
    original: "A:2 B:1; Starting 2",
    expected: "A:2o B:1o; Starting 2, Resetting 0, full 0",
    run: async (bench) => {
      const [a, b] = [await bench.server(), await bench.server()];
      const session = bench.session({ poolConnections: 2 });
      for (const server of [a, b, a]) await session.get(server.url());
      return `A:${a.sockets()} B:${b.sockets()}; ${bench.log}`;
    },
  },
  {
    id: "R2b",
    does: "poolConnections 2; A, B, C, A, B, C",
    preset: "requests",
    original: "6 sockets",
    expected: "6 sockets, 4 evicted",
    run: async (bench) => {
      const servers = [await bench.server(), await bench.server(), await bench.server()];
      const session = bench.session({ poolConnections: 2 });
      for (const server of [...servers, ...servers]) await session.get(server.url());
      const sockets = servers.reduce((sum, server) => sum + server.served.length, 0);
      return `${sockets} sockets, ${session.stats().poolsEvicted} evicted`;
    },
  },
  {
    id: "R2c",
    does: "poolConnections 2; A, B, A, C, A",
    preset: "requests",
    original: "A:3o B:1x C:1o",
    expected: "A:3o B:1x C:1o",
    run: async (bench) => {
      const [a, b, c] = [await bench.server(), await bench.server(), await bench.server()];
      const session = bench.session({ poolConnections: 2 });
      for (const server of [a, b, a, c, a]) await session.get(server.url());
      await until(() => b.open === 0);
      return `A:${a.sockets()} B:${b.sockets()} C:${c.sockets()}`;
    },
  },
  {
    id: "R2d",
    does: "A four times in turn",
    preset: "ours",
    original: "A:4 (undici's own Agent: 2 sockets)",
    expected: "A:4o",
    run: async (bench) => {
      const a = await bench.server();
      const session = bench.session();
      for (let n = 0; n < 4; n += 1) await session.get(a.url());
      return `A:${a.sockets()}`;
    },
  },
  {
    id: "X2",
    does: "poolConnections 1; http, https, http, https: one adapter / two",
    preset: "requests",
    original: "4 / 2 sockets",
    expected: "4 / 2 sockets",
    run: async (bench) => {
      const seen: number[] = [];
      for (const shared of [true, false]) {
        const [plain, secure] = [
          await bench.server(),
          await bench.server(standardRoute, SERVER_TLS),
        ];
        const options = { poolConnections: 1, tls: { verify: false } };
        const session = bench.session(options);
        if (shared) {
          const adapter = new HTTPAdapter(options);
          session.mount("http://", adapter).mount("https://", adapter);
        }
        for (const server of [plain, secure, plain, secure]) await session.get(server.url());
        seen.push(plain.served.length + secure.served.length);
      }
      return `${seen.join(" / ")} sockets`;
    },
  },
  {
    id: "R3",
    does: "poolMaxsize 2; 2 then 2 in parallel",
    preset: "requests",
    original: "A:2 2, full 0",
    expected: "A:2o 2o; Starting 2, Resetting 0, full 0",
    run: async (bench) => {
      const a = await bench.server();
      const session = bench.session({ poolMaxsize: 2 });
      for (let n = 0; n < 2; n += 1) await parallel(session, a.url("/wait/50"), 2);
      return `A:${a.sockets()}; ${bench.log}`;
    },
  },
  {
    id: "R4",
    does: "poolMaxsize 1; 2 then 2 in parallel",
    preset: "requests",
    original: "3 sockets, full 2",
    expected: "3 sockets; Starting 3, Resetting 0, full 2",
    run: async (bench) => {
      const a = await bench.server();
      const session = bench.session({ poolMaxsize: 1 });
      for (let n = 0; n < 2; n += 1) await parallel(session, a.url("/wait/50"), 2);
      return `${a.served.length} sockets; ${bench.log}`;
    },
  },
  {
    id: "R4b",
    does: "poolMaxsize 3 / 10 / 1; 10 then 10 in parallel",
    preset: "requests",
    original: "17 sockets full 14, 3 open / 10 full 0 / 19 full 18",
    expected: "17 full 14 open 3 / 10 full 0 open 10 / 19 full 18 open 1",
    run: async (bench) => {
      const seen: string[] = [];
      for (const poolMaxsize of [3, 10, 1]) {
        const a = await bench.server();
        const session = bench.session({ poolMaxsize });
        for (let n = 0; n < 2; n += 1) await parallel(session, a.url("/wait/100"), 10);
        await until(() => a.open === poolMaxsize);
        const full = session.stats().connectionsDiscarded;
        seen.push(`${a.served.length} full ${full} open ${a.open}`);
      }
      return seen.join(" / ");
    },
  },
  {
    id: "R5",
    does: "poolMaxsize 1 with poolBlock; 2 then 2 in parallel",
    preset: "requests",
    original: "A:4, one after the other",
    expected: "A:4o, waits 2",
    run: async (bench) => {
      const a = await bench.server();
      const session = bench.session({ poolMaxsize: 1, poolBlock: true });
      for (let n = 0; n < 2; n += 1) await parallel(session, a.url("/wait/30"), 2);
      return `A:${a.sockets()}, waits ${session.stats().waits}`;
    },
  },
  {
    id: "R6",
    does: "poolMaxsize 0; 5 then 5 in parallel",
    preset: "requests",
    original: "A:2x5, full 0",
    expected: "A:2o 2o 2o 2o 2o; Starting 5, Resetting 0, full 0",
    run: async (bench) => {
      const a = await bench.server();
      const session = bench.session({ poolMaxsize: 0 });
      for (let n = 0; n < 2; n += 1) await parallel(session, a.url("/wait/60"), 5);
      return `A:${a.sockets()}; ${bench.log}`;
    },
  },
  {
    id: "R28",
    does: "poolMaxsize 3; 3 in parallel that end in turn, then 6 one by one",
    preset: "requests",
    original: "the last returned gets 7: 1 1 7",
    expected: "1o 1o 7o",
    run: async (bench) => {
      const a = await bench.server();
      const session = bench.session({ poolMaxsize: 3 });
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
  },
  {
    id: "R7",
    does: "poolConnections 1; stream 2 MB of A, GET B, read A, GET A",
    preset: "requests",
    original: "2,000,000 bytes, no error; A's socket not reused, closed on return; Starting 3",
    expected: "2000000 bytes, A:1x 1o; Starting 3, Resetting 0, full 0",
    run: async (bench) => {
      const [a, b] = [await bench.server(), await bench.server()];
      const session = bench.session({ poolConnections: 1 });
      const held = await session.get(a.url("/big/2000000"), { stream: true });
      await session.get(b.url());
      const { length } = await held.bytes();
      await session.get(a.url());
      await until(() => a.open === 1);
      return `${length} bytes, A:${a.sockets()}; ${bench.log}`;
    },
  },
  {
    id: "R8",
    does: "poolConnections 1; hold A's read response, GET B",
    preset: "requests",
    original: "A idle closed at once [D]; open until the response is freed [L]. Ours: at once",
    expected: "A:1x B:1o",
    run: async (bench) => {
      const [a, b] = [await bench.server(), await bench.server()];
      const session = bench.session({ poolConnections: 1 });
      const held = await session.get(a.url());
      await session.get(b.url());
      await until(() => a.open === 0);
      return `A:${a.sockets()} B:${b.sockets()}${held.ok ? "" : "?"}`;
    },
  },
  {
    id: "R12b",
    does: "poolMaxsize 1; two unread streams, then read both, GET",
    preset: "requests",
    original: "2 sockets, full 1, GET reuses",
    expected: "2 sockets; Starting 2, Resetting 0, full 1; GET reused",
    run: async (bench) => {
      const a = await bench.server();
      const session = bench.session({ poolMaxsize: 1 });
      const first = await session.get(a.url(), { stream: true });
      const second = await session.get(a.url(), { stream: true });
      await first.bytes();
      await second.bytes();
      const last = await session.get(a.url());
      const reused = last.connection?.reused === true ? "reused" : "not reused";
      return `${a.served.length} sockets; ${bench.log}; GET ${reused}`;
    },
  },
  {
    id: "R27",
    does: "poolBlock, poolMaxsize 1, unread 3 MB stream; second GET with timeouts; close()",
    preset: "requests",
    original: "still blocked, timeouts do not count; after close() it runs, Resetting 1",
    expected: "blocked, then 200; Starting 1, Resetting 1, full 0",
    run: async (bench) => {
      const a = await bench.server();
      const session = bench.session({ poolMaxsize: 1, poolBlock: true });
      const held = await session.get(a.url("/big/3000000"), { stream: true });
      let settled = false;
      const timeout = { connectMs: 100, readMs: 100 };
      const second = outcome(session, a.url(), { timeout }).finally(() => {
        settled = true;
      });
      await delay(400);
      const state = settled ? "not blocked" : "blocked";
      await held.close();
      return `${state}, then ${await second}; ${bench.log}`;
    },
  },
  {
    id: "R31",
    does: "localhost, LOCALHOST, 127.0.0.1",
    preset: "requests",
    original: "2 sockets",
    expected: "A:2o 1o",
    run: async (bench) => {
      const a = await bench.server();
      const session = bench.session();
      for (const host of ["localhost", "LOCALHOST", "127.0.0.1"]) {
        await session.get(a.url("/", host));
      }
      return `A:${a.sockets()}`;
    },
  },
  {
    id: "R20",
    does: "mount http://a, abc, ab, zz",
    preset: "requests",
    original: "abc, ab, zz, https://, http://a, http://",
    expected: "http://abc http://ab http://zz https:// http://a http://",
    run: (bench) => {
      const session = bench.session();
      for (const prefix of ["http://a", "http://abc", "http://ab", "http://zz"]) {
        session.mount(prefix, new HTTPAdapter());
      }
      return Promise.resolve(session.mounts.join(" "));
    },
  },
];
