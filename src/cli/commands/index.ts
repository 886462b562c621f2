/** All commands, in the order of the help. Each is loaded when it is called: all of them took 120 ms. */
import type { CommandEntry } from "../command.ts";

export const COMMANDS: readonly CommandEntry[] = [
  {
    name: "crawl",
    summary: "Crawl from seeds, or continue the unfinished run of a database",
    load: async () => (await import("./crawl.ts")).crawl,
  },
  {
    name: "demo",
    summary: "Crawl the bundled demo site into data/demo.db",
    load: async () => (await import("./demo.ts")).demo,
  },
  {
    name: "probe",
    summary: "Ask a URL repeatedly, and tell what becomes of its connections",
    load: async () => (await import("./probe.ts")).probe,
  },
  {
    name: "report",
    summary: "Show what a run found and how its connections were reused",
    load: async () => (await import("./report.ts")).report,
  },
  {
    name: "advise",
    summary: "Tell which pool settings would have opened fewer connections",
    load: async () => (await import("./advise.ts")).advise,
  },
  {
    name: "status",
    summary: "Show whether a crawl runs, how far it is, and earlier runs",
    load: async () => (await import("./status.ts")).status,
  },
  {
    name: "explain",
    summary: "Tell why a URL was fetched, failed, was left out, or waits",
    load: async () => (await import("./explain.ts")).explain,
  },
  {
    name: "diff",
    summary: "Show what changed between two runs",
    load: async () => (await import("./diff.ts")).diff,
  },
  {
    name: "search",
    summary: "Find pages by what they say",
    load: async () => (await import("./search.ts")).search,
  },
  {
    name: "body",
    summary: "Print the body that a URL had",
    load: async () => (await import("./body.ts")).body,
  },
  {
    name: "sql",
    summary: "Ask the database a question, in SQL or by name",
    load: async () => (await import("./sql.ts")).sql,
  },
  {
    name: "check",
    summary: "Test a crawl by rules in SQL, for CI",
    load: async () => (await import("./check.ts")).check,
  },
  {
    name: "export",
    summary: "Write a table, view or answer as JSON Lines, CSV or Parquet",
    load: async () => (await import("./export.ts")).exportCommand,
  },
  {
    name: "snapshot",
    summary: "Write a consistent copy of the database, during a run too",
    load: async () => (await import("./snapshot.ts")).snapshot,
  },
  {
    name: "prune",
    summary: "Remove what only old runs need, and make the file smaller",
    load: async () => (await import("./prune.ts")).prune,
  },
  {
    name: "fsck",
    summary: "Prove that the database is sound, and mend what can be mended",
    load: async () => (await import("./fsck.ts")).fsck,
  },
  {
    name: "config-schema",
    summary: "Print the JSON Schema of the config file, for editors",
    load: async () => (await import("./config-schema.ts")).configSchema,
  },
];
