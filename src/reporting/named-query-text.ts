/** The named queries as text: the list of all, and one with its SQL. */
import type { NamedQuery, QueryParameter } from "../storage/index.ts";
import { wrapText } from "./text-width.ts";

/** Wider lines are hard to read, however wide the terminal is. */
const MOST_COLUMNS = 100;

/** `webspool sql --list`: by group, each with its question and what it takes. */
export function queryListText(
  queries: readonly NamedQuery[],
  how: { readonly columns: number; readonly heading: (text: string) => string },
): string[] {
  const indent = Math.max(...queries.map(({ name }) => name.length)) + "  @".length + "  ".length;
  const cells = Math.max(20, Math.min(how.columns, MOST_COLUMNS) - indent);
  const groups = new Map<string, string[]>();
  for (const query of queries) {
    const lines = groups.get(query.group) ?? [];
    groups.set(query.group, lines);
    const takes = query.parameters.map(parameterUse).join(" ");
    const text = [...wrapText(query.question, cells), ...(takes ? wrapText(takes, cells) : [])];
    for (const [at, line] of text.entries()) {
      lines.push((at === 0 ? `  @${query.name}` : "").padEnd(indent) + line);
    }
  }
  return [...groups].flatMap(([group, lines], at) => [
    ...(at === 0 ? [] : [""]),
    how.heading(group),
    ...lines,
  ]);
}

/** `webspool sql --show NAME`: what can be saved, changed and given to --file. */
export function queryText(query: NamedQuery): string[] {
  return [
    `-- ${query.name}: ${query.question}`,
    ...query.parameters.map(
      (parameter) => `-- :${parameter.name}  ${parameter.meaning} (${parameterDefault(parameter)})`,
    ),
    `${query.sql};`,
  ];
}

/** `default: 20`, or that there is none. */
export function parameterDefault({ default: value, defaultText }: QueryParameter): string {
  if (value === undefined) return "needed";
  return `default: ${defaultText ?? String(value)}`;
}

/** `limit=20`; in brackets where what it is by default goes without saying. */
function parameterUse({ name, default: value, defaultText }: QueryParameter): string {
  if (value === undefined) return `${name}=...`;
  return defaultText === undefined ? `[${name}=${String(value)}]` : `[${name}=...]`;
}
