/** An answer as the bytes of a file, made as they are asked for. */
import type { NamedValues, ResultColumn, RowReader, SqlValue } from "../storage/index.ts";
import { declaredTypes, seenTypes, type TypedColumn } from "./column-types.ts";
import { encodeCsv } from "./csv-encoder.ts";
import type { ExportFormat } from "./export-format.ts";
import { encodeJsonl } from "./jsonl-encoder.ts";
import { uniqueNames } from "./unique-names.ts";

/** What is exported. */
export interface ExportSource {
  readonly sql: string;
  readonly parameters: NamedValues;
  /** All of a STRICT table: its columns hold what they are declared with. */
  readonly isStrictTable: boolean;
}

export interface EncodeOptions {
  readonly format: ExportFormat;
  /** See `CsvOptions`. */
  readonly raw: boolean;
  readonly forTerminal: boolean;
  /** The application, as the metadata of a Parquet file name it. */
  readonly createdBy: string;
}

export interface EncodedAnswer {
  readonly chunks: Iterable<string | Uint8Array>;
  /** Rows that were encoded so far. */
  readonly rows: number;
}

/** @throws UsageError for wrong SQL; while chunks are taken, also for SQL that fails on a row */
export async function encodeAnswer(
  reader: RowReader,
  source: ExportSource,
  options: EncodeOptions,
): Promise<EncodedAnswer> {
  const { sql, parameters } = source;
  const columns = reader.columns(sql);
  const names = uniqueNames(columns.map(({ name }) => name));
  const counted = new CountedRows(() => reader.rows(sql, parameters));
  const chunks = await chunksOf();
  return {
    chunks,
    get rows() {
      return counted.count;
    },
  };

  async function chunksOf(): Promise<Iterable<string | Uint8Array>> {
    switch (options.format) {
      case "jsonl":
        return encodeJsonl(names, counted);
      case "csv":
        return encodeCsv(names, counted, options);
      case "parquet": {
        // Loaded late: the other forms do not need it.
        const { encodeParquet } = await import("./parquet-encoder.ts");
        const typed = await typedColumns(reader, source, columns, names);
        return encodeParquet(typed, counted, options);
      }
    }
  }
}

async function typedColumns(
  reader: RowReader,
  { sql, parameters, isStrictTable }: ExportSource,
  columns: readonly ResultColumn[],
  names: readonly string[],
): Promise<TypedColumn[]> {
  const types =
    (isStrictTable ? declaredTypes(columns) : null) ??
    (await seenTypes(columns, reader.rows(sql, parameters)));
  return names.map((name, at) => ({ name, type: types[at] ?? "text" }));
}

class CountedRows implements Iterable<SqlValue[]> {
  count = 0;
  readonly #rows: () => Iterable<SqlValue[]>;

  constructor(rows: () => Iterable<SqlValue[]>) {
    this.#rows = rows;
  }

  *[Symbol.iterator](): Generator<SqlValue[], void, void> {
    for (const row of this.#rows()) {
      this.count += 1;
      yield row;
    }
  }
}
