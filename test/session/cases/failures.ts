/** Rows on sockets that die, retries and timeouts, after requests and urllib3. */
import { Retry, type RetryOptions } from "../../../src/session/index.ts";
import { delay, until } from "../../helpers/session-server.ts";
import { outcome, type Case } from "./case.ts";

/** Nothing listens there: the port of a server that was closed. */
async function deadUrl(bench: Parameters<Case["run"]>[0]): Promise<string> {
  const server = await bench.server();
  const url = server.url();
  await server.close();
  return url;
}

async function retried(
  bench: Parameters<Case["run"]>[0],
  options: RetryOptions | number,
  path: string,
  method = "GET",
): Promise<string> {
  const a = await bench.server();
  const maxRetries = typeof options === "number" ? options : new Retry(options);
  const session = bench.session({ maxRetries });
  const result = await outcome(session, a.url(path), {}, method);
  return `${a.hits.length} hits ${a.served.length} socket ${result}`;
}

export const failureCases: readonly Case[] = [
  ...(["fin", "rst"] as const).map((how) => ({
    id: `R9 ${how} at once`,
    does: `the server closes the idle socket (${how}) in the moment of the second GET`,
    preset: "ours" as const,
    original: "the race every original can lose: ConnectionError. Ours repeats silently",
    expected: "200 200 200 200 200",
    run: async (bench: Parameters<Case["run"]>[0]) => {
      const a = await bench.server();
      const session = bench.session();
      const seen: string[] = [];
      for (let n = 0; n < 5; n += 1) {
        await session.get(a.url());
        a.dropSockets(how);
        seen.push(await outcome(session, a.url()));
      }
      return seen.join(" ");
    },
  })),
  ...(["fin", "rst"] as const).map((how) => ({
    id: `R9 ${how}`,
    does: `GET, the server closes the idle socket (${how}), GET`,
    preset: "requests" as const,
    original: "no error; Starting 1, Resetting 1, TCP 2",
    expected: "200; TCP 2; Starting 1, Resetting 1, full 0",
    run: async (bench: Parameters<Case["run"]>[0]) => {
      const a = await bench.server();
      const session = bench.session();
      await session.get(a.url());
      a.dropSockets(how);
      await until(() => a.open === 0);
      const second = await outcome(session, a.url());
      return `${second}; TCP ${a.served.length}; ${bench.log}`;
    },
  })),
  {
    id: "R10",
    does: "Connection: close three times",
    preset: "requests",
    original: "TCP 3, Starting 1, Resetting 2",
    expected: "TCP 3; Starting 1, Resetting 2, full 0",
    run: async (bench) => {
      const a = await bench.server();
      const session = bench.session();
      for (let n = 0; n < 3; n += 1) await session.get(a.url("/close"));
      return `TCP ${a.served.length}; ${bench.log}`;
    },
  },
  {
    id: "R10b",
    does: "Keep-Alive: timeout=1, wait 1.5 s, GET",
    preset: "requests",
    original: "reused (hint ignored)",
    expected: "A:2o",
    run: async (bench) => {
      const a = await bench.server();
      const session = bench.session();
      await session.get(a.url("/hint/1"));
      await delay(1500);
      await session.get(a.url("/hint/1"));
      return `A:${a.sockets()}`;
    },
  },
  {
    id: "R11",
    does: "the server kills the socket on its second request; retries 0 / 1 / POST with 1",
    preset: "requests",
    original: "ConnectionError / ok, Starting 2, Retrying 1 / error, 1 hit",
    expected: "connection_closed / 200 Starting 2 Retrying 1 / connection_closed, 1 POST",
    run: async (bench) => {
      const a = await bench.server();
      const plain = bench.session();
      await plain.get(a.url("/kill-reused"));
      const first = await outcome(plain, a.url("/kill-reused"));
      const retrying = bench.session({ maxRetries: 1 });
      bench.lines.length = 0;
      await retrying.get(a.url("/kill-reused"));
      const second = await outcome(retrying, a.url("/kill-reused"));
      const log = `Starting ${bench.count("Starting")} Retrying ${bench.count("Retrying (")}`;
      const third = await outcome(retrying, a.url("/kill-reused"), {}, "POST");
      const posts = a.hits.filter(({ method }) => method === "POST").length;
      return `${first} / ${second} ${log} / ${third}, ${posts} POST`;
    },
  },
  {
    id: "R11d",
    does: "the server always kills; retries 2 / 0",
    preset: "requests",
    original: "3 / 1 hits",
    expected: "3 hits 3 socket connection_closed / 1 hits 1 socket connection_closed",
    run: async (bench) =>
      `${await retried(bench, 2, "/kill")} / ${await retried(bench, 0, "/kill")}`,
  },
  {
    id: "R17",
    does: "Retry(3, [503], .1): GET / raiseOnStatus false / POST",
    preset: "requests",
    original: "4 hits, one socket, .61 s, RetryError / 503 / 1 hit",
    expected:
      "4 hits 1 socket retry_exhausted / 4 hits 1 socket 503 / 1 hits 1 socket 503; .6 s or more: true",
    run: async (bench) => {
      const options = { total: 3, statusForcelist: [503], backoffFactor: 0.1 };
      const startedAt = performance.now();
      const first = await retried(bench, options, "/status/503");
      const slept = performance.now() - startedAt >= 595;
      const second = await retried(bench, { ...options, raiseOnStatus: false }, "/status/503");
      const third = await retried(bench, options, "/status/503", "POST");
      return `${first} / ${second} / ${third}; .6 s or more: ${slept}`;
    },
  },
  {
    id: "R18",
    does: "maxRetries 2: 503 + Retry-After 1 / 503 / 500 + RA / RA soon; 0: 503 + RA",
    preset: "requests",
    original: "3 hits, 2.0 s, returns 503 / 1 / 1 / InvalidHeader / 1",
    expected:
      "3 hits 1 socket 503 / 1 hits 1 socket 503 / 1 hits 1 socket 500 / 1 hits 1 socket invalid_retry_after / 1 hits 1 socket 503; 2 s or more: true",
    run: async (bench) => {
      const startedAt = performance.now();
      const first = await retried(bench, 2, "/status/503?ra=1");
      const slept = performance.now() - startedAt >= 1995;
      const rest = [
        await retried(bench, 2, "/status/503"),
        await retried(bench, 2, "/status/500?ra=1"),
        await retried(bench, 2, "/status/503?ra=soon"),
        await retried(bench, 0, "/status/503?ra=1"),
      ];
      return `${[first, ...rest].join(" / ")}; 2 s or more: ${slept}`;
    },
  },
  {
    id: "R24",
    does: "refused, Retry(2, .1) / connect 0",
    preset: "requests",
    original: "3 tries, .20 s / 1 try",
    expected: "connect_refused, 3 tries / connect_refused, 1 tries",
    run: async (bench) => {
      const url = await deadUrl(bench);
      const seen: string[] = [];
      for (const options of [
        { total: 2, backoffFactor: 0.1 },
        { total: 2, connect: 0 },
      ]) {
        const session = bench.session({ maxRetries: new Retry(options) });
        let tries = 0;
        session.on("exchange", () => (tries += 1));
        const code = await outcome(session, url, {}, "POST");
        seen.push(`${code}, ${tries} tries`);
      }
      return seen.join(" / ");
    },
  },
  {
    id: "R25",
    does: "read timeout .2, then GET",
    preset: "requests",
    original: "ReadTimeout; Starting (2)",
    expected: "read_timeout, 200; Starting (2) 1",
    run: async (bench) => {
      const a = await bench.server();
      const session = bench.session();
      const first = await outcome(session, a.url("/never"), { timeout: { readMs: 200 } });
      const second = await outcome(session, a.url());
      return `${first}, ${second}; Starting (2) ${bench.count("Starting new HTTP connection (2)")}`;
    },
  },
];
