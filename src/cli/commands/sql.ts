import { printableJson } from "../../reporting/printable.ts";
import { formatTable, type Cell } from "../../reporting/table.ts";
import { defineCommand, EXIT } from "../command.ts";
import { checkForm, CSV_OPTIONS, writeCsvRecord } from "../csv-output.ts";
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
    ...CSV_OPTIONS,
  },
  async run({ terminal, operands, values }) {
    checkForm(values);
    const [{ CrawlDatabase }, { defaultDb }] = await Promise.all([
      import("../../storage/index.ts"),
      import("../default-db.ts"),
    ]);
    const db = CrawlDatabase.openReadOnly(values.db ?? defaultDb());
    try {
      const { columns, rows } = db.query(operands[0] ?? "");
      if (values.json === true) writeJson(columns, rows, terminal.stdout);
      else if (values.csv === true) {
        const raw = values.raw ?? false;
        for (const row of [columns, ...rows]) writeCsvRecord(terminal.stdout, row, raw);
      } else writeTable(columns, rows, terminal.stdout);
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

/** Whole numbers beyond 2^53 as text, as JSON has no place for them. */
function jsonValue(cell: Cell): string | number | null {
  if (cell instanceof Uint8Array) return Buffer.from(cell).toString("base64");
  return typeof cell === "bigint" ? cell.toString() : cell;
}
