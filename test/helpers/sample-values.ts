/** A database with one row for each kind of value that an export can get wrong. */
import Database from "better-sqlite3";

export interface SampleRow {
  readonly id: bigint;
  readonly i: bigint | null;
  readonly r: number | null;
  readonly t: string | null;
  readonly b: Uint8Array | null;
  readonly seen_at: bigint | null;
}

const NOTHING = { i: null, r: null, t: null, b: null, seen_at: null };

const INTEGERS = [
  0n,
  -1n,
  2n ** 53n - 1n,
  2n ** 53n + 1n,
  -(2n ** 53n) - 1n,
  2n ** 63n - 1n,
  -(2n ** 63n),
];
const REALS = [0, -0.5, 1, 0.1, 1e300, 5e-324, -1.7976931348623157e308, Infinity, -Infinity];
const TEXTS = [
  "",
  " ",
  "plain",
  "007",
  "NULL",
  "\\N",
  "true",
  'say "hi", then\tgo; on',
  "one\r\ntwo\nthree\rfour",
  "Ünïcödé 漢字 🕸️ \u202eright\u2028line",
  "a \ufeffmark",
  "=1+1",
  "'quoted'",
  "a,b",
  "x".repeat(100_000),
];
const BLOBS = [Buffer.alloc(0), Buffer.from([0, 255, 10, 13, 34]), Buffer.from("text")];
const TIMES = [0n, 1_700_000_000_123n, -1n];

/** All but the text with a NUL in it, which tools written in C take for its beginning. */
export const SAMPLE_ROWS: readonly SampleRow[] = [
  NOTHING,
  ...INTEGERS.map((i) => ({ ...NOTHING, i })),
  ...REALS.map((r) => ({ ...NOTHING, r })),
  ...TEXTS.map((t) => ({ ...NOTHING, t })),
  ...BLOBS.map((b) => ({ ...NOTHING, b })),
  ...TIMES.map((seen_at) => ({ ...NOTHING, seen_at })),
].map((row, at) => ({ id: BigInt(at + 1), ...row }));

/** The id of the row with a NUL in its text, behind the others. */
export const NUL_ROW_ID = BigInt(SAMPLE_ROWS.length + 1);
export const NUL_TEXT = "before\0after";

/** Adds the STRICT table `sample`, the same as `loose` without types, and `empty`. */
export function plantSamples(dbPath: string): void {
  const db = new Database(dbPath);
  try {
    const columns = "id INTEGER PRIMARY KEY, i INTEGER, r REAL, t TEXT, b BLOB, seen_at INTEGER";
    db.exec(`CREATE TABLE sample (${columns}) STRICT;
      CREATE TABLE empty (${columns}) STRICT;
      CREATE TABLE loose (id, v)`);
    const put = db.prepare("INSERT INTO sample VALUES (:id, :i, :r, :t, :b, :seen_at)");
    for (const row of SAMPLE_ROWS) put.run(row);
    put.run({ ...NOTHING, id: NUL_ROW_ID, t: NUL_TEXT });
    db.exec(`INSERT INTO loose SELECT id, coalesce(i, r, t) FROM sample WHERE b IS NULL`);
  } finally {
    db.close();
  }
}
