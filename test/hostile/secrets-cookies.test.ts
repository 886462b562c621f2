/** What cookies a session takes, from whom, and how many. Names are resolved to the test's own server. */
import assert from "node:assert/strict";
import { describe, test, type TestContext } from "node:test";
import { Session, SessionUsageError, type SessionOptions } from "../../src/session/index.ts";
import { startSite, type Site } from "../helpers/site-server.ts";

interface Visit {
  readonly session: Session;
  readonly site: Site;
  /** Asks a host, which answers with these cookies; resolves with the Cookie header that it was sent. */
  readonly ask: (host: string, ...setCookies: string[]) => Promise<string>;
}

async function visit(context: TestContext, options: SessionOptions = {}): Promise<Visit> {
  let answers: readonly string[] = [];
  const site = await startSite((_request, response) => {
    response.writeHead(200, { "set-cookie": [...answers] }).end();
  });
  const session = new Session({
    ...options,
    resolver: () => Promise.resolve([{ address: "127.0.0.1", family: 4 }]),
  });
  context.after(async () => {
    await session.close();
    await site.close();
  });
  const { port } = new URL(site.origin);
  return {
    session,
    site,
    async ask(host, ...setCookies) {
      answers = setCookies;
      await session.get(`http://${host}:${port}/`);
      return site.requests.at(-1)?.headers.cookie ?? "";
    },
  };
}

describe("a cookie is kept for whom it may be set, and sent to nobody else", () => {
  const cookie = "a=1";
  const rows: readonly (readonly [
    name: string,
    setBy: string,
    line: string,
    sent: Readonly<Record<string, string>>,
  ])[] = [
    ["its host's own", "a.test", cookie, { "a.test": cookie, "b.test": "", "x.a.test": "" }],
    [
      "for a domain of which the host is part",
      "x.example.com",
      "a=1; Domain=example.com",
      { "example.com": cookie, "y.example.com": cookie, "example.org": "" },
    ],
    [
      "of a host of one label, which nothing stands above",
      "test",
      cookie,
      { test: cookie, local: "" },
    ],
    ["for a foreign domain", "a.test", "a=1; Domain=b.test", { "a.test": "", "b.test": "" }],
    [
      "for a neighbour",
      "x.example.com",
      "a=1; Domain=y.example.com",
      { "x.example.com": "", "y.example.com": "" },
    ],
    [
      "for a host whose name only ends so",
      "evilexample.com",
      "a=1; Domain=example.com",
      { "evilexample.com": "", "example.com": "" },
    ],
    ["for a top-level domain", "a.com", "a=1; Domain=com", { "a.com": "", "b.com": "" }],
    [
      "for a public suffix of two parts",
      "a.co.uk",
      "a=1; Domain=.co.uk",
      { "a.co.uk": "", "b.co.uk": "" },
    ],
    [
      "for a public suffix of a company",
      "a.github.io",
      "a=1; Domain=github.io",
      { "a.github.io": "", "b.github.io": "" },
    ],
    ["for part of an address", "127.0.0.1", "a=1; Domain=0.0.1", { "127.0.0.1": "" }],
    ["that wants to be secure, by its prefix", "a.test", "__Secure-a=1", { "a.test": "" }],
    ["that wants one host, by its prefix", "a.test", "__Host-a=1; Path=/", { "a.test": "" }],
    ["for secure connections only", "a.test", "a=1; Secure", { "a.test": "" }],
    ["longer than 4096 characters", "a.test", `a=${"x".repeat(4_095)}`, { "a.test": "" }],
  ];
  for (const [name, setBy, line, sent] of rows) {
    test(`one ${name}`, async (context) => {
      const { ask } = await visit(context);
      await ask(setBy, line);
      for (const [host, expected] of Object.entries(sent)) {
        assert.equal(await ask(host), expected, `to ${host}`);
      }
    });
  }
});

test("10,000 cookies of one host leave its last 180, whatever their paths and names below it", async (context) => {
  const { ask, session, site } = await visit(context);
  for (let at = 0; at < 10_000; at += 500) {
    const lines = Array.from({ length: 500 }, (_, n) => `c${at + n}=1; Path=/p${(at + n) % 7}`);
    await ask(
      `h${(at / 500) % 3}.example.com`,
      ...lines.map((line) => `${line}; Domain=example.com`),
    );
  }
  const kept = (await session.cookieJar?.serialize())?.cookies ?? [];
  assert.equal(kept.length, 180);
  assert.deepEqual(
    kept.map(({ key }) => key),
    Array.from({ length: 180 }, (_, n) => `c${9_820 + n}`),
  );
  assert.equal(site.requests.length, 20);
});

test("10,000 hosts with a cookie each leave the last 3000, and one set again counts as new", async (context) => {
  const { ask, session } = await visit(context);
  const { cookieJar } = session;
  for (let at = 0; at < 10_000; at += 1) {
    await cookieJar?.setCookie("a=1", `http://h${at}.example${at}.com/`);
    if (at % 2_000 === 0) await cookieJar?.setCookie("first=1", "http://first.test/");
  }
  const kept = (await cookieJar?.serialize())?.cookies ?? [];
  assert.equal(kept.length, 3_000);
  assert.equal(await ask("first.test"), "first=1");
  assert.equal(await ask("h6999.example6999.com"), "");
  assert.equal(await ask("h9999.example9999.com"), "a=1");
});

test("a cookie that is removed or has expired makes room", async (context) => {
  const { ask } = await visit(context, { maxCookiesPerHost: 2 });
  await ask("a.test", "one=1", "two=2");
  await ask("a.test", "one=; Max-Age=0");
  assert.equal(await ask("a.test", "three=3"), "two=2");
  assert.equal(await ask("a.test"), "two=2; three=3");
});

test("a redirect takes neither Authorization nor cookies of the caller's to another origin", async (context) => {
  const other = await startSite({ "/": "there" });
  const site = await startSite({ "/": { status: 302, headers: { location: `${other.origin}/` } } });
  const session = new Session();
  context.after(() => Promise.all([session.close(), site.close(), other.close()]));
  const { host } = new URL(site.origin);
  await session.get(`http://name:secret@${host}/`, { cookies: { token: "secret" } });
  const { authorization, cookie } = site.requests[0]?.headers ?? {};
  assert.deepEqual([authorization, cookie], ["Basic bmFtZTpzZWNyZXQ=", "token=secret"]);
  assert.equal(other.requests[0]?.headers.authorization, undefined);
  assert.equal(other.requests[0]?.headers.cookie, undefined);
});

for (const name of ["maxCookies", "maxCookiesPerHost", "maxCookieLength"] as const) {
  test(`${name} takes a whole number of 1 or more`, () => {
    for (const value of [0, -1, 1.5]) {
      assert.throws(() => new Session({ [name]: value }), SessionUsageError);
    }
  });
}
