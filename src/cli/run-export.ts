/** Runs one export: what is to be written where is decided first, then it is written. */
import { existsSync, mkdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { UsageError } from "../errors.ts";
import {
  encodeAnswer,
  exportForm,
  type ExportForm,
  type ExportFormat,
  type ExportSource,
} from "../export/index.ts";
import { formatAmount } from "../reporting/format.ts";
import { printable, quoted } from "../reporting/printable.ts";
import { CrawlDatabase, type RowReader } from "../storage/index.ts";
import { exportSource, relationSource, type WrittenSource } from "./export-source.ts";
import { checkNewFile, type NewFile } from "./new-file.ts";
import { PendingFile } from "./pending-file.ts";
import type { WrittenValues } from "./query-parameters.ts";
import type { Terminal } from "./terminal.ts";
import { packageVersion } from "./version.ts";

export interface ExportOptions {
  readonly to?: string | undefined;
  readonly format?: ExportFormat | undefined;
  readonly all?: string | undefined;
  readonly param?: WrittenValues | undefined;
  readonly file?: string | undefined;
  readonly raw?: boolean | undefined;
  readonly force?: boolean | undefined;
}

export interface ExportPlan {
  readonly dbPath: string;
  readonly raw: boolean;
  readonly force: boolean;
  readonly what:
    | { readonly kind: "all"; readonly folder: string; readonly form: ExportForm }
    | {
        readonly kind: "one";
        readonly source: WrittenSource;
        /** Null for standard output. */
        readonly file: NewFile | null;
        readonly form: ExportForm;
      };
}

/** @throws UsageError for what cannot be, before anything is read */
export function checkExport(
  operands: readonly string[],
  options: ExportOptions,
  { dbPath, isTty }: { readonly dbPath: string; readonly isTty: boolean },
): ExportPlan {
  const { to = "-", format, all, file, param = new Map<string, string>(), raw = false } = options;
  const { force = false } = options;
  checkOperands(operands, options);
  const form =
    all !== undefined
      ? { format: format ?? "parquet", compression: null }
      : exportForm(to === "-" ? null : to, format);
  if (raw && form.format !== "csv") {
    throw new UsageError("options_conflict", "--raw says how CSV is written: give --format csv.");
  }
  if (all !== undefined) return { dbPath, raw, force, what: { kind: "all", folder: all, form } };
  const target = to === "-" ? null : { path: to, option: "--to", force };
  if (target !== null) checkNewFile(target, file === undefined ? [dbPath] : [dbPath, file]);
  if (target === null && form.format === "parquet" && isTty) {
    throw new UsageError("no_terminal", "Parquet is nothing for a terminal: give --to FILE.");
  }
  const source = { query: operands[0], file, parameters: param };
  return { dbPath, raw, force, what: { kind: "one", source, file: target, form } };
}

function checkOperands(operands: readonly string[], { all, to, file, param }: ExportOptions): void {
  const given = [
    ...(operands.length === 0 ? [] : ["what is to be exported"]),
    ...(file === undefined ? [] : ["--file"]),
    ...(all === undefined ? [] : ["--all"]),
  ];
  const [first, second] = given;
  if (second !== undefined) {
    throw new UsageError(
      "options_conflict",
      `${first} and ${second} exclude each other: give one.`,
    );
  }
  const beside = all === undefined ? undefined : to !== undefined ? "--to" : param && "--param";
  if (beside !== undefined) {
    throw new UsageError("options_conflict", `--all and ${beside} exclude each other: give one.`);
  }
  const extra = operands[1];
  if (first !== undefined && extra === undefined) return;
  const got = extra === undefined ? "none" : quoted(extra);
  throw new UsageError(
    "wrong_operands",
    `webspool export takes one TABLE, VIEW, @NAME or QUERY (in quotes), but got ${got}: see webspool help export.`,
  );
}

/**
 * Returns what is to be said of it, on stderr.
 * @throws UsageError for wrong SQL or a file that cannot be written; StorageError
 */
export async function runExport(plan: ExportPlan, terminal: Terminal): Promise<string[]> {
  const db = CrawlDatabase.openReadOnly(plan.dbPath);
  try {
    return await db.readRows((reader) => {
      const { what } = plan;
      return what.kind === "all"
        ? exportAll(reader, plan, what)
        : exportOne(reader, plan, what, terminal);
    });
  } finally {
    db.close();
  }
}

async function exportOne(
  reader: RowReader,
  plan: ExportPlan,
  what: ExportPlan["what"] & { kind: "one" },
  { stdin, stdout }: Terminal,
): Promise<string[]> {
  const source = await exportSource(reader, what.source, stdin);
  if (what.file !== null) {
    const { pending, rows } = await writeFile(reader, source, plan, { ...what, file: what.file });
    pending.commit();
    return [`wrote ${printable(what.file.path)}: ${formatAmount(rows, "row")}`];
  }
  const answer = await encodeAnswer(reader, source, {
    ...encoding(plan, what.form),
    forTerminal: stdout.isTty,
  });
  await stdout.writeAll(answer.chunks);
  return [];
}

async function exportAll(
  reader: RowReader,
  plan: ExportPlan,
  { folder, form }: ExportPlan["what"] & { kind: "all" },
): Promise<string[]> {
  const { force, dbPath } = plan;
  if (existsSync(folder) && !statSync(folder).isDirectory()) {
    throw new UsageError("file_not_written", `--all got ${quoted(folder)}, which is no folder.`);
  }
  const targets = reader.relations().map((relation) => {
    const path = join(folder, `${relation.name}.${form.format}`);
    return { relation, file: { path, option: "--all", force } };
  });
  if (existsSync(folder)) for (const { file } of targets) checkNewFile(file, [dbPath]);
  else makeFolder(folder);
  const written: WrittenFile[] = [];
  try {
    for (const { relation, file } of targets) {
      written.push(await writeFile(reader, relationSource(relation), plan, { file, form }));
    }
    // All of them or none: they belong together.
    for (const { pending } of written) pending.commit();
  } catch (error) {
    for (const { pending } of written) pending.discard();
    throw error;
  }
  const rows = written.reduce((sum, file) => sum + file.rows, 0);
  const files = formatAmount(written.length, "file");
  return [`wrote ${files} into ${printable(folder)}: ${formatAmount(rows, "row")}`];
}

function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new UsageError("file_not_written", `--all cannot make ${quoted(folder)}: ${why}.`, {
      cause: error,
    });
  }
}

interface WrittenFile {
  readonly pending: PendingFile;
  readonly rows: number;
}

async function writeFile(
  reader: RowReader,
  source: ExportSource,
  plan: ExportPlan,
  { file, form }: { readonly file: NewFile; readonly form: ExportForm },
): Promise<WrittenFile> {
  const options = { ...encoding(plan, form), forTerminal: false };
  const answer = await encodeAnswer(reader, source, options);
  const pending = await PendingFile.write(file, answer.chunks, form.compression);
  return { pending, rows: answer.rows };
}

function encoding(
  { raw }: ExportPlan,
  { format }: ExportForm,
): { readonly format: ExportFormat; readonly raw: boolean; readonly createdBy: string } {
  return { format, raw, createdBy: `webspool version ${packageVersion()}` };
}
