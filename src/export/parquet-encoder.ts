/** Rows as Parquet, a row group at a time. The only importer of hyparquet-writer. */
import { zstdCompressSync } from "node:zlib";
import { ByteWriter, ParquetWriter } from "hyparquet-writer";
import { UsageError } from "../errors.ts";
import type { SqlValue } from "../storage/index.ts";
import type { ColumnType, TypedColumn } from "./column-types.ts";

/** A row group is held in memory while it is made; readers take one at a time as well. */
const GROUP_ROWS = 50_000;
/** Of all values together: many columns, or long texts, end a group sooner. */
const GROUP_BYTES = 16 * 1024 * 1024;
/** What a value takes beside its text. */
const VALUE_BYTES = 8;

type SchemaElement = ConstructorParameters<typeof ParquetWriter>[0]["schema"][number];
type Values = (string | number | bigint | Uint8Array | null)[];

const ELEMENTS: Readonly<Record<ColumnType, Omit<SchemaElement, "name">>> = {
  integer: { type: "INT64" },
  real: { type: "DOUBLE" },
  text: { type: "BYTE_ARRAY", converted_type: "UTF8", logical_type: { type: "STRING" } },
  blob: { type: "BYTE_ARRAY" },
  time: {
    type: "INT64",
    converted_type: "TIMESTAMP_MICROS",
    logical_type: { type: "TIMESTAMP", isAdjustedToUTC: true, unit: "MICROS" },
  },
};

/**
 * @param options.createdBy the application, as the file's metadata name it
 * @throws UsageError for a value that its column does not take, once that row is reached
 */
export function* encodeParquet(
  columns: readonly TypedColumn[],
  rows: Iterable<readonly SqlValue[]>,
  { createdBy }: { readonly createdBy: string },
): Generator<Uint8Array, void, void> {
  const bytes = new ByteWriter();
  const parquet = new ParquetWriter({
    writer: bytes,
    schema: schemaOf(columns),
    codec: "ZSTD",
    compressors: { ZSTD: (input) => zstdCompressSync(input) },
    createdBy,
  });
  // What was written so far; offsets in the file go on counting.
  const take = (): Uint8Array => {
    const taken = bytes.getBytes().slice();
    bytes.index = 0;
    return taken;
  };
  let group = new RowGroup(columns);
  for (const row of rows) {
    group.add(row);
    if (!group.isFull) continue;
    group.write(parquet);
    yield take();
    group = new RowGroup(columns);
  }
  group.write(parquet);
  void parquet.finish();
  yield take();
}

function schemaOf(columns: readonly TypedColumn[]): SchemaElement[] {
  return [
    { name: "root", num_children: columns.length },
    ...columns.map(({ name, type }): SchemaElement => {
      return { name, ...ELEMENTS[type], repetition_type: "OPTIONAL" };
    }),
  ];
}

class RowGroup {
  readonly #columns: readonly TypedColumn[];
  readonly #values: Values[];
  #rows = 0;
  #bytes = 0;

  constructor(columns: readonly TypedColumn[]) {
    this.#columns = columns;
    this.#values = columns.map(() => []);
  }

  get isFull(): boolean {
    return this.#rows >= GROUP_ROWS || this.#bytes >= GROUP_BYTES;
  }

  add(row: readonly SqlValue[]): void {
    for (const [at, { type }] of this.#columns.entries()) {
      const value = valueOf(row[at] ?? null, type);
      this.#bytes += VALUE_BYTES;
      if (typeof value === "string" || value instanceof Uint8Array) this.#bytes += value.length;
      this.#values[at]?.push(value);
    }
    this.#rows += 1;
  }

  write(parquet: ParquetWriter): void {
    if (this.#rows === 0) return;
    void parquet.write({
      columnData: this.#columns.map(({ name }, at) => ({
        name,
        data: this.#values[at] ?? [],
        offsetIndex: false,
      })),
      rowGroupSize: this.#rows,
    });
  }
}

/** The value as its column has it: see `ColumnType`. */
function valueOf(value: SqlValue, type: ColumnType): Values[number] {
  if (value === null) return null;
  switch (type) {
    case "integer":
      return typeof value === "bigint" ? value : misfit(value, type);
    case "time":
      if (typeof value === "bigint") return value * 1_000n;
      return typeof value === "number" ? BigInt(Math.round(value * 1_000)) : misfit(value, type);
    case "real":
      return typeof value === "number" || typeof value === "bigint"
        ? Number(value)
        : misfit(value, type);
    case "text":
      return value instanceof Uint8Array ? misfit(value, type) : String(value);
    case "blob":
      return value instanceof Uint8Array ? value : Buffer.from(String(value));
  }
}

function misfit(value: SqlValue, type: ColumnType): never {
  throw new UsageError(
    "answer_differs",
    `The query gave a value of type ${typeof value} where it gave ${type} before: Parquet needs one that answers the same each time, or JSON Lines takes it.`,
  );
}
