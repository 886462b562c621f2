import { UsageError } from "../../errors.ts";
import { queryListText, queryText } from "../../reporting/named-query-text.ts";
import { printable, printableJson } from "../../reporting/printable.ts";
import { text } from "../../setting-kinds.ts";
import type { Setting } from "../../settings.ts";
import { defineCommand, EXIT, type OptionValues } from "../command.ts";
import { checkForm, CSV_OPTIONS } from "../csv-output.ts";
import { PARAM_OPTION } from "../query-parameters.ts";
import { DB_OPTION, formOption } from "../read-options.ts";
import { watch, WATCH_OPTION } from "../watch.ts";
import { writeAnswer } from "../write-answer.ts";

const OPTIONS = {
  db: DB_OPTION,
  param: PARAM_OPTION,
  file: textOption("FILE", "Read the SQL from a file."),
  json: formOption("One JSON object a line for every row; a blob is in base64."),
  ...CSV_OPTIONS,
  watch: WATCH_OPTION,
  list: formOption("List the named queries, with what they take; with --json one object a line."),
  show: textOption("NAME", "Show the SQL of a named query."),
};

export const sql = defineCommand({
  usage: "QUERY [options]",
  description: [
    "Reads only: nothing can be changed. QUERY is a SELECT, @NAME for one of the questions that --list lists, or - for standard input. The tables and views are described in docs/schema.md, the named queries in docs/queries.md. In a terminal, columns are cut to its width.",
    "A :name in the SQL stands for the value of --param name=VALUE.",
  ],
  examples: [
    {
      text: "links to be mended, with the pages they stand on",
      command: "webspool sql @broken-links",
    },
    {
      text: "which way leads to a page?",
      command: "webspool sql @path-to --param url=https://example.com/about",
    },
    {
      text: "pages by status",
      command: 'webspool sql "select status, count(*) from v_page group by status"',
    },
    {
      text: "all broken links for a spreadsheet",
      command: 'webspool sql --csv "select * from v_broken_link" > broken.csv',
    },
    {
      text: "for a program, one JSON object a row",
      command: 'webspool sql --json --db site.db "select url, title from v_page"',
    },
    { text: "during a run, every two seconds", command: "webspool sql @waiting --watch 2s" },
    {
      text: "a query of your own that begins with one of these",
      command:
        "webspool sql --show thin-pages > mine.sql; webspool sql --file mine.sql --param words=50 --param limit=5",
    },
  ],
  operands: { min: 0, max: Infinity, called: "one QUERY (in quotes)" },
  options: OPTIONS,
  async run({ terminal, operands, values }) {
    checkForm(values);
    checkSource(operands, values);
    const { stdout, stdin } = terminal;
    const [{ CrawlDatabase, NAMED_QUERIES }, { namedQuery, readSql }, { defaultDb }] =
      await Promise.all([
        import("../../storage/index.ts"),
        import("../sql-source.ts"),
        import("../default-db.ts"),
      ]);
    if (values.show !== undefined) {
      for (const line of queryText(namedQuery(values.show))) stdout.line(line);
      return EXIT.ok;
    }
    if (values.list === true) {
      const heading = (words: string): string => stdout.style("bold", words);
      const lines =
        values.json === true
          ? NAMED_QUERIES.map(printableJson)
          : queryListText(NAMED_QUERIES, { columns: stdout.columns, heading });
      for (const line of lines) stdout.line(line);
      return EXIT.ok;
    }
    const given = { query: operands[0], file: values.file };
    const { sql: query, parameters } = await readSql(given, values.param ?? new Map(), stdin);
    const dbPath = values.db ?? defaultDb();
    const how = { pauseMs: values.watch, forPeople: values.json !== true };
    await watch(stdout, how, () => {
      const db = CrawlDatabase.openReadOnly(dbPath);
      try {
        writeAnswer(stdout, db.query(query, parameters), values);
      } finally {
        db.close();
      }
    });
    return EXIT.ok;
  },
});

function textOption(placeholder: string, description: string): Setting<string> {
  return { group: "Output", kind: text(placeholder), default: null, description };
}

/** @throws UsageError unless exactly one thing is asked for */
function checkSource(operands: readonly string[], values: OptionValues<typeof OPTIONS>): void {
  const { file, list, show } = values;
  const given = [
    ...(operands.length === 0 ? [] : ["a QUERY"]),
    ...(file === undefined ? [] : ["--file"]),
    ...(list === true ? ["--list"] : []),
    ...(show === undefined ? [] : ["--show"]),
  ];
  const [first, second] = given;
  if (second !== undefined) {
    throw new UsageError(
      "options_conflict",
      `${first} and ${second} exclude each other: give one.`,
    );
  }
  const extra = operands[1];
  if (first !== undefined && extra === undefined) return;
  const got = extra === undefined ? "none" : `"${printable(extra.slice(0, 80))}"`;
  throw new UsageError(
    "wrong_operands",
    `webspool sql takes one QUERY (in quotes), but got ${got}: see webspool help sql.`,
  );
}
