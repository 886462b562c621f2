/** The files of an archive: when a new one is begun, and what becomes of one that was left. */
import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { StorageError } from "../../src/errors.ts";
import { Session } from "../../src/session/index.ts";
import { finishFiles, warcSettings } from "../../src/warc/index.ts";
import { WarcWriter } from "../../src/warc/warc-writer.ts";
import { startSite } from "../helpers/site-server.ts";
import { readArchive } from "../helpers/warc-archive.ts";

const ABOUT = { secretNames: new Set<string>(), heldAt: null };
const DAY_MS = 24 * 3_600_000;

function folderOf(context: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "webspool-warc-files-"));
  context.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

function writerTo(folder: string, maxFileBytes: number): WarcWriter {
  return new WarcWriter({ folder, prefix: "test", maxFileBytes, info: { software: "test" } }, 7);
}

/** Asks a site for numbered pages and archives each exchange. */
async function archivePages(
  context: TestContext,
  writer: WarcWriter,
  pages: number,
): Promise<void> {
  const site = await startSite((req, res) => {
    res.end(`page ${req.url}`);
  });
  context.after(() => site.close());
  await using session = new Session();
  for (let page = 0; page < pages; page += 1) {
    await session.get(`${site.origin}/${page}`, {
      record: (recorded) => writer.write(recorded, ABOUT),
    });
  }
}

function isArchiveFailure(error: unknown): boolean {
  return (
    error instanceof StorageError && error.code === "warc_failed" && /ENOENT/.test(error.message)
  );
}

/** A file as a process leaves it that is killed. */
async function leftFile(context: TestContext, folder: string): Promise<string> {
  await archivePages(context, writerTo(folder, Infinity), 3);
  const [name] = readdirSync(folder);
  assert.ok(name !== undefined);
  return join(folder, name);
}

test("a file that is large enough is closed, and the next number begun", async (context) => {
  const folder = folderOf(context);
  writeFileSync(join(folder, "test-t7-00001.warc.gz"), "");
  const writer = writerTo(folder, 1_500);
  await archivePages(context, writer, 6);
  assert.equal(readdirSync(folder).filter((name) => name.includes(".open-")).length, 1);
  await writer.close();
  rmSync(join(folder, "test-t7-00001.warc.gz"));
  const files = readdirSync(folder).toSorted();
  assert.ok(files.length >= 3, files.join());
  assert.deepEqual(files.slice(0, 3), [
    "test-t7-00000.warc.gz",
    // The one between was there: it is somebody else's.
    "test-t7-00002.warc.gz",
    "test-t7-00003.warc.gz",
  ]);
  const responses = (await readArchive(folder)).filter(({ type }) => type === "response");
  assert.deepEqual(
    responses.map(({ body }) => body.toString()),
    Array.from({ length: 6 }, (_, page) => `page /${page}`),
  );
});

test("crawls that begin at the same moment with the same folder replace no file of each other", async (context) => {
  const folder = folderOf(context);
  const crawl = { runId: 1, version: "1", userAgent: "test", robots: true, now: Date.now() };
  const writers = [crawl, crawl].map((each) => new WarcWriter(warcSettings(folder, each), 1));
  for (const writer of writers) await archivePages(context, writer, 2);
  for (const writer of writers) await writer.close();
  assert.equal(readdirSync(folder).length, 2);
  const responses = (await readArchive(folder)).filter(({ type }) => type === "response");
  assert.equal(responses.length, 4);
});

test("of a file that was left, what is behind the last whole record is cut off", async (context) => {
  const folder = folderOf(context);
  const path = await leftFile(context, folder);
  const whole = readFileSync(path);
  const ends: [string, Buffer][] = [
    ["nothing", Buffer.alloc(0)],
    ["the beginning of a header", whole.subarray(0, 5)],
    ["the beginning of a record", whole.subarray(0, 200)],
    ["zeros, as after a loss of power", Buffer.alloc(4_096)],
    ["a header that ends in zeros", Buffer.concat([whole.subarray(0, 16), Buffer.alloc(4_096)])],
  ];
  for (const [what, end] of ends) {
    writeFileSync(path, Buffer.concat([whole, end]));
    finishFiles(folder, Date.now());
    const closed = join(folder, "test-t7-00000.warc.gz");
    assert.deepEqual(readFileSync(closed), whole, what);
    assert.equal((await readArchive(folder)).length, 7, what);
    rmSync(closed);
  }
  // The length is there, the content of the last record is not.
  const last = Buffer.from(whole);
  last.fill(0, whole.length - 50);
  writeFileSync(path, last);
  finishFiles(folder, Date.now());
  assert.equal((await readArchive(folder)).length, 6);
  // Nothing whole is no file.
  rmSync(join(folder, "test-t7-00000.warc.gz"));
  writeFileSync(path, whole.subarray(0, 30));
  finishFiles(folder, Date.now());
  assert.deepEqual(readdirSync(folder), []);
});

test("a file of a live process is left alone, and one of another machine for a day", async (context) => {
  const folder = folderOf(context);
  const path = await leftFile(context, folder);
  const content = readFileSync(path);
  rmSync(path);
  const own = hostname().replaceAll(/[^\w.-]/g, "_");
  const live = `live.warc.gz.open-${own}-${process.ppid}`;
  const foreign = "foreign.warc.gz.open-elsewhere-1";
  const others = ["notes.txt", "other.warc.gz"];
  for (const name of [live, foreign, ...others]) writeFileSync(join(folder, name), content);
  finishFiles(folder, Date.now());
  assert.deepEqual(readdirSync(folder).toSorted(), [live, foreign, ...others].toSorted());
  const old = (Date.now() - DAY_MS) / 1_000 - 1;
  utimesSync(join(folder, foreign), old, old);
  finishFiles(folder, Date.now());
  assert.deepEqual(readdirSync(folder).toSorted(), [live, "foreign.warc.gz", ...others].toSorted());
});

test("a writer that failed once fails from then on, as storage does", async (context) => {
  const folder = folderOf(context);
  const writer = writerTo(join(folder, "missing"), Infinity);
  await assert.rejects(archivePages(context, writer, 1), isArchiveFailure);
  await assert.rejects(archivePages(context, writer, 1), isArchiveFailure);
  await writer.close();
});
