/** Rows on redirects, headers and cookies. */
import { HTTPAdapter } from "../../../src/session/index.ts";
import { stripsAuthorization } from "../../../src/session/redirect.ts";
import { standardRoute, type SessionServer } from "../../helpers/session-server.ts";
import { outcome, type Bench, type Case, type Preset } from "./case.ts";

const METHOD_STATUSES = [301, 302, 303, 307, 308];

/** The methods that reach the target after POST and PUT, `POST,PUT` for each status. */
async function methods(bench: Bench): Promise<string> {
  const a = await bench.server();
  const session = bench.session();
  const seen: string[] = [];
  for (const status of METHOD_STATUSES) {
    const reached: string[] = [];
    for (const method of ["POST", "PUT"]) {
      await session.request(method, a.url(`/to/${status}`), { body: "payload" });
      const hit = a.hits.at(-1);
      const length = hit?.headers["content-length"] === "7" ? "+body" : "";
      reached.push(`${hit?.method}${length}`);
    }
    seen.push(`${status} ${reached.join(",")}`);
  }
  return seen.join(" / ");
}

async function redirectLimit(bench: Bench, counts: readonly number[]): Promise<string> {
  const a = await bench.server();
  const session = bench.session();
  const seen: string[] = [];
  for (const n of counts) seen.push(`${n} ${await outcome(session, a.url(`/to/302?n=${n}`))}`);
  return seen.join(", ");
}

function cookieSeen(server: SessionServer): string {
  return server.hits.at(-1)?.headers.cookie ?? "none";
}

function row(
  id: string,
  preset: Preset,
  does: string,
  original: string,
  expected: string,
  run: Case["run"],
): Case {
  return { id, preset, does, original, expected, run };
}

export const redirectCases: readonly Case[] = [
  row("R13", "requests", "302 three times, same origin", "A:4", "A:4o", async (bench) => {
    const a = await bench.server();
    await bench.session().get(a.url("/to/302?n=3"));
    return `A:${a.sockets()}`;
  }),
  row(
    "R13b",
    "ours",
    "A to B (other port) with Authorization, Cookie, Proxy-Authorization, X-K",
    "Authorization, Cookie, Proxy-Authorization gone; X-K kept",
    "undefined undefined undefined kept",
    async (bench) => {
      const [a, b] = [await bench.server(), await bench.server()];
      await bench.session().get(a.url(`/to/302?url=${encodeURIComponent(b.url())}`), {
        headers: {
          authorization: "Basic x",
          cookie: "a=1",
          "proxy-authorization": "Basic y",
          "x-k": "kept",
        },
      });
      const headers = b.hits[0]?.headers;
      const names = ["authorization", "cookie", "proxy-authorization", "x-k"];
      return names.map((name) => String(headers?.[name])).join(" ");
    },
  ),
  row(
    "R13c requests",
    "requests",
    "POST, PUT on 301 / 302 / 303 / 307 / 308",
    "GET,PUT / GET,GET / GET,GET / keep / keep",
    "301 GET,PUT+body / 302 GET,GET / 303 GET,GET / 307 POST+body,PUT+body / 308 POST+body,PUT+body",
    methods,
  ),
  row(
    "R13c aiohttp",
    "aiohttp",
    "POST, PUT on 301 / 302 / 303 / 307 / 308",
    "302 PUT stays PUT",
    "301 GET,PUT+body / 302 GET,PUT+body / 303 GET,GET / 307 POST+body,PUT+body / 308 POST+body,PUT+body",
    methods,
  ),
  row(
    "R14",
    "ours",
    "should_strip_auth",
    "http to https on default ports: keep; https to http, :8080, www.: strip",
    "keep strip strip strip",
    () => {
      const pairs = [
        ["http://example.com/", "https://example.com/"],
        ["https://example.com/", "http://example.com/"],
        ["http://example.com/", "http://example.com:8080/"],
        ["http://example.com/", "http://www.example.com/"],
      ] as const;
      const seen = pairs.map(([from, to]) =>
        stripsAuthorization(new URL(from), new URL(to)) ? "strip" : "keep",
      );
      return Promise.resolve(seen.join(" "));
    },
  ),
  row(
    "R16 requests",
    "requests",
    "n redirects",
    "30 ok, 31 raises",
    "30 200, 31 too_many_redirects",
    (bench) => redirectLimit(bench, [30, 31]),
  ),
  row(
    "R16 aiohttp",
    "aiohttp",
    "n redirects",
    "9 ok, 10 raises",
    "9 200, 10 too_many_redirects",
    (bench) => redirectLimit(bench, [9, 10]),
  ),
  row(
    "X9",
    "ours",
    "a redirect to itself that sets a cookie",
    "200, A:2 (undici's interceptor throws)",
    "200, A:2o",
    async (bench) => {
      const a = await bench.server((request, response, seq) => {
        if (request.headers.cookie === "seen=1") return standardRoute(request, response, seq);
        response.writeHead(302, { location: "/", "set-cookie": "seen=1" });
        response.end();
      });
      return `${await outcome(bench.session(), a.url())}, A:${a.sockets()}`;
    },
  ),
  row(
    "R15",
    "requests",
    "Set-Cookie sid on A; then A, B on another port; foreign Domain; Max-Age=0; Path=/x",
    "sent to A and to the other port; foreign Domain and Max-Age=0 dropped; Path=/x stored",
    "A sid=1, B sid=1, foreign sid=1, /x sid=1; path=1 or path=1; sid=1: true, deleted none",
    async (bench) => {
      const [a, b] = [await bench.server(), await bench.server()];
      const session = bench.session();
      const set = (cookie: string): string => a.url(`/cookie?set=${encodeURIComponent(cookie)}`);
      await session.get(set("sid=1; Path=/"));
      await session.get(a.url());
      const onA = cookieSeen(a);
      await session.get(b.url());
      const onB = cookieSeen(b);
      await session.get(set("evil=1; Domain=example.org"));
      await session.get(a.url());
      const foreign = cookieSeen(a);
      await session.get(set("path=1; Path=/x"));
      await session.get(a.url("/x"));
      const both = cookieSeen(a).split("; ").sort().join("; ") === "path=1; sid=1";
      await session.get(set("sid=; Max-Age=0; Path=/"));
      await session.get(a.url());
      const deleted = cookieSeen(a);
      return `A ${onA}, B ${onB}, foreign ${foreign}, /x sid=1; path=1 or path=1; sid=1: ${both}, deleted ${deleted}`;
    },
  ),
  row(
    "A19",
    "aiohttp",
    "a cookie from an IP / localhost / unsafe jar",
    "ignored / kept (other port too) / kept",
    "none / a=1 a=1 / a=1",
    async (bench) => {
      const [a, b] = [await bench.server(), await bench.server()];
      const seen: string[] = [];
      const safe = bench.session();
      await safe.get(a.url("/cookie?set=a%3D1"));
      await safe.get(a.url());
      seen.push(cookieSeen(a));
      await safe.get(a.url("/cookie?set=a%3D1", "localhost"));
      await safe.get(a.url("/", "localhost"));
      await safe.get(b.url("/", "localhost"));
      seen.push(`${cookieSeen(a)} ${cookieSeen(b)}`);
      const unsafe = bench.session({}, { ipCookies: true });
      await unsafe.get(a.url("/cookie?set=a%3D1"));
      await unsafe.get(a.url());
      seen.push(cookieSeen(a));
      return seen.join(" / ");
    },
  ),
  row(
    "tutorial",
    "requests",
    "get_adapter: a prefix is a string",
    "https://baidu.com does not match www., but matches https://baidu.com.evil.org",
    "www false, evil true, case true",
    (bench) => {
      const session = bench.session();
      const own = new HTTPAdapter();
      session.mount("https://baidu.com", own);
      const served = (url: string): boolean => session.getAdapter(url) === own;
      return Promise.resolve(
        `www ${served("https://www.baidu.com/")}, evil ${served("https://baidu.com.evil.org/")}, ` +
          `case ${served("HTTPS://BAIDU.com/x")}`,
      );
    },
  ),
];
