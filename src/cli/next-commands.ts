/** What a user may want to do after a crawl, ready to be pasted. */
import { isAbsolute } from "node:path";
import type { RunState } from "../events.ts";
import { printable } from "../reporting/printable.ts";

/** Without a command there is only the word. */
export type NextCommand = readonly [command: string | null, text: string];

/**
 * The commands with a word on each.
 * @param run.state the state of the database's last run
 * @param run.hasBefore whether there is an earlier one to compare it with
 */
export function nextCommands(
  dbPath: string,
  run: { readonly state: RunState; readonly hasBefore: boolean },
  environment: NodeJS.ProcessEnv,
): NextCommand[] {
  const program = programName(environment);
  const db = `--db ${shellWord(dbPath)}`;
  const commands: NextCommand[] = [
    [`${program} report ${db}`, "this report again"],
    ...(run.state === "finished" && run.hasBefore
      ? ([[`${program} diff ${db}`, "what changed since the run before"]] as const)
      : []),
    [
      `${program} sql ${db} "select status, url, title from v_page limit 20"`,
      "any question, in SQL",
    ],
    [`${program} sql ${db} "select * from v_broken_link"`, "links that lead nowhere"],
  ];
  return run.state === "interrupted" || run.state === "failed"
    ? [[null, "continue this run: the same command again"], ...commands]
    : commands;
}

/** How this program was called: npm says so to what it runs. */
export function programName(environment: NodeJS.ProcessEnv): string {
  return environment["npm_command"] === undefined ? "webspool" : "npx webspool";
}

/** A path as one word of a POSIX shell; one that begins with "-" is no option. */
export function shellWord(word: string): string {
  const named = word.startsWith("-") && !isAbsolute(word) ? `./${word}` : word;
  if (/^[\w./:@%+,=-]+$/.test(named)) return named;
  if (printable(named) !== named) return `$'${Array.from(named, inDollarQuotes).join("")}'`;
  return `'${named.replaceAll("'", `'\\''`)}'`;
}

/** What a terminal might obey as its bytes in octal (POSIX.1-2024, 2.2.4): it can still be pasted. */
function inDollarQuotes(character: string): string {
  if (character === "'" || character === "\\") return `\\${character}`;
  if (printable(character) === character) return character;
  return Array.from(Buffer.from(character), inOctal).join("");
}

function inOctal(byte: number): string {
  return `\\${byte.toString(8).padStart(3, "0")}`;
}
