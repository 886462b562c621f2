import { EXPORT_FORMATS } from "../../export/export-format.ts";
import { choice, text } from "../../setting-kinds.ts";
import type { Setting } from "../../settings.ts";
import { defineCommand, EXIT } from "../command.ts";
import { PARAM_OPTION } from "../query-parameters.ts";
import { DB_OPTION, formOption } from "../read-options.ts";

const OPTIONS = {
  db: DB_OPTION,
  to: fileOption("FILE|-", "Where to write; - is standard output.", "standard output"),
  format: {
    group: "Output",
    kind: choice(...EXPORT_FORMATS),
    default: null,
    defaultText: "by the ending of FILE; jsonl on standard output, parquet with --all",
    description: "The form.",
  } satisfies Setting<unknown>,
  all: fileOption("DIR", "Every table and view into a file of its own in this folder."),
  param: PARAM_OPTION,
  file: fileOption("FILE", "Read the SQL from a file."),
  raw: formOption("With CSV: every text as it is, for programs that run no formulas."),
  force: formOption("Replace files that exist."),
  quiet: formOption("Say nothing when all is well."),
};

export const exportCommand = defineCommand({
  usage: "TABLE|VIEW|@NAME|QUERY [options]",
  description: [
    "Reads only, in one transaction, so that all of a file, and all files of --all, are of one moment; during a run too. Rows are written as they are read, whatever their number. A file gets its name when it is whole.",
    'JSON Lines and CSV are compressed where the file ends in .gz or .zst. In CSV, NULL is nothing and an empty text is ""; a text that a spreadsheet would run as a formula gets a leading \'. In Parquet, times are timestamps in UTC. docs/export.md tells the rest.',
  ],
  examples: [
    {
      text: "all pages for pandas or DuckDB",
      command: "webspool export v_page --to pages.parquet",
    },
    {
      text: "broken links for a spreadsheet",
      command: "webspool export v_broken_link --to broken.csv",
    },
    {
      text: "an answer for another program",
      command: 'webspool export "select url, status from v_page where status >= 400" | jq -r .url',
    },
    {
      text: "a named query, compressed",
      command: "webspool export @thin-pages --param words=100 --to thin.jsonl.zst",
    },
    { text: "everything", command: "webspool export --all tables --db site.db" },
  ],
  operands: { min: 0, max: Infinity, called: "one TABLE, VIEW, @NAME or QUERY (in quotes)" },
  options: OPTIONS,
  async run({ terminal, operands, values }) {
    // Loaded late: help needs none of it.
    const [{ checkExport, runExport }, { defaultDb }] = await Promise.all([
      import("../run-export.ts"),
      import("../default-db.ts"),
    ]);
    const dbPath = values.db ?? defaultDb();
    const plan = checkExport(operands, values, { dbPath, isTty: terminal.stdout.isTty });
    const lines = await runExport(plan, terminal);
    if (values.quiet !== true) for (const line of lines) terminal.stderr.line(line);
    return EXIT.ok;
  },
});

function fileOption(
  placeholder: string,
  description: string,
  defaultText?: string,
): Setting<string> {
  return {
    group: "Output",
    kind: text(placeholder),
    default: null,
    ...(defaultText !== undefined && { defaultText }),
    description,
  };
}
