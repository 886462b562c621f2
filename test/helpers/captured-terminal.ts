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

/** Like a process whose streams are pipes. `stdin` is what its standard input holds. */
export async function runCaptured(args: readonly string[], stdin = ""): Promise<Captured> {
  const stdout = new PassThrough();
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

/** An output that is no terminal: what a pipe has of a WriteStream is all it uses then. */
function outputTo(stream: PassThrough): Output {
  return new Output(stream as unknown as NodeJS.WriteStream);
}
