import { existsSync } from "node:fs";
import { DatabaseHeldError } from "../../errors.ts";
import { formatCount } from "../../reporting/format.ts";
import { printable, printableJson } from "../../reporting/printable.ts";
import { formatTable } from "../../reporting/table.ts";
import { defineCommand, EXIT } from "../command.ts";
import { DB_OPTION, formOption } from "../read-options.ts";
import type { Terminal } from "../terminal.ts";

export const fsck = defineCommand({
  usage: "[options]",
  description: [
    "Asks how many rows break each of the rules that every webspool database keeps, also during a run and after it was killed. Exit code 6 when any does. With --json each comes with the query that counted it.",
    "--repair ends a run whose process is gone (the next crawl continues it), and mends what the other rows tell: sockets and sessions without an end, URLs in flight, attempts that settled nothing, counters. It needs the database for itself.",
    "Of the bodies that crawl --store-bodies kept, each that is named has to be there; a hundred of them are read and compared with their hash, with --bodies all.",
  ],
  examples: [
    { text: "after a crash", command: "webspool fsck --db site.db" },
    { text: "for a monitor", command: "webspool fsck --json || mail -s webspool root < /dev/null" },
    { text: "mend what can be mended", command: "webspool fsck --repair --db site.db" },
  ],
  operands: { min: 0, max: 0, called: "arguments" },
  options: {
    db: DB_OPTION,
    repair: formOption("Mend what can be mended; exit code 3 while a crawl runs."),
    bodies: formOption("Read every body that is held, and not only a sample."),
    json: formOption("One JSON object."),
  },
  async run({ terminal, values }) {
    const [{ CrawlDatabase }, { defaultDb }] = await Promise.all([
      import("../../storage/index.ts"),
      import("../default-db.ts"),
    ]);
    const dbPath = values.db ?? defaultDb();
    const ended = values.repair === true ? await repair(dbPath) : null;
    const db = CrawlDatabase.openReadOnly(dbPath);
    try {
      const found: Found = {
        dbPath,
        ended,
        checks: db.upkeep.checkInvariants({ allBodies: values.bodies === true }),
      };
      if (values.json === true) await printJson(found, terminal);
      else print(found, terminal);
      return found.checks.some(({ count }) => count > 0) ? EXIT.found : EXIT.ok;
    } finally {
      db.close();
    }
  },
});

interface Found {
  readonly dbPath: string;
  /** The run that had no process any more and was ended. */
  readonly ended: number | null;
  readonly checks: readonly {
    readonly name: string;
    readonly meaning: string;
    readonly count: number;
    readonly problem: string | null;
  }[];
}

/** Returns the number of the run that it ended, if there was one. */
async function repair(dbPath: string): Promise<number | null> {
  const { CrawlDatabase, RunLock } = await import("../../storage/index.ts");
  // A database that is not there is told as such below, and none is made.
  if (!existsSync(dbPath)) return null;
  const lock = RunLock.acquire(dbPath);
  if (lock === null) {
    throw new DatabaseHeldError(
      "database_held",
      `Another webspool process is crawling into ${dbPath}: repair it when that run has ended.`,
    );
  }
  try {
    const db = CrawlDatabase.open(dbPath);
    try {
      return db.upkeep.repair(Date.now())?.id ?? null;
    } finally {
      db.close();
    }
  } finally {
    lock.release();
  }
}

function print({ dbPath, ended, checks }: Found, { stdout, stderr }: Terminal): void {
  if (ended !== null) {
    stderr.line(`run ${ended} had no process any more: interrupted; the next crawl continues it`);
  }
  const rows = checks.map(({ count, name, meaning }) => [count, name, meaning] as const);
  for (const line of formatTable(["rows", "rule", "meaning"], rows, stdout.columns)) {
    stdout.line(line);
  }
  stdout.line();
  for (const { name, problem } of checks) {
    if (problem !== null) stdout.line(`${name} cannot be asked: ${printable(problem)}`);
  }
  const broken = checks.filter(({ count }) => count > 0).length;
  const verdict =
    broken === 0
      ? `is sound: ${formatCount(checks.length)} rules hold`
      : `breaks ${formatCount(broken)} of ${formatCount(checks.length)} rules`;
  stdout.line(stdout.style(broken === 0 ? "bold" : "red", `${printable(dbPath)} ${verdict}`));
}

async function printJson({ dbPath, ended, checks }: Found, { stdout }: Terminal): Promise<void> {
  const { INVARIANTS } = await import("../../storage/index.ts");
  const queries = new Map(INVARIANTS.map(({ name, count }) => [name, count]));
  stdout.line(
    printableJson({
      database: dbPath,
      sound: checks.every(({ count }) => count === 0),
      run_ended: ended,
      rules: checks.map(({ name, meaning, count, problem }) => ({
        name,
        meaning,
        rows: count,
        problem,
        // What is asked of the second file is no query.
        query: queries.get(name) ?? null,
      })),
    }),
  );
}
