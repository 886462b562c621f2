/** What is exported is read back by tools that are not ours, value by value. */
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { gunzipSync, zstdDecompressSync } from "node:zlib";
import { runCaptured } from "../helpers/captured-terminal.ts";
import { newCrawl, questions } from "../helpers/crawl-run.ts";
import { duckRows, duckTypes } from "../helpers/duckdb.ts";
import { NUL_ROW_ID, NUL_TEXT, plantSamples, SAMPLE_ROWS } from "../helpers/sample-values.ts";
import { startSite } from "../helpers/site-server.ts";

const folder = mkdtempSync(join(tmpdir(), "webspool-export-"));
const dbPath = join(folder, "crawl.db");
const noSqlite3 =
  spawnSync("sqlite3", ["-version"]).status === 0 ? false : "sqlite3 is not installed";
const COLUMNS = ["id", "i", "r", "t", "b", "seen_at"] as const;

before(async () => {
  const site = await startSite({
    "/": "<title>one</title><a href=/a>a</a>",
    "/a": "<title>ä</title>",
  });
  try {
    await newCrawl(dbPath, { seeds: [`${site.origin}/`], sitemaps: false, threads: 1 }).run();
  } finally {
    await site.close();
  }
  plantSamples(dbPath);
});
after(() => rmSync(folder, { recursive: true, force: true }));

/** Exports into a file of its own and returns its path. */
async function exported(name: string, ...args: string[]): Promise<string> {
  const path = join(folder, name);
  const { code, stderr } = await runCaptured(["export", "--db", dbPath, ...args, "--to", path]);
  assert.equal(code, 0, stderr);
  return path;
}

/** Runs SQL in the sqlite3 shell, the crawl attached as `crawl`. */
function sqlite3(...commands: string[]): string {
  const attach = `ATTACH '${dbPath}' AS crawl`;
  return execFileSync("sqlite3", ["-batch", "-bail", ":memory:", attach, ...commands], {
    encoding: "utf8",
  });
}

/** As JSON has it: exact as a number, else as text. */
function integer(value: bigint | null): number | string | null {
  if (value === null) return null;
  return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
}

const AS_SAMPLE =
  "CREATE TABLE t (id INTEGER PRIMARY KEY, i INTEGER, r REAL, t TEXT, b BLOB, seen_at INTEGER)";
const DIFFERENCE = `SELECT count(*) FROM (
  SELECT * FROM (SELECT * FROM t EXCEPT SELECT * FROM crawl.sample)
  UNION ALL SELECT * FROM (SELECT * FROM crawl.sample EXCEPT SELECT * FROM t))`;

test("Parquet is read equal by DuckDB, all types and values, times as timestamps", async () => {
  const path = await exported("sample.parquet", "sample");
  assert.deepEqual(await duckTypes(path), {
    id: "BIGINT",
    i: "BIGINT",
    r: "DOUBLE",
    t: "VARCHAR",
    b: "BLOB",
    seen_at: "TIMESTAMP WITH TIME ZONE",
  });
  const rows = await duckRows(`SELECT id, i, r, t, b, seen_at FROM '${path}' ORDER BY id`);
  const expected = [
    ...SAMPLE_ROWS,
    { id: NUL_ROW_ID, i: null, r: null, t: NUL_TEXT, b: null, seen_at: null },
  ];
  assert.equal(rows.length, expected.length);
  for (const [at, row] of expected.entries()) {
    const values = COLUMNS.map((name) => row[name]);
    const read = rows[at]!.map((value) =>
      value instanceof Date
        ? BigInt(value.getTime())
        : value instanceof Uint8Array
          ? Buffer.from(value)
          : value,
    );
    assert.deepEqual(read, values, `row ${row.id}`);
  }
});

test("Parquet of a query has one type for each column, found in all of its rows", async () => {
  const typeOf = async (name: string, sql: string): Promise<Record<string, string>> =>
    await duckTypes(await exported(`${name}.parquet`, sql));
  assert.deepEqual(
    await typeOf(
      "kinds",
      "SELECT i, coalesce(r, id) AS r, avg(id) OVER () AS mean, NULL AS n, 1 AS done_at FROM sample WHERE id < 20",
    ),
    {
      i: "BIGINT",
      r: "DOUBLE",
      mean: "DOUBLE",
      n: "VARCHAR",
      done_at: "TIMESTAMP WITH TIME ZONE",
    },
  );
  // A name alone makes no time of what no timestamp can hold.
  assert.deepEqual(
    await typeOf(
      "times",
      "SELECT 9223372036854775807 AS far_at, 1e999 AS never_at, 1.5 AS seen_at",
    ),
    { far_at: "BIGINT", never_at: "DOUBLE", seen_at: "TIMESTAMP WITH TIME ZONE" },
  );
  // Numbers and texts in one column: as SQLite prints them.
  const loose = await exported(
    "loose.parquet",
    "SELECT id, v FROM loose WHERE typeof(v) <> 'real'",
  );
  assert.deepEqual(await duckTypes(loose), { id: "BIGINT", v: "VARCHAR" });
  const [row] = await duckRows(`SELECT v FROM '${loose}' WHERE v = '9223372036854775807'`);
  assert.deepEqual(row, ["9223372036854775807"]);
  const mixed = await exported("mixed.parquet", "SELECT coalesce(b, t, i) AS v FROM sample");
  assert.deepEqual(await duckTypes(mixed), { v: "BLOB" });
  const twice = await exported("twice.parquet", "SELECT 1 AS a, 2 AS A, 3 AS a_2");
  assert.deepEqual(await duckRows(`SELECT * FROM '${twice}'`), [[1n, 2n, 3n]]);
});

test("JSON Lines are read equal by JSON.parse and by sqlite3", { skip: noSqlite3 }, async () => {
  const path = await exported("sample.jsonl", "SELECT * FROM sample");
  const lines = readFileSync(path, "utf8").split("\n");
  assert.equal(lines.pop(), "");
  assert.equal(lines.length, SAMPLE_ROWS.length + 1);
  for (const [at, row] of SAMPLE_ROWS.entries()) {
    const read = JSON.parse(lines[at]!) as Record<string, unknown>;
    assert.deepEqual(Object.keys(read), COLUMNS);
    const expected = {
      ...row,
      id: integer(row.id),
      i: integer(row.i),
      seen_at: integer(row.seen_at),
      b: row.b === null ? null : Buffer.from(row.b).toString("base64"),
    };
    assert.deepEqual(read, expected);
  }
  assert.equal((JSON.parse(lines.at(-1)!) as { t: string }).t, NUL_TEXT);
  const [count] = sqlite3(
    AS_SAMPLE,
    `CREATE TABLE raw (line TEXT)`,
    `.mode ascii`,
    `.separator "\\001" "\\n"`,
    `.import '${path}' raw`,
    `INSERT INTO t SELECT line ->> 'id', line ->> 'i', line ->> 'r', line ->> 't',
       (SELECT b FROM crawl.sample WHERE id = line ->> 'id'), line ->> 'seen_at' FROM raw`,
    `.mode list`,
    DIFFERENCE,
  ).split("\n");
  // The blob, in base64, was compared above; the NUL ends a text of sqlite3's JSON.
  assert.ok(Number(count) <= 2, count);
});

test(
  "CSV is read equal by sqlite3's import but for NULL and NUL, and by DuckDB",
  { skip: noSqlite3 },
  async () => {
    const path = await exported("sample.csv", "SELECT * FROM sample", "--raw");
    const difference = sqlite3(
      AS_SAMPLE,
      `.import --csv --skip 1 '${path}' t`,
      // Its import knows no NULL, and blobs are in hex.
      `UPDATE t SET i = nullif(i, ''), r = iif(r IN ('Infinity', '-Infinity'), replace(r, 'Infinity', '9e999'), nullif(r, '')), seen_at = nullif(seen_at, '')`,
      `SELECT count(*) FROM t JOIN crawl.sample s USING (id)
      WHERE id < ${NUL_ROW_ID} AND t.i IS s.i AND t.r IS s.r AND t.seen_at IS s.seen_at
        AND t.t = coalesce(s.t, '') AND t.b = lower(hex(s.b))`,
    );
    assert.equal(difference.trim(), String(SAMPLE_ROWS.length));
    const rows = await duckRows(`
    SELECT * FROM read_csv('${path}', header = true, allow_quoted_nulls = false, max_line_size = 1000000,
      quote = '"', escape = '"', delim = ',', columns = {
        id: 'BIGINT', i: 'BIGINT', r: 'DOUBLE', t: 'VARCHAR', b: 'VARCHAR', seen_at: 'BIGINT'})
    ORDER BY id`);
    assert.equal(rows.length, SAMPLE_ROWS.length + 1);
    for (const [at, row] of SAMPLE_ROWS.entries()) {
      const b = row.b === null || row.b.length === 0 ? null : Buffer.from(row.b).toString("hex");
      assert.deepEqual(rows[at], [row.id, row.i, row.r, row.t, b, row.seen_at], `row ${row.id}`);
    }
  },
);

test("no rows are a file without rows, with the columns' names and types", async () => {
  const parquet = await exported("nothing.parquet", "empty");
  assert.deepEqual(Object.values(await duckTypes(parquet)).slice(0, 3), [
    "BIGINT",
    "BIGINT",
    "DOUBLE",
  ]);
  assert.deepEqual(await duckRows(`SELECT * FROM '${parquet}'`), []);
  const csv = await exported("nothing.csv", "empty");
  assert.equal(readFileSync(csv, "utf8"), "id,i,r,t,b,seen_at\r\n");
  const jsonl = await exported("nothing.jsonl", "empty");
  assert.equal(readFileSync(jsonl, "utf8"), "");
});

test("a file's ending compresses it", async () => {
  const plain = readFileSync(await exported("plain.csv", "v_page"));
  const gzip = readFileSync(await exported("packed.csv.gz", "v_page"));
  const zstd = readFileSync(await exported("packed.csv.zst", "v_page"));
  assert.deepEqual(gunzipSync(gzip), plain);
  assert.deepEqual(zstdDecompressSync(zstd), plain);
});

test("every table and view is exported and read back with the rows it has", async () => {
  const target = join(folder, "all");
  const { code, stderr } = await runCaptured(["export", "--all", target, "--db", dbPath]);
  assert.equal(code, 0, stderr);
  const { column } = questions(dbPath);
  const names = column(
    "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type IN ('table', 'view') AND name NOT LIKE 'sqlite%' ORDER BY name",
  ).map(String);
  assert.ok(names.length > 50);
  assert.deepEqual(
    readdirSync(target).toSorted(),
    names.map((name) => `${name}.parquet`).toSorted(),
  );
  const expected = names.map((name) => [name, ...column(`SELECT count(*) FROM "${name}"`)]);
  const read = names.map(
    (name) => `SELECT '${name}', count(*) FROM '${join(target, name)}.parquet'`,
  );
  assert.deepEqual(
    await duckRows(`${read.join(" UNION ALL ")} ORDER BY 1`),
    expected.map(([name, count]) => [name, BigInt(Number(count))]),
  );
});

test("many rows make several row groups, which are read as one table", async () => {
  const numbers =
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 120000) SELECT i, 'text ' || (i % 1000) AS t FROM n";
  const path = await exported("many.parquet", numbers);
  const [row] = await duckRows(
    `SELECT count(*), sum(i), count(DISTINCT t), (SELECT count(DISTINCT row_group_id) FROM parquet_metadata('${path}')) FROM '${path}'`,
  );
  assert.deepEqual(row, [120_000n, 7_200_060_000n, 1_000n, 3n]);
});
