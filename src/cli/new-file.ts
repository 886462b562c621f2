/** Files that a command writes: whole or not at all, and never over another one unasked. */
import { existsSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { UsageError } from "../errors.ts";
import { quoted } from "../reporting/printable.ts";
import { whyUnreadable } from "./seeds.ts";

export interface NewFile {
  readonly path: string;
  /** What names it: `--junit`. */
  readonly option: string;
  /** Whether a file that exists is replaced. */
  readonly force: boolean;
}

/**
 * Looks before the work begins whether the file may be written after it.
 * @param inputs what the work reads, which is not replaced by force either
 * @throws UsageError when it exists and force is not used, or its folder does not
 */
export function checkNewFile({ path, option, force }: NewFile, inputs: readonly string[]): void {
  const refuse = (why: string): never => {
    throw new UsageError("file_not_written", `${option} cannot write ${quoted(path)}: ${why}.`);
  };
  if (!existsSync(path)) {
    if (!existsSync(dirname(resolve(path)))) refuse("its folder does not exist");
    return;
  }
  const stats = statSync(path);
  if (stats.isDirectory()) refuse("it is a folder");
  const real = realpathSync(path);
  if (inputs.some((input) => existsSync(input) && realpathSync(input) === real)) {
    refuse("it is what is read here");
  }
  if (stats.isFile() && !force) refuse("it exists; name a new file, or replace it with --force");
}

/** @throws UsageError when it cannot be written, or has come to exist meanwhile */
export function writeNewFile(
  { path, option, force }: NewFile,
  content: string | Uint8Array,
): void {
  // A pipe or a device is no file that could be replaced.
  const isOther = existsSync(path) && !statSync(path).isFile();
  const target = existsSync(path) ? realpathSync(path) : path;
  const partial = `${target}.partial-${process.pid}`;
  try {
    if (isOther) writeFileSync(path, content);
    else if (!force) writeFileSync(path, content, { flag: "wx" });
    else {
      writeFileSync(partial, content);
      renameSync(partial, target);
    }
  } catch (error) {
    if (!isOther && force) rmSync(partial, { force: true });
    throw new UsageError(
      "file_not_written",
      `${option} cannot write ${quoted(path)}: ${whyUnreadable(error)}.`,
      { cause: error },
    );
  }
}
