/** Rows of our own: TLS keys, threads, what the originals leave hanging, close reasons. */
import { once } from "node:events";
import { Worker } from "node:worker_threads";
import type { Session } from "../../../src/session/index.ts";
import { delay, standardRoute, until } from "../../helpers/session-server.ts";
import { SERVER_TLS, TEST_CA } from "../../helpers/session-tls.ts";
import { outcome, parallel, type Case } from "./case.ts";

function closeReasons(session: Session): string {
  return session
    .connections({ closed: true })
    .map(({ closeReason }) => closeReason ?? "open")
    .join(" ");
}

export const ourCases: readonly Case[] = [
  {
    id: "R21",
    does: "HEAD three times",
    preset: "ours",
    original: "A:3 (stock undici: 3 sockets)",
    expected: "A:3o",
    run: async (bench) => {
      const a = await bench.server();
      const session = bench.session();
      for (let n = 0; n < 3; n += 1) await session.head(a.url());
      return `A:${a.sockets()}`;
    },
  },
  {
    id: "R22",
    does: "https with verify false, with the CA, verify false",
    preset: "requests",
    original: "1 socket [D, the bug]; 2 [L]",
    expected: "2 sockets, key_mismatch; without the CA tls_certificate",
    run: async (bench) => {
      const a = await bench.server(standardRoute, SERVER_TLS);
      const session = bench.session();
      await session.get(a.url(), { tls: { verify: false } });
      const second = await session.get(a.url(), { tls: { ca: TEST_CA } });
      await session.get(a.url(), { tls: { verify: false } });
      const sockets = a.served.length;
      const strict = await outcome(session, a.url());
      return `${sockets} sockets, ${second.connection?.newConnectionReason}; without the CA ${strict}`;
    },
  },
  {
    id: "R23",
    does: "3 threads, 6 requests each",
    preset: "ours",
    original: "A:6 6 6; cookies apart",
    expected: "A:6 6 6; cookies 1 2 3",
    run: async (bench) => {
      const a = await bench.server((request, response, seq) => {
        const thread = new URL(request.url ?? "/", "http://server").searchParams.get("thread");
        response.setHeader("set-cookie", `thread=${thread}`);
        void standardRoute(request, response, seq);
      });
      await Promise.all(
        [1, 2, 3].map(async (thread) => {
          const worker = new Worker(new URL("../fixtures/thread.ts", import.meta.url), {
            workerData: { url: a.url(`/?thread=${thread}`), times: 6 },
          });
          await once(worker, "exit");
        }),
      );
      const served = a.served.map(({ requests }) => requests).join(" ");
      const cookies = new Set(
        a.hits.flatMap(({ path, headers }) =>
          headers.cookie === undefined ? [] : [`${path} ${headers.cookie}`],
        ),
      );
      const apart = Array.from(
        cookies,
        (line) => /thread=(\d) thread=\1$/.exec(line)?.[1] ?? "mixed",
      );
      return `A:${served}; cookies ${apart.sort().join(" ")}`;
    },
  },
  {
    id: "U6",
    does: "three idle, one of them dead: GET",
    preset: "ours",
    original: "stock Pool opens a needless socket; ours takes a live one",
    expected: "3 sockets, reused",
    run: async (bench) => {
      const a = await bench.server();
      const session = bench.session();
      await parallel(session, a.url("/wait/40"), 3);
      const [, , last] = a.served;
      last?.socket.destroy();
      await until(() => session.connections().length === 2);
      const response = await session.get(a.url());
      return `${a.served.length} sockets, ${response.connection?.reused === true ? "reused" : "new"}`;
    },
  },
  {
    id: "U13b",
    does: "poolMaxsize 1 with poolBlock, an unread 5 MB stream, GET",
    preset: "ours",
    original: "stock undici hangs; ours warns who holds what",
    expected: "warned about #1 with 1 waiting; after close 200",
    run: async (bench) => {
      const a = await bench.server();
      const options = { unreadWarningMs: 50 };
      const session = bench.session({ poolMaxsize: 1, poolBlock: true }, options);
      const warning = once(session, "unread");
      const held = await session.get(a.url("/big/5000000"), { stream: true });
      const second = outcome(session, a.url());
      const [event] = (await warning) as [{ connection: { id: number }; waiting: number }];
      await held.close();
      const said = bench.count("The body of GET") === 1 ? "warned" : "silent";
      return `${said} about #${event.connection.id} with ${event.waiting} waiting; after close ${await second}`;
    },
  },
  {
    id: "V3",
    does: "two HTTPS names at one address, in turn",
    preset: "ours",
    original: "undici's dns interceptor: 4 handshakes for 4 GETs; ours 2 sockets",
    expected: "2 sockets: 2o 2o",
    run: async (bench) => {
      const a = await bench.server(standardRoute, SERVER_TLS);
      const session = bench.session(
        { tls: { ca: TEST_CA } },
        { resolver: () => Promise.resolve([{ address: "127.0.0.1", family: 4 }]) },
      );
      for (const host of ["a.test", "b.test", "a.test", "b.test"]) {
        await session.get(a.url("/", host));
      }
      return `${a.served.length} sockets: ${a.sockets()}`;
    },
  },
  {
    id: "3.6",
    does: "a socket closed in every way",
    preset: "ours",
    original: "undici's errors of section 3.6, some of them ambiguous",
    expected:
      "response_said_close peer_closed peer_reset timeout aborted idle_expired body_not_drained session_closed",
    run: async (bench) => {
      const a = await bench.server();
      const session = bench.session({ keepAliveTimeoutMs: 400 });
      const gone = async (n: number): Promise<void> =>
        await until(() => session.connections({ closed: true }).length === n && a.open === 0);
      await session.get(a.url("/close"));
      await gone(1);
      await session.get(a.url());
      a.dropSockets("fin");
      await gone(2);
      await session.get(a.url());
      a.dropSockets("rst");
      await gone(3);
      await outcome(session, a.url("/never"), { timeout: { readMs: 50 } });
      await gone(4);
      await outcome(session, a.url("/never"), { signal: AbortSignal.timeout(50) });
      await gone(5);
      await session.get(a.url());
      await gone(6);
      await (await session.get(a.url("/big/3000000"), { stream: true })).close();
      await gone(7);
      const pending = outcome(session, a.url("/never"));
      await until(() => a.hits.length === 8);
      await session.close();
      await pending;
      return closeReasons(session);
    },
  },
  {
    id: "3.6 force",
    does: "forceClose, poolMaxsize 1, eviction",
    preset: "ours",
    original: "undici says reset or destroyed for all three",
    expected: "force_close / pool_full_discard / evicted",
    run: async (bench) => {
      const [a, b] = [await bench.server(), await bench.server()];
      const force = bench.session({ forceClose: true });
      await force.get(a.url());
      const full = bench.session({ poolMaxsize: 1 });
      await parallel(full, a.url("/wait/30"), 2);
      const evicting = bench.session({ poolConnections: 1 });
      await evicting.get(a.url());
      await evicting.get(b.url());
      const reasons: (string | null | undefined)[] = [];
      for (const session of [force, full, evicting]) {
        await until(() => session.connections({ closed: true })[0]?.closedAt !== null);
        reasons.push(session.connections({ closed: true })[0]?.closeReason);
      }
      return reasons.join(" / ");
    },
  },
  {
    id: "X5",
    does: "poolBlock, poolMaxsize 1, an unread stream that nobody holds any more",
    preset: "ours",
    original: "blocks for ever",
    expected: "200, body_not_drained",
    run: async (bench) => {
      const a = await bench.server();
      const session = bench.session({ poolMaxsize: 1, poolBlock: true });
      await (async () => void (await session.get(a.url("/big/3000000"), { stream: true })))();
      const second = outcome(session, a.url());
      const collect = await garbageCollector();
      let status = "still blocked";
      for (let n = 0; n < 100 && status === "still blocked"; n += 1) {
        collect();
        status = await Promise.race([second, delay(10).then(() => status)]);
      }
      return `${status}, ${session.connections({ closed: true })[0]?.closeReason}`;
    },
  },
];

async function garbageCollector(): Promise<() => void> {
  const { setFlagsFromString } = await import("node:v8");
  const { runInNewContext } = await import("node:vm");
  setFlagsFromString("--expose-gc");
  return runInNewContext("gc") as () => void;
}
