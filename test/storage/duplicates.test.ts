/** Groups of pages that say the same, or nearly the same. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { attempt, facts, NOW, outcome, Planted, type PlantedPage, type Row } from "./planted.ts";

const A = "https://a.example";
const HASHES = ["a", "b", "c", "d"].map((digit) => digit.repeat(32));

/** A page whose fingerprint is `simhash`, with a text of its own unless told otherwise. */
function page(path: string, simhash: string | null, of: PlantedPage["facts"] = {}): PlantedPage {
  const textHash = Buffer.from(path).toString("hex").padStart(32, "0").slice(-32);
  return { url: `${A}/${path}`, facts: { textHash, simhash, ...of } };
}

const groups = (planted: Planted): Row[] =>
  planted.rows(
    "SELECT first_url, url, distance, pages FROM v_near_duplicate ORDER BY first_url, url",
  );

test("v_duplicate groups what says the same, and tells what rel=canonical says of it", (context) => {
  const planted = new Planted(context);
  const run = planted.begin(`${A}/`);
  const same = { textHash: HASHES[0]!, simhash: null };
  planted.page(run, { url: `${A}/one`, facts: { ...same, canonicalUrl: `${A}/one` } });
  planted.page(run, { url: `${A}/two`, facts: same });
  planted.page(run, { url: `${A}/copy`, facts: { ...same, canonicalUrl: `${A}/one` } });
  planted.page(run, { url: `${A}/other`, facts: { textHash: HASHES[1]!, simhash: null } });
  planted.page(run, { url: `${A}/moved`, status: 301, redirect: `${A}/one` });
  for (const path of ["empty", "empty-too"]) {
    const facts = { textHash: HASHES[2]!, simhash: null, words: 0 };
    planted.page(run, { url: `${A}/${path}`, facts });
  }
  const row = { text_hash: HASHES[0]!, first_url: `${A}/one`, pages: 3, undeclared: 2 };
  assert.deepEqual(
    planted.rows(`SELECT text_hash, first_url, url, pages, canonical_url, declared, undeclared
      FROM v_duplicate ORDER BY url`),
    [
      { ...row, url: `${A}/copy`, canonical_url: `${A}/one`, declared: 1 },
      { ...row, url: `${A}/one`, canonical_url: `${A}/one`, declared: 0 },
      { ...row, url: `${A}/two`, canonical_url: null, declared: 0 },
    ],
  );
});

test("what answers with an error, moves or changes is in no group any more, and can come back", (context) => {
  const planted = new Planted(context);
  const same = { textHash: HASHES[0]!, simhash: null };
  const urls = (): unknown[] => planted.column("SELECT url FROM v_duplicate ORDER BY url");
  const runOf = (...pages: PlantedPage[]): void => {
    const run = planted.begin(`${A}/`);
    for (const each of pages) planted.page(run, each);
    planted.finish(run);
  };
  const three = ["a", "b", "c"].map((path) => ({ url: `${A}/${path}`, facts: same }));
  runOf(...three);
  assert.deepEqual(urls(), [`${A}/a`, `${A}/b`, `${A}/c`]);
  runOf({ url: `${A}/a`, status: 404 });
  assert.deepEqual(urls(), [`${A}/b`, `${A}/c`]);
  runOf({ url: `${A}/b`, facts: { textHash: HASHES[1]!, simhash: null } });
  assert.deepEqual(urls(), [], "one page is no group");
  runOf({ url: `${A}/a`, facts: same });
  assert.deepEqual(urls(), [`${A}/a`, `${A}/c`]);
});

test("a 304 keeps a page in its group", (context) => {
  const planted = new Planted(context);
  const first = planted.begin(`${A}/`);
  const same = { textHash: HASHES[0]!, simhash: null };
  for (const path of ["a", "b"]) planted.page(first, { url: `${A}/${path}`, facts: same });
  planted.finish(first);
  const second = planted.begin(`${A}/`);
  planted.db.transaction(() => {
    const { urlId } = planted.db.frontier.intern(`${A}/a`, second, null);
    planted.db.recordAttempts({
      runId: second,
      sessionId: null,
      outcome: outcome(
        urlId,
        "page",
        attempt({ status: 304, notModified: true, startedAt: NOW + 1 }),
      ),
      settled: true,
      redirectUrlId: null,
    });
  });
  assert.deepEqual(planted.column("SELECT url FROM v_duplicate ORDER BY url"), [
    `${A}/a`,
    `${A}/b`,
  ]);
});

test("pages whose simhash differs in at most 3 bits are near, wherever the bits are", (context) => {
  const planted = new Planted(context);
  const run = planted.begin(`${A}/`);
  planted.page(run, page("first", "0123456789abcdef"));
  planted.page(run, page("three-parts", "0122456689abcdee"));
  planted.page(run, page("one-part", "0123456789abcde8"));
  planted.page(run, page("four-bits", "0122456688abcdee"));
  planted.page(run, page("same-bits", "0123456789abcdef"));
  planted.page(run, page("far", "fedcba9876543210"));
  planted.page(run, page("short", null));
  const row = { first_url: `${A}/first`, pages: 4 };
  assert.deepEqual(groups(planted), [
    { ...row, url: `${A}/first`, distance: 0 },
    { ...row, url: `${A}/one-part`, distance: 3 },
    { ...row, url: `${A}/same-bits`, distance: 0 },
    { ...row, url: `${A}/three-parts`, distance: 3 },
  ]);
});

test("of two groups that are near the nearer one is joined", (context) => {
  const planted = new Planted(context);
  const run = planted.begin(`${A}/`);
  planted.page(run, page("one", "0000000000000000"));
  planted.page(run, page("two", "0000000000000007".replace("7", "f")));
  planted.page(run, page("between", "0000000000000007"));
  assert.deepEqual(
    groups(planted).map(({ first_url, url, distance }) => [first_url, url, distance]),
    [
      [`${A}/two`, `${A}/between`, 1],
      [`${A}/two`, `${A}/two`, 0],
    ],
  );
});

test("exact duplicates stand as one among the near ones", (context) => {
  const planted = new Planted(context);
  const run = planted.begin(`${A}/`);
  const same = { textHash: HASHES[0]! };
  planted.page(run, page("copy-1", "00000000000000ff", same));
  planted.page(run, page("copy-2", "00000000000000ff", same));
  assert.deepEqual(groups(planted), [], "they are v_duplicate's");
  planted.page(run, page("near", "00000000000000fe"));
  assert.deepEqual(
    groups(planted).map(({ url, pages }) => [url, pages]),
    [
      [`${A}/copy-1`, 2],
      [`${A}/near`, 2],
    ],
  );
});

test("a page that changes leaves its group, its founder too, and the others stay", (context) => {
  const planted = new Planted(context);
  const first = planted.begin(`${A}/`);
  for (const [index, path] of ["founder", "b", "c"].entries()) {
    planted.page(first, page(path, `000000000000000${index}`));
  }
  planted.finish(first);
  const second = planted.begin(`${A}/`);
  planted.page(second, page("founder", "ffffffffffffffff", { textHash: HASHES[3]! }));
  assert.deepEqual(
    groups(planted).map(({ first_url, url, distance }) => [first_url, url, distance]),
    [
      [`${A}/b`, `${A}/b`, 1],
      [`${A}/b`, `${A}/c`, 1],
    ],
  );
});

test("with the same hash of the text, other counts of words and fingerprints make no version", (context) => {
  const planted = new Planted(context);
  const first = planted.begin(`${A}/`);
  planted.page(first, page("a", "0000000000000001", { words: 100 }));
  planted.finish(first);
  const second = planted.begin(`${A}/`);
  planted.page(second, page("a", "00000000000000ff", { words: 101 }));
  assert.deepEqual(planted.rows("SELECT first_run_id, last_run_id, words, simhash FROM page"), [
    { first_run_id: first, last_run_id: second, words: 100, simhash: "0000000000000001" },
  ]);
});

test("what is undone with its transaction founds no group", (context) => {
  const planted = new Planted(context);
  const run = planted.begin(`${A}/`);
  assert.throws(() =>
    planted.db.transaction(() => {
      planted.page(run, page("undone", "0000000000000003"));
      throw new Error("undone");
    }),
  );
  planted.page(run, page("near", "0000000000000001"));
  assert.deepEqual(
    planted.rows(
      "SELECT similar_distance, g.simhash FROM page, similar_group g ON g.id = similar_group_id",
    ),
    [{ similar_distance: 0, simhash: "0000000000000001" }],
  );
});

/** Founds a group with each of `count` fingerprints that have their first 16 bits in common. */
function foundGroups(planted: Planted, run: number, count: number): void {
  planted.db.transaction(() => {
    const fetchId = planted.db.recordAttempts({
      runId: run,
      sessionId: null,
      outcome: outcome(planted.add(run, `${A}/`), "page", attempt()),
      settled: true,
      redirectUrlId: null,
    });
    for (let index = 0; index < count; index++) {
      const rest = createHash("md5").update(`${index}`).digest("hex").slice(0, 12);
      const { url, facts: said = {} } = page(`p${index}`, `0000${rest}`);
      const { urlId } = planted.db.frontier.intern(url, run, null);
      planted.db.recordPage({ runId: run, urlId, fetchId, depth: 0, facts: facts(said) });
    }
  });
}

test("a value that a great many groups share is looked up in a bounded number of them", (context) => {
  const planted = new Planted(context);
  foundGroups(planted, planted.begin(`${A}/`), 4_096);
  assert.deepEqual(planted.column("SELECT count(*) FROM similar_group"), [4_096]);
  assert.deepEqual(
    planted.column("SELECT max(n) FROM (SELECT count(*) AS n FROM similar_band GROUP BY band)"),
    [32],
  );
  assert.deepEqual(
    planted.column(
      "SELECT count(*) FROM similar_group WHERE id NOT IN (SELECT group_id FROM similar_band)",
    ),
    [0],
    "all are found by their other bands",
  );
});

test("groups are found again by another process, whether their bands are written yet or not", (context) => {
  const planted = new Planted(context);
  const run = planted.begin(`${A}/`);
  foundGroups(planted, run, 2_100);
  const [early, late] = [1, 2_099].map((id) =>
    String(planted.column("SELECT simhash FROM similar_group WHERE id = ?", id)[0]),
  );
  const again = new Planted(context, planted.path);
  for (const [path, simhash] of [
    ["early", early],
    ["late", late],
  ] as const) {
    again.page(run, page(path, `0001${simhash?.slice(4)}`));
  }
  assert.deepEqual(
    again.rows(`SELECT similar_group_id AS id, similar_distance AS distance FROM page
      JOIN url u ON u.id = url_id WHERE url LIKE '%/early' OR url LIKE '%/late' ORDER BY url`),
    [
      { id: 1, distance: 1 },
      { id: 2_099, distance: 1 },
    ],
  );
});
