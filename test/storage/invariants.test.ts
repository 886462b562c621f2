/** Every invariant sees the breakage that it is there for, and no other does. */
import assert from "node:assert/strict";
import { copyFileSync, openSync, closeSync, writeSync } from "node:fs";
import { join } from "node:path";
import { before, test, type TestContext } from "node:test";
import Database from "better-sqlite3";
import { CrawlDatabase, INVARIANTS } from "../../src/storage/index.ts";
import { crawlSite } from "../helpers/crawl-run.ts";
import { startSite } from "../helpers/site-server.ts";
import { temporaryFolder } from "./temporary-folder.ts";

interface Breakage {
  readonly invariant: string;
  readonly what: string;
  /** Statements that break it. */
  readonly sql: readonly string[];
  /** False where the other rows do not tell what was there; true by default. */
  readonly isMended?: boolean;
}

const AN_EXCLUDED = "url_id = (SELECT min(url_id) FROM frontier WHERE state = 'excluded')";
const A_PAGE = "url_id = (SELECT min(url_id) FROM frontier WHERE state = 'done' AND kind = 'page')";
/** The first attempt on robots.txt: nothing is counted of it but its socket. */
const ROBOTS = "id = (SELECT min(id) FROM fetch WHERE kind = 'robots')";

/** A copy of that attempt that reached no socket. */
const copyOfRobots = (attempt: string, settled: number): string => `INSERT INTO fetch
  (run_id, url_id, kind, attempt, settled, started_at, total_ms, not_modified, truncated)
  SELECT run_id, url_id, kind, ${attempt}, ${settled}, started_at, total_ms, 0, 0
  FROM fetch WHERE ${ROBOTS}`;

const BREAKAGES: readonly Breakage[] = [
  {
    invariant: "urls_once",
    what: "a URL that was stored twice",
    sql: [
      "DROP TRIGGER url_once",
      `INSERT INTO url (url, host_id, first_run_id, depth) SELECT u.url, u.host_id, u.first_run_id, u.depth
        FROM frontier JOIN url u ON u.id = url_id WHERE ${AN_EXCLUDED}`,
      `INSERT INTO frontier (url_id, host_id, run_id, state, reason, kind, priority, settled_at)
        SELECT (SELECT max(id) FROM url), host_id, run_id, state, reason, kind, priority, settled_at
        FROM frontier WHERE ${AN_EXCLUDED}`,
    ],
    isMended: false,
  },
  {
    invariant: "references_hold",
    what: "a link that leads nowhere",
    sql: ["UPDATE link SET to_url_id = 999999 WHERE to_url_id = (SELECT max(to_url_id) FROM link)"],
    isMended: false,
  },
  {
    invariant: "settled_once",
    what: "a URL that was settled twice",
    sql: ["DROP INDEX fetch_settled", copyOfRobots("attempt", 1)],
  },
  {
    invariant: "settled_is_last",
    what: "an attempt after the one that settled",
    sql: [copyOfRobots("attempt + 1", 0)],
  },
  {
    invariant: "requests_add_up",
    what: "a request that no attempt made",
    sql: ["UPDATE connection SET requests = requests + 1 WHERE id = 1"],
  },
  {
    invariant: "connections_end",
    what: "a socket that never ended",
    sql: ["UPDATE connection SET closed_at = NULL, close_reason = NULL WHERE id = 1"],
  },
  {
    invariant: "connections_end",
    what: "a socket that ended for no known reason",
    sql: ["UPDATE connection SET close_reason = 'tired' WHERE id = 1"],
  },
  {
    invariant: "sessions_end",
    what: "a session that never ended",
    sql: ["UPDATE session SET closed_at = NULL WHERE id = 1"],
  },
  {
    invariant: "runs_end",
    what: "a run that ended at no time",
    sql: ["UPDATE run SET finished_at = NULL WHERE id = 1"],
  },
  {
    invariant: "runs_end",
    what: "a run that was left before another",
    sql: ["UPDATE run SET state = 'interrupted', reason = 'signal' WHERE id = 1"],
  },
  {
    invariant: "counters_agree",
    what: "a page too many",
    sql: ["UPDATE run SET pages = pages + 1 WHERE id = 1"],
  },
  {
    invariant: "urls_known",
    what: "a URL at another's host",
    sql: [
      `UPDATE frontier SET host_id = (SELECT max(id) FROM host) WHERE ${A_PAGE}
        AND host_id <> (SELECT max(id) FROM host)`,
    ],
  },
  {
    invariant: "urls_known",
    what: "a URL without a place in the frontier",
    sql: [`DELETE FROM frontier WHERE ${AN_EXCLUDED}`],
    isMended: false,
  },
  {
    invariant: "done_settled",
    what: "a URL that is done and was settled by no attempt",
    sql: [`UPDATE fetch SET settled = 0 WHERE ${ROBOTS}`],
  },
  {
    invariant: "done_settled",
    what: "a URL that is done and was never asked",
    sql: [`UPDATE frontier SET state = 'done', reason = NULL WHERE ${AN_EXCLUDED}`],
  },
  {
    invariant: "failures_seen",
    what: "a URL that failed and was never asked",
    sql: [`UPDATE frontier SET state = 'failed', reason = 'read_timeout' WHERE ${AN_EXCLUDED}`],
  },
  {
    invariant: "waiting_unsettled",
    what: "a settled page that waits",
    sql: [`UPDATE frontier SET state = 'pending', settled_at = NULL, due_at = 1 WHERE ${A_PAGE}`],
  },
  {
    invariant: "settled_when",
    what: "a page that was settled at no time",
    sql: [`UPDATE frontier SET settled_at = NULL WHERE ${A_PAGE}`],
  },
  {
    invariant: "settled_when",
    what: "a URL that waits for no time",
    sql: [
      `UPDATE frontier SET state = 'pending', reason = NULL, settled_at = NULL, due_at = NULL
        WHERE ${AN_EXCLUDED}`,
    ],
  },
  {
    invariant: "nothing_in_flight",
    what: "a URL that is being fetched by nobody",
    sql: [
      `UPDATE frontier SET state = 'fetching', reason = NULL, settled_at = NULL WHERE ${AN_EXCLUDED}`,
    ],
  },
  {
    invariant: "reasons_given",
    what: "a URL that was excluded for nothing",
    sql: [`UPDATE frontier SET reason = NULL WHERE ${AN_EXCLUDED}`],
    isMended: false,
  },
  {
    invariant: "reasons_given",
    what: "a reason that no list has",
    sql: [`UPDATE frontier SET reason = 'whim' WHERE ${AN_EXCLUDED}`],
    isMended: false,
  },
  {
    invariant: "versions_follow",
    what: "a page that was brought by another's attempt",
    sql: [`UPDATE page SET fetch_id = (SELECT min(id) FROM fetch) WHERE ${A_PAGE}`],
    isMended: false,
  },
  {
    invariant: "links_last",
    what: "a link that was seen last before it was seen first",
    sql: [
      `UPDATE link SET first_run_id = 2, last_run_id = 1
        WHERE from_url_id = (SELECT min(from_url_id) FROM link)
          AND ordinal = (SELECT min(ordinal) FROM link)`,
    ],
    isMended: false,
  },
];

let sound: string;

before(async (t) => {
  const context = t as TestContext;
  const site = await startSite({
    "/robots.txt": "User-agent: *\nDisallow: /private",
    "/": `<title>Home</title><a href="/a">a</a> <a href="/private">p</a> <a href="/gone">g</a>
      <a href="http://elsewhere.example/">e</a>`,
    "/a": "<title>A</title><a href='/'>home</a>",
  });
  try {
    const options = { seeds: [`${site.origin}/`], sitemaps: false, threads: 1 };
    const { dbPath } = await crawlSite(context, options);
    await crawlSite(context, { ...options, dbPath });
    sound = dbPath;
  } finally {
    await site.close();
  }
});

/** A copy of a sound database, of a site that was crawled twice. */
function soundCopy(t: TestContext): string {
  const path = join(temporaryFolder(t), "crawl.db");
  copyFileSync(sound, path);
  return path;
}

function brokenIn(path: string): Record<string, number> {
  const db = CrawlDatabase.openReadOnly(path);
  try {
    const broken = db.checkInvariants().filter(({ count }) => count > 0);
    return Object.fromEntries(broken.map(({ name, count }) => [name, count]));
  } finally {
    db.close();
  }
}

test("a finished crawl breaks no invariant, and a repair finds nothing to change", (t) => {
  const path = soundCopy(t);
  assert.deepEqual(brokenIn(path), {});
  const contents = (): unknown => {
    const sqlite = new Database(path, { readonly: true });
    try {
      return ["run", "frontier", "fetch", "connection", "session"].map((table) =>
        sqlite.prepare(`SELECT * FROM ${table}`).all(),
      );
    } finally {
      sqlite.close();
    }
  };
  const was = contents();
  const db = CrawlDatabase.open(path);
  try {
    assert.equal(db.repair(Date.now()), null);
  } finally {
    db.close();
  }
  assert.deepEqual(contents(), was);
});

for (const { invariant, what, sql, isMended = true } of BREAKAGES) {
  test(`${invariant} sees ${what}${isMended ? ", and the repair mends it" : ""}`, (t) => {
    const path = soundCopy(t);
    const sqlite = new Database(path);
    sqlite.pragma("foreign_keys = OFF");
    for (const statement of sql) sqlite.exec(statement);
    sqlite.close();
    assert.deepEqual(brokenIn(path), { [invariant]: 1 });

    const db = CrawlDatabase.open(path);
    try {
      db.repair(Date.now());
    } finally {
      db.close();
    }
    assert.deepEqual(brokenIn(path), isMended ? {} : { [invariant]: 1 });
  });
}

test("file_sound sees a file whose list of free pages is wrong", (t) => {
  const path = soundCopy(t);
  const file = openSync(path, "r+");
  // https://sqlite.org/fileformat2.html#the_database_header: how many free pages there are.
  writeSync(file, Buffer.from([0, 0, 0, 5]), 0, 4, 36);
  closeSync(file);
  assert.deepEqual(brokenIn(path), { file_sound: 1 });
});

test("what lies in a damaged page is told as that, and the rest is still asked", (t) => {
  const path = soundCopy(t);
  const sqlite = new Database(path);
  const page = Number(
    sqlite.prepare("SELECT rootpage FROM sqlite_schema WHERE name = 'session'").pluck().get(),
  );
  const size = Number(sqlite.pragma("page_size", { simple: true }));
  sqlite.pragma("journal_mode = DELETE");
  sqlite.close();
  const file = openSync(path, "r+");
  writeSync(file, Buffer.alloc(size, 0xab), 0, size, (page - 1) * size);
  closeSync(file);
  const db = CrawlDatabase.openReadOnly(path);
  t.after(() => db.close());
  const found = new Map(db.checkInvariants().map((one) => [one.name, one]));
  assert.ok((found.get("file_sound")?.count ?? 0) > 0);
  assert.match(found.get("sessions_end")?.problem ?? "", /malformed/);
  assert.equal(found.get("counters_agree")?.count, 0);
});

test("a run whose process is gone is ended by the repair, and the next crawl continues it", (t) => {
  const path = soundCopy(t);
  const sqlite = new Database(path);
  sqlite.exec(`UPDATE run SET state = 'running', reason = NULL, finished_at = NULL WHERE id = 2;
    UPDATE frontier SET state = 'fetching', reason = NULL, settled_at = NULL, run_id = 2 WHERE ${AN_EXCLUDED};
    UPDATE connection SET closed_at = NULL, close_reason = NULL WHERE run_id = 2;
    UPDATE session SET closed_at = NULL WHERE run_id = 2`);
  sqlite.close();
  assert.deepEqual(brokenIn(path), {}, "so it looks after kill -9, and that is sound");
  const db = CrawlDatabase.open(path);
  try {
    assert.equal(db.repair(Date.now())?.id, 2);
    assert.deepEqual(
      db.query("SELECT state, reason, finished_at = heartbeat_at FROM run WHERE id = 2").rows,
      [["interrupted", "process_ended", 1]],
    );
    assert.equal(db.unfinishedRun()?.id, 2);
    const open = "SELECT count(*) FROM connection WHERE closed_at IS NULL";
    assert.deepEqual(db.query(open).rows, [[0]]);
    assert.deepEqual(db.query("SELECT count(*) FROM frontier WHERE state = 'fetching'").rows, [
      [0],
    ]);
  } finally {
    db.close();
  }
  assert.deepEqual(brokenIn(path), {});
});

test("each invariant has a breakage here", () => {
  const tried = new Set(["file_sound", ...BREAKAGES.map(({ invariant }) => invariant)]);
  assert.deepEqual(
    INVARIANTS.map(({ name }) => name).filter((name) => !tried.has(name)),
    [],
  );
});
