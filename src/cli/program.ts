/** From the arguments to the exit code: finds the command, runs it, and says what went wrong. */
import { DatabaseHeldError, StorageError, UsageError } from "../errors.ts";
import { printable } from "../reporting/printable.ts";
import { parseArguments } from "./arguments.ts";
import { EXIT, type Command, type ExitCode } from "./command.ts";
import { COMMANDS } from "./commands/index.ts";
import { commandHelp, programHelp } from "./help.ts";
import { nearest } from "./nearest.ts";
import type { Terminal } from "./terminal.ts";
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
    checkOperands({ name: "help", operands: { min: 0, max: 1, called: "command" } }, rest);
    return help(rest, terminal);
  }
  if (first.startsWith("-")) {
    const { version } = parseArguments(args, {});
    if (version) terminal.stdout.line(`webspool ${packageVersion()}`);
    else for (const line of programHelp(COMMANDS, terminal.stdout)) terminal.stdout.line(line);
    return EXIT.ok;
  }
  const command = findCommand(first);
  const { operands, values, help: wantsHelp, version } = parseArguments(rest, command.options);
  if (wantsHelp) return help([first], terminal);
  if (version) return await run(["--version"], terminal);
  checkOperands(command, operands);
  return await command.run({ terminal, operands, values });
}

function help([name]: readonly string[], { stdout }: Terminal): ExitCode {
  const lines =
    name === undefined || name.startsWith("-")
      ? programHelp(COMMANDS, stdout)
      : commandHelp(findCommand(name), stdout);
  for (const line of lines) stdout.line(line);
  return EXIT.ok;
}

function findCommand(name: string): Command {
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
  command: Pick<Command, "name" | "operands">,
  operands: readonly string[],
): void {
  const { min, max, called } = command.operands;
  if (operands.length >= min && operands.length <= max) return;
  const extra = operands[max];
  const bound = extra === undefined ? `at least ${min} ${called}` : `at most ${max} ${called}`;
  const amount = max === 0 ? `no ${called}` : min === max ? called : bound;
  const got = extra === undefined ? "none" : `"${printable(extra.slice(0, 80))}"`;
  throw new UsageError(
    "wrong_operands",
    `webspool ${command.name} takes ${amount}, but got ${got}: see ${command.name === "help" ? "webspool --help" : `webspool help ${command.name}`}.`,
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
