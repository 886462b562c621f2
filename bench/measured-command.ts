/** Runs a command to its end, or to a limit, and tells what it used: all of its processes together. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

export interface MeasuredCommand {
  readonly seconds: number;
  /** User and system time of the command and of what it started and waited for. */
  readonly cpuSeconds: number;
  /** The largest resident set of any one of its processes. */
  readonly peakMb: number;
  readonly stdout: string;
  /** Null when it was ended by a signal. */
  readonly exitCode: number | null;
}

const GNU_TIME = "/usr/bin/time";

/** Why nothing can be measured here, or null. */
export function cannotMeasure(): string | null {
  return existsSync(GNU_TIME) ? null : "GNU time is needed: apt-get install time";
}

/**
 * @param command program and arguments
 * @param options.limitSeconds SIGINT after this, SIGKILL 20 s later
 * @param options.directory where it runs, and where the figures are left for a moment
 */
export async function measuredCommand(
  command: readonly string[],
  options: { limitSeconds: number; directory: string },
): Promise<MeasuredCommand> {
  const { limitSeconds, directory } = options;
  const figures = join(directory, "time.txt");
  const limited = ["timeout", "--signal=INT", "--kill-after=20", String(limitSeconds), ...command];
  const child = spawn(GNU_TIME, ["-q", "-f", "%e %U %S %M", "-o", figures, ...limited], {
    cwd: directory,
    stdio: ["ignore", "pipe", "inherit"],
  });
  let stdout = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
  });
  const [exitCode] = (await once(child, "close")) as [number | null];
  const [seconds, user, system, peakKb] = readFileSync(figures, "utf8")
    .trim()
    .split(" ")
    .map(Number);
  return {
    seconds: seconds ?? 0,
    cpuSeconds: (user ?? 0) + (system ?? 0),
    peakMb: (peakKb ?? 0) / 1024,
    stdout,
    exitCode,
  };
}
