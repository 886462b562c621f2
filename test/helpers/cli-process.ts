/** The real command line as a process of its own, in a folder that is removed when the test ends. */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";

const MAIN = join(import.meta.dirname, "../../src/cli/bin.ts");
/** A process that takes longer is ended, so that a hang is a failure and no wait. */
const LONGEST_MS = 30_000;

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** How a process is started, where it is not as the test itself is. */
export interface StartedHow {
  readonly uid?: number;
  readonly gid?: number;
  readonly env?: NodeJS.ProcessEnv;
  /** The command's main module; that of the sources by default. */
  readonly main?: string;
  /** After which time it is ended; 30 s by default. */
  readonly longestMs?: number;
  /** A line for sh that ends with `exec "$0" "$@"`: what it does before, the process inherits. */
  readonly shell?: string;
}

export class CliProcess {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  #stdout = "";
  #stderr = "";

  constructor(cwd: string, args: readonly string[], how: StartedHow = {}) {
    const { shell = 'exec "$0" "$@"', longestMs = LONGEST_MS, main = MAIN, ...user } = how;
    const child = spawn("sh", ["-c", shell, process.execPath, main, ...args], {
      cwd,
      stdio: ["ignore", "pipe", "pipe"],
      ...user,
    });
    this.child = child;
    const timer = setTimeout(() => child.kill("SIGKILL"), longestMs);
    child.stdout.setEncoding("utf8").on("data", (text: string) => (this.#stdout += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (this.#stderr += text));
    this.ended = once(child, "close").then(([code, signal]) => {
      clearTimeout(timer);
      return {
        code: code as number | null,
        signal: signal as NodeJS.Signals | null,
        stdout: this.#stdout,
        stderr: this.#stderr,
      };
    });
  }

  /** Waits until stderr holds `text`; the end of the process before that is an error. */
  async said(text: string): Promise<void> {
    while (!this.#stderr.includes(text)) {
      const more = this.child.stderr === null ? null : once(this.child.stderr, "data");
      const end = await Promise.race([this.ended, more]);
      if (!Array.isArray(end) && !this.#stderr.includes(text)) {
        throw new Error(`the process ended without saying "${text}": ${this.#stderr}`);
      }
    }
  }
}

export function temporaryFolder(context: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "webspool-process-"));
  context.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Starts `webspool <args>`; it is ended with the test, whatever happens. */
export function startCli(context: TestContext, cwd: string, ...args: string[]): CliProcess {
  return startCliAs(context, cwd, {}, ...args);
}

/** As `startCli`, by another user or after a line of shell. */
export function startCliAs(
  context: TestContext,
  cwd: string,
  how: StartedHow,
  ...args: string[]
): CliProcess {
  const started = new CliProcess(cwd, args, how);
  context.after(async () => {
    started.child.kill("SIGKILL");
    await started.ended;
  });
  return started;
}

/** Runs `webspool <args>` to its end. */
export async function runCli(context: TestContext, cwd: string, ...args: string[]): Promise<Ended> {
  return await startCli(context, cwd, ...args).ended;
}
