/** The command line: `node:util` splits it, the option table says what is allowed. */
import { parseArgs, type ParseArgsConfig } from "node:util";
import { UsageError } from "../errors.ts";
import { quoted } from "../reporting/printable.ts";
import { optionOf, type Setting } from "../settings.ts";
import type { OptionTable } from "./command.ts";
import { nearest } from "./nearest.ts";

export interface ParsedArguments {
  readonly operands: readonly string[];
  /** Parsed values by option name in camelCase; what was not given is absent. */
  readonly values: Readonly<Record<string, unknown>>;
  readonly help: boolean;
  readonly version: boolean;
}

const HELP_ONLY: ParsedArguments = { operands: [], values: {}, help: true, version: false };

/**
 * Reads the arguments of a command. Of a single option given twice the last wins; repeatable options
 * collect. `--help` and `--version` are known everywhere, and --help wins over every mistake.
 *
 * @throws UsageError naming the option, what it got and what it takes
 */
export function parseArguments(args: readonly string[], table: OptionTable): ParsedArguments {
  const byOption = new Map(Object.keys(table).map((name) => [optionOf(name).slice(2), name]));
  const { tokens } = parseArgs({
    args: [...args],
    options: parseArgsOptions(table),
    allowPositionals: true,
    allowNegative: true,
    strict: false,
    tokens: true,
  });
  if (tokens.some((token) => token.kind === "option" && token.name === "help")) return HELP_ONLY;

  const operands: string[] = [];
  const given = new Map<string, unknown[]>();
  let version = false;
  for (const token of tokens) {
    if (token.kind === "positional") operands.push(token.value);
    if (token.kind !== "option") continue;
    if (token.name === "version") {
      version = true;
      continue;
    }
    const name = byOption.get(token.name);
    const setting = name === undefined ? undefined : table[name];
    if (name === undefined || setting === undefined) throw unknownOption(token.rawName, table);
    const value = checkedValue(token, setting, optionOf(name));
    given.set(name, isRepeatable(setting) ? [...(given.get(name) ?? []), value] : [value]);
  }
  const values: Record<string, unknown> = {};
  for (const [name, list] of given) {
    const setting = table[name];
    if (setting === undefined) continue;
    values[name] = setting.kind.parse(isRepeatable(setting) ? list : list[0], optionOf(name));
  }
  return { operands, values, help: false, version };
}

/** Whether an option may be given several times. */
export function isRepeatable(setting: Setting<unknown>): boolean {
  return setting.kind.json === "strings";
}

function parseArgsOptions(table: OptionTable): NonNullable<ParseArgsConfig["options"]> {
  const options: NonNullable<ParseArgsConfig["options"]> = {
    help: { type: "boolean", short: "h" },
    version: { type: "boolean", short: "V" },
  };
  for (const [name, setting] of Object.entries(table)) {
    options[optionOf(name).slice(2)] = {
      type: setting.kind.json === "boolean" ? "boolean" : "string",
      ...(setting.short === undefined ? {} : { short: setting.short }),
    };
  }
  return options;
}

/** An option as `parseArgs` found it. */
interface OptionToken {
  readonly rawName: string;
  readonly value?: string | undefined;
  readonly inlineValue?: boolean | undefined;
}

function checkedValue(token: OptionToken, setting: Setting<unknown>, option: string): unknown {
  const negated = token.rawName.startsWith("--no-") && !option.startsWith("--no-");
  if (setting.kind.json === "boolean") {
    if (token.inlineValue === true) {
      throw new UsageError(
        "unexpected_value",
        `${token.rawName} got ${quoted(token.value ?? "")}, but takes no value: write ${option} or --no-${option.slice(2)}.`,
      );
    }
    return !negated;
  }
  if (negated) {
    throw new UsageError(
      "unknown_option",
      `There is no ${token.rawName}: ${option} takes ${setting.kind.takes}.`,
    );
  }
  const { value, inlineValue } = token;
  if (value === undefined) {
    throw new UsageError(
      "missing_value",
      `${option} lacks its value: it takes ${setting.kind.takes}.`,
    );
  }
  // "-" is standard input and -1 is a number, if out of bounds; anything else here is an option.
  if (inlineValue === false && /^-[^\d]/.test(value)) {
    throw new UsageError(
      "missing_value",
      `${option} lacks its value: ${quoted(value)} looks like an option (if it is the value, write ${option}=${value}).`,
    );
  }
  return value;
}

function unknownOption(rawName: string, table: OptionTable): UsageError {
  const known = ["--help", "--version"];
  for (const [name, { kind }] of Object.entries(table)) {
    const option = optionOf(name);
    known.push(option);
    if (kind.json === "boolean") known.push(`--no-${option.slice(2)}`);
  }
  const meant = rawName.startsWith("--") ? nearest(rawName, known) : null;
  const hint = meant === null ? "--help lists all options" : `did you mean ${meant}?`;
  return new UsageError(
    "unknown_option",
    `There is no option ${quoted(rawName)}${meant === null ? ";" : ":"} ${hint}${meant === null ? "." : ""}`,
  );
}
