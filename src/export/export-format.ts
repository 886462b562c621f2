/** Which form an export has, and whether it is compressed: by what was asked for, else by the file's ending. */
import { basename } from "node:path";
import { UsageError } from "../errors.ts";
import { quoted } from "../reporting/printable.ts";

export const EXPORT_FORMATS = ["jsonl", "csv", "parquet"] as const;

export type ExportFormat = (typeof EXPORT_FORMATS)[number];

export type Compression = "gzip" | "zstd";

export interface ExportForm {
  readonly format: ExportFormat;
  /** Around the whole file; Parquet compresses its own pages. */
  readonly compression: Compression | null;
}

const ENDINGS: Readonly<Record<string, ExportFormat>> = {
  jsonl: "jsonl",
  ndjson: "jsonl",
  csv: "csv",
  parquet: "parquet",
};
const COMPRESSED: Readonly<Record<string, Compression>> = { gz: "gzip", zst: "zstd" };

/**
 * @param file null for standard output, which is JSON Lines unless asked otherwise
 * @throws UsageError for a file whose ending tells nothing, and for compressed Parquet
 */
export function exportForm(file: string | null, asked: ExportFormat | undefined): ExportForm {
  if (file === null) return { format: asked ?? "jsonl", compression: null };
  const endings = basename(file).toLowerCase().split(".").slice(1);
  const compression = COMPRESSED[endings.at(-1) ?? ""] ?? null;
  const format = asked ?? ENDINGS[endings.at(compression === null ? -1 : -2) ?? ""];
  if (format === undefined) {
    throw new UsageError(
      "unknown_format",
      `--to got ${quoted(file)}, whose ending tells no format: end it in .jsonl, .csv or .parquet (the first two also with .gz or .zst), or give --format.`,
    );
  }
  if (format === "parquet" && compression !== null) {
    throw new UsageError(
      "options_conflict",
      `--to got ${quoted(file)}, but Parquet is compressed already: leave the last ending away.`,
    );
  }
  return { format, compression };
}
