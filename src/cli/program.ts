/** From the arguments to the exit code: finds the command, runs it, and says what went wrong. */
import { DatabaseHeldError, StorageError, UsageError } from "../errors.ts";
import { printable } from "../reporting/printable.ts";
import { parseArguments } from "./arguments.ts";
import { EXIT, type Command, type CommandEntry, type ExitCode } from "./command.ts";
import { COMMANDS } from "./commands/index.ts";
import { commandHelp, programHelp } from "./help.ts";
import { nearest } from "./nearest.ts";
import type { Output, Terminal } from "./terminal.ts";
import { packageVersion } from "./version.ts";

/** Runs `webspool <args>`. Never throws: what was thrown is on stderr and in the exit code. */
export async function runProgram(args: readonly string[], terminal: Terminal): Promise<ExitCode> {
  try {
    return await run(args, terminal);
  } catch (error) {
    return tellError(error, terminal);
  }
}

async function run(args: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const [first, ...rest] = args;
  if (first === undefined) {
    for (const line of programHelp(COMMANDS, terminal.stderr)) terminal.stderr.line(line);
    return EXIT.usage;
  }
  if (first === "help") {
    checkOperands("help", { min: 0, max: 1, called: "command" }, rest);
    return await help(rest, terminal);
  }
  if (first.startsWith("-")) {
    const { version } = parseArguments(args, {});
    if (version) terminal.stdout.line(`webspool ${packageVersion()}`);
    else for (const line of programHelp(COMMANDS, terminal.stdout)) terminal.stdout.line(line);
    return EXIT.ok;
  }
  const { name, load } = findCommand(first);
  const command = await load();
  const { operands, values, help: wantsHelp, version } = parseArguments(rest, command.options);
  if (wantsHelp) return await help([name], terminal);
  if (version) return await run(["--version"], terminal);
  checkOperands(name, command.operands, operands);
  return await command.run({ terminal, operands, values });
}

async function help([name]: readonly string[], { stdout }: Terminal): Promise<ExitCode> {
  for (const line of await helpLines(name, stdout)) stdout.line(line);
  return EXIT.ok;
}

async function helpLines(name: string | undefined, output: Output): Promise<string[]> {
  if (name === undefined || name.startsWith("-")) return programHelp(COMMANDS, output);
  const entry = findCommand(name);
  return commandHelp(entry, await entry.load(), output);
}

function findCommand(name: string): CommandEntry {
  const found = COMMANDS.find((command) => command.name === name);
  if (found !== undefined) return found;
  const shown = printable(name.length > 80 ? `${name.slice(0, 79)}…` : name);
  const meant = nearest(name, [...COMMANDS.map((command) => command.name), "help"]);
  const hint = /^https?:\/\//i.test(name)
    ? `to crawl it, write webspool crawl ${shown}`
    : meant === null
      ? "webspool --help lists all commands"
      : `did you mean ${meant}?`;
  throw new UsageError(
    "unknown_command",
    `There is no command "${shown}": ${hint}${hint.endsWith("?") ? "" : "."}`,
  );
}

function checkOperands(
  name: string,
  { min, max, called }: Command["operands"],
  operands: readonly string[],
): void {
  if (operands.length >= min && operands.length <= max) return;
  const extra = operands[max];
  const bound = extra === undefined ? `at least ${min} ${called}` : `at most ${max} ${called}`;
  const amount = max === 0 ? `no ${called}` : min === max ? called : bound;
  const got = extra === undefined ? "none" : `"${printable(extra.slice(0, 80))}"`;
  throw new UsageError(
    "wrong_operands",
    `webspool ${name} takes ${amount}, but got ${got}: see ${name === "help" ? "webspool --help" : `webspool help ${name}`}.`,
  );
}

/** Says what went wrong and returns the exit code for it. */
export function tellError(error: unknown, { stderr }: Terminal): ExitCode {
  for (const [type, code] of [
    [UsageError, EXIT.usage],
    [DatabaseHeldError, EXIT.held],
    [StorageError, EXIT.storage],
  ] as const) {
    if (error instanceof type) {
      stderr.line(`${stderr.style("red", "webspool:")} ${printable(error.message)}`);
      return code;
    }
  }
  stderr.line(
    `${stderr.style("red", "webspool:")} this is a defect of webspool; please report it:`,
  );
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  for (const line of stack.split("\n")) stderr.line(printable(line));
  return EXIT.defect;
}
