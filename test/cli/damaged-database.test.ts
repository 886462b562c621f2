/** Commands that only read a damaged database: one sentence, exit code 5, no stack trace. */
import assert from "node:assert/strict";
import { closeSync, mkdtempSync, openSync, readdirSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { runCaptured } from "../helpers/captured-terminal.ts";
import { crawlSite, questions } from "../helpers/crawl-run.ts";
import { startSite } from "../helpers/site-server.ts";

const folder = mkdtempSync(join(tmpdir(), "webspool-damaged-"));
after(() => rmSync(folder, { recursive: true }));

/** Writes over the first page of every table and index but those by which a database is known. */
function damage(dbPath: string): void {
  const db = questions(dbPath);
  const [{ page_size: size }] = db.rows("PRAGMA page_size") as [{ page_size: number }];
  const roots = db.rows(
    "SELECT rootpage AS page FROM sqlite_schema WHERE rootpage > 1 AND tbl_name NOT IN ('meta', 'run')",
  ) as { page: number }[];
  const file = openSync(dbPath, "r+");
  for (const { page } of roots)
    writeSync(file, Buffer.alloc(size, 0xff), 0, size, (page - 1) * size);
  closeSync(file);
}

test("what reads a damaged database says so, ends with 5 and leaves nothing behind", async (t) => {
  const site = await startSite({ "/": "<title>Home</title>" });
  t.after(() => site.close());
  const dbPath = join(folder, "crawl.db");
  for (let run = 0; run < 2; run += 1) await crawlSite(t, { seeds: [`${site.origin}/`], dbPath });
  damage(dbPath);
  for (const args of [
    ["status"],
    ["report"],
    ["diff"],
    ["explain", `${site.origin}/`],
    ["sql", "SELECT * FROM fetch"],
    ["snapshot", join(folder, "copy.db")],
  ]) {
    const { code, stderr } = await runCaptured([...args, "--db", dbPath]);
    assert.match(stderr, /^webspool: \S+crawl\.db is damaged [^\n]+\n$/, args[0]);
    assert.equal(code, 5, args[0]);
  }
  assert.deepEqual(
    readdirSync(folder).filter((name) => name.startsWith("copy")),
    [],
  );
});
