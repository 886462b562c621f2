/** Runs the program inside the test's process, its streams kept as text. */
import { PassThrough, Readable } from "node:stream";
import type { ExitCode } from "../../src/cli/command.ts";
import { runProgram } from "../../src/cli/program.ts";
import { Output } from "../../src/cli/terminal.ts";

export interface Captured {
  readonly code: ExitCode;
  readonly stdout: string;
  readonly stderr: string;
}

/** Like a process whose streams are pipes, stdout a terminal where `isTty` says so. */
export async function runCaptured(
  args: readonly string[],
  stdin = "",
  { isTty = false } = {},
): Promise<Captured> {
  const stdout = Object.assign(new PassThrough(), isTty ? { isTTY: true, columns: 200 } : {});
  const stderr = new PassThrough();
  const chunks: Record<"stdout" | "stderr", string> = { stdout: "", stderr: "" };
  stdout.setEncoding("utf8").on("data", (chunk: string) => (chunks.stdout += chunk));
  stderr.setEncoding("utf8").on("data", (chunk: string) => (chunks.stderr += chunk));
  const terminal = {
    stdin: Readable.from([stdin]),
    stdout: outputTo(stdout),
    stderr: outputTo(stderr),
  };
  const code = await runProgram(args, terminal);
  await Promise.all([terminal.stdout.flush(), terminal.stderr.flush()]);
  // What was flushed is handed to the listeners in the next turn.
  await new Promise((resolve) => setImmediate(resolve));
  return { code, ...chunks };
}

/** What a pipe has of a WriteStream, and whether it is a terminal, is all that an output uses. */
function outputTo(stream: PassThrough): Output {
  return new Output(stream as unknown as NodeJS.WriteStream);
}
