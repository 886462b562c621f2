/** What a user may want to do after a crawl, ready to be pasted. */
import { isAbsolute } from "node:path";
import type { RunState } from "../events.ts";

/** The commands with a word on each; `seeds` are needed again where a run is to go on. */
export function nextCommands(
  dbPath: string,
  state: RunState,
  environment: NodeJS.ProcessEnv,
): (readonly [command: string, text: string])[] {
  const program = programName(environment);
  const db = `--db ${shellWord(dbPath)}`;
  const commands: (readonly [string, string])[] = [
    [`${program} report ${db}`, "this report again"],
    [
      `${program} sql ${db} "select status, url, title from v_page limit 20"`,
      "any question, in SQL",
    ],
    [`${program} sql ${db} "select * from v_broken_link"`, "links that lead nowhere"],
  ];
  return state === "interrupted" || state === "failed"
    ? [[`${program} crawl ${db}`, "continue this run"], ...commands]
    : commands;
}

/** How this program was called: npm says so to what it runs. */
export function programName(environment: NodeJS.ProcessEnv): string {
  return environment["npm_command"] === undefined ? "webspool" : "npx webspool";
}

/** A path as one word of a POSIX shell; one that begins with "-" is no option. */
export function shellWord(word: string): string {
  const named = word.startsWith("-") && !isAbsolute(word) ? `./${word}` : word;
  return /^[\w./:@%+,=-]+$/.test(named) ? named : `'${named.replaceAll("'", `'\\''`)}'`;
}
