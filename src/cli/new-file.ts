/** Files that a command writes: whole or not at all, and never over another one unasked. */
import {
  existsSync,
  linkSync,
  lstatSync,
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

/** What belongs to a database, behind its name; other inputs have no such files. */
const COMPANIONS = ["", "-wal", "-shm", "-lock", "-bodies", "-bodies-wal", "-bodies-shm"] as const;

/**
 * Looks before the work begins whether the file may be written after it.
 * @param inputs what the work reads, which is not replaced by force either, nor what belongs to it
 * @throws UsageError when it exists and force is not used, or its folder does not
 */
export function checkNewFile({ path, option, force }: NewFile, inputs: readonly string[]): void {
  const refuse = (why: string): never => {
    throw new UsageError("file_not_written", `${option} cannot write ${quoted(path)}: ${why}.`);
  };
  if (!existsSync(path)) {
    const link = lstatSync(path, { throwIfNoEntry: false });
    if (link !== undefined) refuse("it is a link to a file that does not exist");
    if (!existsSync(dirname(resolve(path)))) refuse("its folder does not exist");
    return;
  }
  const stats = statSync(path);
  if (stats.isDirectory()) refuse("it is a folder");
  const real = realpathSync(path);
  const read = inputs.filter(existsSync).map((input) => realpathSync(input));
  if (read.some((input) => COMPANIONS.some((suffix) => `${input}${suffix}` === real))) {
    refuse("it is what is read here, or belongs to it");
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
      takeName(partial, target, force);
    }
  } catch (error) {
    if (!isOther) rmSync(partial, { force: true });
    throw notWritten({ path, option }, error);
  }
}

/**
 * Gives a whole file its name; without force only when no file has it.
 * @throws what the file system says, or that the name was taken meanwhile
 */
export function takeName(partial: string, target: string, force: boolean): void {
  if (force) {
    renameSync(partial, target);
    return;
  }
  try {
    // A rename would replace what has come to exist.
    linkSync(partial, target);
    rmSync(partial);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "EEXIST" || existsSync(target)) {
      throw new Error("it has come to exist meanwhile", { cause: error });
    }
    // File systems without hard links (FAT, some of the network): the moment in between has to be risked.
    renameSync(partial, target);
  }
}

export function notWritten(
  { path, option }: Pick<NewFile, "path" | "option">,
  error: unknown,
): UsageError {
  return new UsageError(
    "file_not_written",
    `${option} cannot write ${quoted(path)}: ${whyUnreadable(error)}.`,
    { cause: error },
  );
}
