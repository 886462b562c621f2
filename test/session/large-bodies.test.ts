import assert from "node:assert/strict";
import { test } from "node:test";
import { Session } from "../../src/session/index.ts";
import { startSite } from "../helpers/site-server.ts";

const SIZE = 3_000_000;

test("Large bodies that wait for each other all come whole, and small ones pass them", async (t) => {
  const large = Buffer.alloc(SIZE, "large ");
  const site = await startSite({ "/large": { body: large }, "/small": "small" });
  t.after(() => site.close());
  await using session = new Session({ maxCollectedBytes: 1, timeout: { totalMs: 20_000 } });
  const urls = ["/large", "/large", "/large", "/large", "/small"].map((path) => site.origin + path);
  const responses = await Promise.all(urls.map((url) => session.get(url)));
  const lengths = await Promise.all(responses.map(async (each) => (await each.bytes()).length));
  assert.deepEqual(lengths, [SIZE, SIZE, SIZE, SIZE, 5]);
});

test("A large body that stands still ends by its timeout and makes room for those that wait", async (t) => {
  const large = Buffer.alloc(SIZE, "large ");
  const site = await startSite({
    "/stuck": (_req, res) => {
      res.writeHead(200, { "content-length": SIZE + 1 });
      res.write(large);
    },
    "/large": { body: large, delayMs: 100 },
  });
  t.after(() => site.close());
  await using session = new Session({ maxCollectedBytes: 1, timeout: { readMs: 400 } });
  const [stuck, whole] = await Promise.allSettled([
    session.get(`${site.origin}/stuck`),
    session.get(`${site.origin}/large`),
  ]);
  assert.equal(
    stuck.status === "rejected" && (stuck.reason as { code: string }).code,
    "read_timeout",
  );
  assert.equal(whole.status === "fulfilled" && (await whole.value.bytes()).length, SIZE);
});

test("What a large body waits for another counts for none of its timeouts", async (t) => {
  const large = Buffer.alloc(SIZE, "large ");
  const site = await startSite({
    // Begun first, it goes on for as long as its read timeout lets it.
    "/slow": (_req, res) => {
      res.writeHead(200, { "content-length": SIZE + 1 });
      res.write(large);
    },
    "/large": { body: large, delayMs: 100 },
  });
  t.after(() => site.close());
  await using session = new Session({ maxCollectedBytes: 1 });
  const [slow, whole] = await Promise.allSettled([
    session.get(`${site.origin}/slow`, { timeout: { readMs: 1_500 } }),
    session.get(`${site.origin}/large`, { timeout: { totalMs: 1_000, readMs: 1_000 } }),
  ]);
  assert.equal(
    slow.status === "rejected" && (slow.reason as { code: string }).code,
    "read_timeout",
  );
  assert.equal(whole.status === "fulfilled" && (await whole.value.bytes()).length, SIZE);
});

test("However many servers drip, a large body waits for them no longer than a few of its own timeouts", async (t) => {
  const large = Buffer.alloc(SIZE, "large ");
  const site = await startSite({
    // Begun first, it drips for longer than anybody waits.
    "/drips": (_req, res) => {
      res.writeHead(200, { "content-length": 2 * SIZE });
      res.write(large);
      const timer = setInterval(() => res.write("."), 50);
      res.once("close", () => clearInterval(timer));
    },
    "/large": { body: large, delayMs: 100 },
  });
  t.after(() => site.close());
  await using session = new Session({ maxCollectedBytes: 1 });
  const drips = session.get(`${site.origin}/drips`, { timeout: { totalMs: 60_000 } });
  const dripping = drips.then(
    () => "whole",
    () => "ended",
  );
  await assert.rejects(session.get(`${site.origin}/large`, { timeout: { totalMs: 500 } }), {
    code: "total_timeout",
    message: /behind other large bodies/,
  });
  await session.close();
  assert.equal(await dripping, "ended");
});
