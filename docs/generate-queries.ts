/** docs/queries.md from the code: the named queries with their parameters and their SQL. */
import { parameterDefault } from "../src/reporting/named-query-text.ts";
import { NAMED_QUERIES, type NamedQuery } from "../src/storage/index.ts";

const INTRODUCTION = `# Named queries

Generated from the code by \`npm run docs\`.

The questions that users ask most. \`webspool sql @NAME --db FILE\` asks one, with \`--param name=VALUE\` for each
parameter that is not to be its default, and \`--csv\`, \`--json\` or \`--watch 2s\` as for any SQL;
\`webspool sql --show NAME\` prints its SQL, to be changed and given to \`--file\`. A parameter without a default
is needed. Names and parameters stay; columns may be added.
`;

export function queriesMarkdown(): string {
  const parts = [INTRODUCTION.trimEnd()];
  for (const [group, queries] of Map.groupBy(NAMED_QUERIES, (query) => query.group)) {
    parts.push(`## ${group}`, ...queries.map(queryMarkdown));
  }
  return `${parts.join("\n\n")}\n`;
}

function queryMarkdown({ name, question, parameters, sql }: NamedQuery): string {
  const takes = parameters.map(
    (parameter) => `- \`${parameter.name}\`: ${parameter.meaning} (${parameterDefault(parameter)})`,
  );
  return [
    `### @${name}`,
    question,
    ...(takes.length === 0 ? [] : [takes.join("\n")]),
    `\`\`\`sql\n${sql};\n\`\`\``,
  ].join("\n\n");
}
