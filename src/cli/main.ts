/** The process around the program: its streams, its end. The only place that exits. */
import { runProgram, tellError } from "./program.ts";
import { Output, type Terminal } from "./terminal.ts";

/** Runs `webspool <args>` and ends the process with the exit code that says how it went. */
export async function main(args: readonly string[]): Promise<never> {
  const terminal: Terminal = {
    stdin: process.stdin,
    stdout: new Output(process.stdout),
    stderr: new Output(process.stderr),
  };
  // What nobody waits for must not end the process without a word either.
  process.on("uncaughtException", (error) => {
    process.exit(tellError(error, terminal));
  });
  const code = await runProgram(args, terminal);
  await Promise.all([terminal.stdout.flush(), terminal.stderr.flush()]);
  process.exit(code);
}
