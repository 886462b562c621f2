/** What a command is: one file of `commands/` exports one, `commands/index.ts` names it. */
import type { Setting } from "../settings.ts";
import type { Terminal } from "./terminal.ts";

/** Exit codes, as users script against them. */
export const EXIT = {
  ok: 0,
  defect: 1,
  usage: 2,
  held: 3,
  interrupted: 4,
  storage: 5,
  found: 6,
  allSeedsFailed: 7,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** Options by their names in camelCase, declared as the settings are. */
export type OptionTable = Readonly<Record<string, Setting<unknown>>>;

/** What was given for the options of a table; the others are absent. */
export type OptionValues<Table extends OptionTable> = {
  readonly [Name in keyof Table]?: Table[Name] extends Setting<infer T> ? T : never;
};

export interface CommandContext<Table extends OptionTable = OptionTable> {
  readonly terminal: Terminal;
  /** The arguments that are no options. */
  readonly operands: readonly string[];
  readonly values: OptionValues<Table>;
}

export interface Example {
  readonly text: string;
  readonly command: string;
}

export interface Command<Table extends OptionTable = OptionTable> {
  /** What follows the name: `[<seed>...] [options]`. */
  readonly usage: string;
  /** Further paragraphs of the help. */
  readonly description?: readonly string[];
  readonly examples: readonly Example[];
  /** How many operands it takes, and what they are called in messages. */
  readonly operands: { readonly min: number; readonly max: number; readonly called: string };
  readonly options: Table;
  /** Resolves to the exit code. Wrong usage and storage failures are thrown. */
  run(context: CommandContext<Table>): Promise<ExitCode>;
}

/** What is known of a command before it is loaded. */
export interface CommandEntry {
  readonly name: string;
  /** One line of the list of commands, without a full stop. */
  readonly summary: string;
  readonly load: () => Promise<Command>;
}

/** A command with the types of its options inferred. */
export function defineCommand<const Table extends OptionTable>(
  command: Command<Table>,
): Command<Table> {
  return command;
}
