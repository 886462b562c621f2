/** docs/schema.md from the code: tables, views and closed lists of codes. */
import { FETCH_ERRORS } from "../src/errors.ts";
import { RUN_REASONS } from "../src/events.ts";
import {
  CLOSE_REASONS,
  EXCLUDED_REASONS,
  ISSUE_GROUPS,
  ISSUES,
  OPEN_REASONS,
  SCHEMA_VERSION,
  TABLES,
  VIEWS,
} from "../src/storage/index.ts";

const INTRODUCTION = `# The database

Generated from the code by \`npm run docs\`.

One SQLite file (WAL mode, STRICT tables, \`PRAGMA user_version\` = ${SCHEMA_VERSION}). Times are epoch milliseconds, durations
milliseconds, sizes bytes, booleans 0 or 1. Unknown is NULL: no column is filled with a made-up value. URLs
are stored once, in \`url\`; everything else names them by number. REFERENCES say what belongs to what;
SQLite is not asked to enforce them.

Readers work at any time, during a run too. A reader without write permission on the folder takes a copy
made by \`webspool snapshot\`.

## What is promised

Scripts may rely on this from one version to the next, until the first number of the version changes:

- Tables, views and columns named here keep their names, types, units and meanings. Later versions add
  columns, tables, views and codes of the closed lists, so name the columns you ask for instead of \`*\`, and
  expect codes you do not know.
- Indexes, triggers, the order of rows without ORDER BY and what stands in \`meta\` are not promised; nor is
  the wording of \`detail\` columns.
- A database of an older version is brought up to date by the next \`webspool crawl\` into it, in one
  transaction and with all its rows; until then, the commands that only read say so. Views are those of the
  webspool that reads. Views and tables of your own stay: give them names that do not begin with \`v_\`.
- A database of a newer version is refused before anything is touched.
`;

const ISSUES_INTRODUCTION = `A view for each issue, of the state that is there now, as \`v_page\` and \`v_link\` show it. Its rows begin
with \`url_id\` and \`url\`, the URL to act on. \`v_issues\` counts the rows of all, \`v_audit_limit\` has the
thresholds with their sources, and docs/audit.md leads through it. An error is a failure that visitors or
search engines meet, a warning likely harms, a notice is worth a look.`;

export function schemaMarkdown(): string {
  const parts = [INTRODUCTION, "## Tables"];
  for (const described of TABLES) {
    const { name, meaning, columns, virtual } = described;
    const { constraints = [], indexes = [], triggers = [] } = described;
    parts.push(`### ${name}`, meaning);
    parts.push(
      table(
        ["Column", "Type", "Meaning"],
        columns.map((column) => [`\`${column.name}\``, cell(column.sql), cell(column.meaning)]),
      ),
    );
    const using = virtual === undefined ? [] : [`USING ${virtual}`];
    const extra = [...using, ...constraints, ...indexes, ...triggers];
    if (extra.length > 0) parts.push(extra.map((sql) => `- \`${sql}\``).join("\n"));
  }
  parts.push("## Views");
  for (const { name, meaning, columns, question, example } of VIEWS) {
    // One of each issue: the tables of the next section say the same in less room.
    if (name.startsWith("v_issue_")) continue;
    const rows = columns.map(([column, said]) => [`\`${column}\``, cell(said)]);
    parts.push(`### ${name}`, meaning, table(["Column", "Meaning"], rows));
    parts.push(question, `\`\`\`sql\n${example};\n\`\`\``);
  }
  parts.push("## Issues", ISSUES_INTRODUCTION);
  for (const [group, title] of Object.entries(ISSUE_GROUPS)) {
    const rows = ISSUES.filter((issue) => issue.group === group).map((issue) => [
      `\`v_issue_${issue.id}\``,
      issue.severity,
      cell(issue.sentence),
      issue.columns.map(([column, said]) => `\`${column}\` (${cell(said)})`).join(", "),
    ]);
    parts.push(
      `### ${title}`,
      table(["View", "Severity", "What is wrong", "After url_id and url"], rows),
    );
  }
  parts.push("## Codes");
  parts.push(codes("run.reason", RUN_REASONS));
  parts.push(codes("frontier.reason of excluded URLs", EXCLUDED_REASONS));
  parts.push(
    "A failed URL has the code of its last attempt's error, from the next list.",
    "### fetch.error",
    table(
      ["Code", "Meaning", "Tried again"],
      Object.entries(FETCH_ERRORS).map(([code, { meaning, retryable }]) => [
        `\`${code}\``,
        cell(meaning),
        retryable ? "yes" : "no",
      ]),
    ),
  );
  parts.push(codes("connection.open_reason, fetch.new_connection_reason", OPEN_REASONS));
  parts.push(codes("connection.close_reason", CLOSE_REASONS));
  return `${parts.join("\n\n")}\n`;
}

function codes(title: string, list: Readonly<Record<string, string>>): string {
  const rows = Object.entries(list).map(([code, meaning]) => [`\`${code}\``, cell(meaning)]);
  return `### ${title}\n\n${table(["Code", "Meaning"], rows)}`;
}

function line(cells: readonly string[]): string {
  return `| ${cells.join(" | ")} |`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [line(head), `|${head.map(() => "-").join("|")}|`, ...rows.map(line)].join("\n");
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|");
}
