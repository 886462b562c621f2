/** What `webspool export` is asked for: a table or view by its name, a named query, SQL. */
import { UsageError } from "../errors.ts";
import type { ExportSource } from "../export/index.ts";
import { quoted } from "../reporting/printable.ts";
import type { Relation, RowReader } from "../storage/index.ts";
import { nearest } from "./nearest.ts";
import type { WrittenValues } from "./query-parameters.ts";
import { readSql } from "./sql-source.ts";

export interface WrittenSource {
  /** As `readSql` takes it, or the name of a table or view. */
  readonly query: string | undefined;
  readonly file: string | undefined;
  readonly parameters: WrittenValues;
}

const NAME = /^[\p{L}_][\p{L}\p{N}_$]*$/u;

/** @throws UsageError for a name that nothing has, and as `readSql` does */
export async function exportSource(
  reader: RowReader,
  { query, file, parameters }: WrittenSource,
  stdin: NodeJS.ReadableStream,
): Promise<ExportSource> {
  if (file === undefined && query !== undefined && NAME.test(query)) {
    const relation = relationNamed(query, reader.relations());
    const unasked = [...parameters.keys()][0];
    if (unasked === undefined) return relationSource(relation);
    throw new UsageError(
      "unknown_parameter",
      `--param ${unasked} is not asked for: ${relation.name} is a ${relation.kind}, and all of it is exported.`,
    );
  }
  return { ...(await readSql({ query, file }, parameters, stdin)), isStrictTable: false };
}

/** All rows of a table or view. */
export function relationSource({ name, kind, isStrict }: Relation): ExportSource {
  return {
    sql: `SELECT * FROM "${name.replaceAll('"', '""')}"`,
    parameters: {},
    isStrictTable: kind === "table" && isStrict,
  };
}

function relationNamed(name: string, relations: readonly Relation[]): Relation {
  const wanted = name.toLowerCase();
  const found = relations.find((relation) => relation.name.toLowerCase() === wanted);
  if (found !== undefined) return found;
  const names = relations.map((relation) => relation.name);
  const meant = nearest(name, names) ?? names.find((known) => known === `v_${wanted}`) ?? null;
  const hint =
    meant === null
      ? "docs/schema.md has all of them, and a SELECT or a @NAME is taken as well."
      : `did you mean ${meant}?`;
  throw new UsageError("unknown_table", `There is no table or view ${quoted(name)}: ${hint}`);
}
