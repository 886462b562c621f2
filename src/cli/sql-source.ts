/** Where the SQL of `webspool sql` comes from: the command line, a name, a file, standard input. */
import { UsageError } from "../errors.ts";
import { quoted } from "../reporting/printable.ts";
import { NAMED_QUERIES, type NamedQuery, type NamedValues } from "../storage/index.ts";
import { nearest } from "./nearest.ts";
import { plainValues, queryValues, type WrittenValues } from "./query-parameters.ts";
import { readTextFile } from "./read-text-file.ts";

export interface SqlSource {
  readonly sql: string;
  readonly parameters: NamedValues;
}

/**
 * @param given.query as it was written: SQL, `@name`, or `-` for standard input
 * @param given.file read where there is no query
 * @throws UsageError for an unknown name, a file that cannot be read, and wrong parameters of a named query
 */
export async function readSql(
  given: { readonly query?: string | undefined; readonly file?: string | undefined },
  written: WrittenValues,
  stdin: NodeJS.ReadableStream,
): Promise<SqlSource> {
  const { query = "-", file } = given;
  if (file === undefined && query.startsWith("@")) {
    const named = namedQuery(query);
    return { sql: named.sql, parameters: queryValues(named, written) };
  }
  const sql =
    file !== undefined
      ? await readTextFile(file, "--file", stdin)
      : query === "-"
        ? await readTextFile("-", "webspool sql", stdin)
        : query;
  return { sql, parameters: plainValues(written) };
}

/**
 * @param written with or without its @
 * @throws UsageError when there is none of that name
 */
export function namedQuery(written: string): NamedQuery {
  const name = written.replace(/^@/, "");
  const found = NAMED_QUERIES.find((query) => query.name === name);
  if (found !== undefined) return found;
  const meant = nearest(
    name,
    NAMED_QUERIES.map((query) => query.name),
  );
  const hint =
    meant === null ? "webspool sql --list lists all queries." : `did you mean @${meant}?`;
  throw new UsageError("unknown_query", `There is no query ${quoted(`@${name}`)}: ${hint}`);
}
