import { printable, printableJson } from "../../reporting/printable.ts";
import { csvRecord, formatTable, type Cell } from "../../reporting/table.ts";
import { UsageError } from "../../errors.ts";
import { defineCommand, EXIT } from "../command.ts";
import { DB_OPTION, formOption } from "../read-options.ts";
import type { Output } from "../terminal.ts";

export const sql = defineCommand({
  name: "sql",
  summary: "Ask the database a question in SQL",
  usage: "QUERY [options]",
  description: [
    "Reads only: nothing can be changed. The tables and views are described in docs/schema.md; the v_ views answer the common questions. In a terminal, columns are cut to its width.",
  ],
  examples: [
    {
      text: "pages by status",
      command: 'webspool sql "select status, count(*) from v_page group by status"',
    },
    {
      text: "broken links for a spreadsheet",
      command: 'webspool sql --csv "select * from v_broken_link" > broken.csv',
    },
    {
      text: "for a program, one JSON object a row",
      command: 'webspool sql --json --db site.db "select url, title from v_page"',
    },
  ],
  operands: { min: 1, max: 1, called: "one QUERY (in quotes)" },
  options: {
    db: DB_OPTION,
    json: formOption("One JSON object a line for every row; a blob is in base64."),
    csv: formOption(
      "CSV (RFC 4180) with a line of names; a text that a spreadsheet would run as a formula gets a leading '.",
    ),
  },
  async run({ terminal, operands, values }) {
    if (values.json === true && values.csv === true) {
      throw new UsageError("options_conflict", "--json and --csv exclude each other: give one.");
    }
    const [{ CrawlDatabase }, { defaultDb }] = await Promise.all([
      import("../../storage/index.ts"),
      import("../default-db.ts"),
    ]);
    const db = CrawlDatabase.openReadOnly(values.db ?? defaultDb());
    try {
      const { columns, rows } = db.query(operands[0] ?? "");
      if (values.json === true) writeJson(columns, rows, terminal.stdout);
      else if (values.csv === true) writeCsv(columns, rows, terminal.stdout);
      else writeTable(columns, rows, terminal.stdout);
    } finally {
      db.close();
    }
    return EXIT.ok;
  },
});

type Rows = readonly (readonly Cell[])[];

function writeTable(columns: readonly string[], rows: Rows, output: Output): void {
  for (const line of formatTable(columns, rows, output.columns)) output.line(line);
}

function writeJson(columns: readonly string[], rows: Rows, output: Output): void {
  for (const row of rows) {
    const object = columns.map((name, at) => [name, jsonValue(row[at] ?? null)] as const);
    output.line(printableJson(Object.fromEntries(object)));
  }
}

function writeCsv(columns: readonly string[], rows: Rows, output: Output): void {
  // A file gets the text as it is; a terminal must not be controlled by it.
  const shown = (cell: Cell): Cell =>
    output.isTerminal && typeof cell === "string" ? printable(cell) : cell;
  for (const row of [columns, ...rows]) output.write(csvRecord(row.map(shown)));
}

/** Whole numbers beyond 2^53 as text, as JSON has no place for them. */
function jsonValue(cell: Cell): string | number | null {
  if (cell instanceof Uint8Array) return Buffer.from(cell).toString("base64");
  return typeof cell === "bigint" ? cell.toString() : cell;
}
