/** Files that a command writes: whole or not at all, and never over another one unasked. */
import {
  existsSync,
  linkSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
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
export function writeNewFile({ path, option, force }: NewFile, content: string | Uint8Array): void {
  // A pipe or a device is no file that could be replaced.
  const isOther = existsSync(path) && !statSync(path).isFile();
  const target = existsSync(path) ? realpathSync(path) : path;
  const partial = `${target}.partial-${process.pid}`;
  try {
    if (isOther) writeFileSync(path, content);
    else {
      writeFileSync(partial, content);
      if (force) renameSync(partial, target);
      else takeName(partial, target);
    }
  } catch (error) {
    if (!isOther) rmSync(partial, { force: true });
    throw new UsageError(
      "file_not_written",
      `${option} cannot write ${quoted(path)}: ${whyUnreadable(error)}.`,
      { cause: error },
    );
  }
}

/** Gives a whole file its name unless there is a file of that name: a rename would replace it. */
function takeName(partial: string, target: string): void {
  try {
    linkSync(partial, target);
    rmSync(partial);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    // File systems without hard links (FAT, some of the network): the moment in between has to be risked.
    if (code === "EEXIST" || existsSync(target)) throw error;
    renameSync(partial, target);
  }
}
