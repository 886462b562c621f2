/** `npm start`: the demo without arguments, else a command, else a crawl of what was given. */
import { COMMANDS } from "./commands/index.ts";
import { main } from "./main.ts";

/** What `webspool` is called with for the arguments of `npm start --`. */
function argumentsOf(args: readonly string[]): readonly string[] {
  const [first] = args;
  if (first === undefined) return ["demo"];
  const known = [...COMMANDS.map(({ name }) => name), "help", "--help", "-h", "--version", "-V"];
  return known.includes(first) ? args : ["crawl", ...args];
}

await main(argumentsOf(process.argv.slice(2)));
