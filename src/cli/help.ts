/** The help texts, from the commands' and the options' declarations. */
import { wrapText } from "../reporting/text-width.ts";
import { optionOf, type Setting } from "../settings.ts";
import { isRepeatable } from "./arguments.ts";
import type { Command, CommandEntry, OptionTable } from "./command.ts";
import type { Output } from "./terminal.ts";

/** Wider lines are hard to read, however wide the terminal is. */
const MOST_COLUMNS = 100;

/** Groups of so few options would be more headings than help. */
const FEW_OPTIONS = 8;

/** Where descriptions begin; an option that reaches beyond has its own line. */
const INDENT = 31;

/** `webspool --help`. */
export function programHelp(commands: readonly CommandEntry[], output: Output): string[] {
  const bold = (text: string): string => output.style("bold", text);
  const width = Math.max(...commands.map(({ name }) => name.length));
  return [
    "A concurrent web crawler for cron: what it finds, and how its connections were",
    "reused, goes into one SQLite file.",
    "",
    `${bold("Usage:")} webspool <command> [options]`,
    "",
    bold("Commands:"),
    ...commands.map(({ name, summary }) => `  ${name.padEnd(width)}   ${summary}`),
    "",
    bold("Options:"),
    "  -h, --help       Show help, of a command after its name",
    "  -V, --version    Show the version",
    "",
    bold("Examples:"),
    "  webspool demo",
    "  webspool crawl https://example.com/ --max-pages 100",
    "  webspool help crawl",
  ];
}

/** `webspool <command> --help`. */
export function commandHelp(
  { name, summary }: CommandEntry,
  command: Command,
  output: Output,
): string[] {
  const bold = (text: string): string => output.style("bold", text);
  const columns = Math.min(output.columns, MOST_COLUMNS);
  return [
    `${summary}.`,
    "",
    `${bold("Usage:")} webspool ${`${name} ${command.usage}`.trim()}`,
    ...(command.description ?? []).flatMap((text) => ["", ...wrapText(text, columns)]),
    "",
    bold("Examples:"),
    ...command.examples.flatMap(({ text, command: line }) => [
      `  ${output.style("dim", `# ${text}`)}`,
      `  ${line}`,
    ]),
    ...optionGroups(command.options).flatMap(([group, options]) => [
      "",
      bold(`${group}:`),
      ...options.flatMap((line) => line(columns)),
    ]),
  ];
}

type OptionLines = (columns: number) => string[];

function optionGroups(table: OptionTable): (readonly [string, OptionLines[]])[] {
  const groups = new Map<string, OptionLines[]>();
  const several = Object.keys(table).length > FEW_OPTIONS;
  for (const [name, setting] of Object.entries(table)) {
    const group = several ? setting.group : "Options";
    const lines = (columns: number): string[] =>
      optionLines(optionHead(name, setting), optionText(setting), columns);
    groups.set(group, [...(groups.get(group) ?? []), lines]);
  }
  const last = [...groups.keys()].at(-1) ?? "Options";
  groups.set(last, [...(groups.get(last) ?? []), helpOption]);
  return [...groups];
}

function helpOption(columns: number): string[] {
  return optionLines("  -h, --help", "Show this help.", columns);
}

function optionHead(name: string, setting: Setting<unknown>): string {
  const { kind, default: value, short } = setting;
  const option = optionOf(name);
  const shown = value === true ? `--[no-]${option.slice(2)}` : option;
  const placeholder = kind.placeholder === undefined ? "" : ` ${kind.placeholder}`;
  return `  ${short === undefined ? "    " : `-${short}, `}${shown}${placeholder}`;
}

function optionText(setting: Setting<unknown>): string {
  const value = defaultText(setting);
  return value === null ? setting.description : `${setting.description} [default: ${value}]`;
}

/** The default as the user would write it; null where there is none worth a word. */
export function defaultText(setting: Setting<unknown>): string | null {
  const { default: value, defaultText: words } = setting;
  if (words !== undefined) return words;
  if (value === null || value === false || isRepeatable(setting)) return null;
  return value === true ? "on" : String(value);
}

function optionLines(head: string, text: string, columns: number): string[] {
  const lines = wrapText(text, Math.max(20, columns - INDENT));
  const rest = " ".repeat(INDENT);
  if (head.length > INDENT - 2) return [head, ...lines.map((line) => rest + line)];
  return lines.map((line, index) => (index === 0 ? head.padEnd(INDENT) : rest) + line);
}
