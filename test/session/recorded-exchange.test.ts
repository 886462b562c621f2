/** `record`: each exchange of a request as it went over the wire. */
import assert from "node:assert/strict";
import { channel } from "node:diagnostics_channel";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { HTTPAdapter, Retry, Session, type RecordedExchange } from "../../src/session/index.ts";
import { startSite, type Route } from "../helpers/site-server.ts";

const BODY = "some text ".repeat(100);
const LARGE = Buffer.from("0123456789abcdef".repeat(200_000));

async function refuse(): Promise<void> {
  throw new RangeError("no room");
}

async function recorded(
  routes: Record<string, Route>,
  path: string,
  options: { readonly maxBodyBytes?: number } = {},
): Promise<{ all: RecordedExchange[]; body: Buffer | null }> {
  const retry = new Retry({ total: 1, statusForcelist: [503], backoffFactor: 0 });
  const session = new Session();
  session.mount("http://", new HTTPAdapter({ maxRetries: retry }));
  const site = await startSite(routes);
  const all: RecordedExchange[] = [];
  const record = async (exchange: RecordedExchange): Promise<void> => {
    await new Promise((resolve) => setImmediate(resolve));
    all.push(exchange);
  };
  try {
    const response = await session
      .get(`${site.origin}${path}`, { record, ...options })
      .catch(() => null);
    return { all, body: (await response?.bytes()) ?? null };
  } finally {
    await session.close();
    await site.close();
  }
}

test("nobody listens to what undici writes before the first request is recorded", async () => {
  const site = await startSite({ "/": "one" });
  await using session = new Session();
  await session.get(site.origin);
  await site.close();
  assert.equal(channel("undici:client:sendHeaders").hasSubscribers, false);
});

test("the request's head is what was sent, and the body is what came, coded as it was", async () => {
  const raw = gzipSync(BODY);
  const heads: string[] = [];
  const { all, body } = await recorded(
    {
      "/": (req, res) => {
        const lines = req.rawHeaders.flatMap((value, at) =>
          at % 2 === 0 ? [`${value}: ${req.rawHeaders[at + 1]}`] : [],
        );
        heads.push([`GET / HTTP/${req.httpVersion}`, ...lines, "", ""].join("\r\n"));
        res.writeHead(200, "Fine", ["Content-Encoding", "gzip", "X-A", "1", "x-a", "2"]).end(raw);
      },
    },
    "/",
  );
  assert.equal(body?.toString(), BODY);
  assert.equal(all.length, 1);
  const [{ requestHead, response }] = all as [RecordedExchange];
  assert.equal(requestHead, heads[0]);
  assert.deepEqual(response?.body, raw);
  assert.deepEqual([response.status, response.statusText, response.cut], [200, "Fine", null]);
  assert.deepEqual(response.headers.slice(0, 3), [
    ["Content-Encoding", "gzip"],
    ["X-A", "1"],
    ["x-a", "2"],
  ]);
});

test("a large body, and one that is cut off, are recorded as far as they were read", async () => {
  const whole = await recorded({ "/": { body: LARGE } }, "/");
  assert.ok(whole.all[0]?.response?.body.equals(LARGE));
  assert.ok(whole.body?.equals(LARGE));
  const cut = await recorded({ "/": { body: LARGE } }, "/", { maxBodyBytes: 1_500_000 });
  assert.equal(cut.all[0]?.response?.cut, "length");
  assert.ok(cut.all[0].response.body.equals(LARGE.subarray(0, 1_500_000)));
});

test("redirects, retries and failures are exchanges of their own", async () => {
  let tries = 0;
  const { all } = await recorded(
    {
      "/": { status: 302, headers: { location: "/busy" } },
      "/busy": (_req, res) => {
        tries += 1;
        if (tries === 1) res.writeHead(503).end("wait");
        else {
          res.writeHead(200, { "content-length": 100 });
          res.write("half", () => res.destroy());
        }
      },
    },
    "/",
  );
  assert.deepEqual(
    all.map(({ exchange, response }) => [
      new URL(exchange.url).pathname,
      response?.status,
      response?.body.toString(),
      response?.cut,
    ]),
    [
      ["/", 302, "", null],
      ["/busy", 503, "wait", null],
      ["/busy", 200, "half", "connection_closed"],
    ],
  );
  assert.match(all[1]?.requestHead ?? "", /^GET \/busy HTTP\/1\.1\r\n/);
});

test("what the record fails with, the request fails with; a stream is not recorded", async () => {
  const site = await startSite({ "/": "one" });
  await using session = new Session();
  await assert.rejects(session.get(site.origin, { record: refuse }), new RangeError("no room"));
  await assert.rejects(
    session.get(site.origin, { record: refuse, stream: true }),
    /exclude each other/,
  );
  await site.close();
});
