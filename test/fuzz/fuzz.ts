/**
 * `npm run fuzz -- --seconds 60`: random input to all that reads what comes from outside. Prints its seed,
 * and of each failure the shortest input found, with the command that runs it again.
 *
 *   --seconds N      how long (60)
 *   --seed N         what to begin with; by chance without it
 *   --target NAME    only this (repeatable): url, robots, sitemap, headers, html, html-bytes
 *   --input JSON     no random input but this one, as a failure prints it; needs one --target
 */
import { randomInt } from "node:crypto";
import { parseArgs } from "node:util";
import { inputFailure, runFuzz, type FuzzFailure } from "./run-fuzz.ts";
import { TARGETS } from "./targets/index.ts";

const { values } = parseArgs({
  options: {
    seconds: { type: "string", default: "60" },
    seed: { type: "string", default: String(randomInt(2 ** 31)) },
    target: { type: "string", multiple: true, default: [] },
    input: { type: "string" },
  },
});
const seconds = Number(values.seconds);
const seed = Number(values.seed);
const targets = TARGETS.filter(
  ({ name }) => values.target.length === 0 || values.target.includes(name),
);
const unknown = values.target.filter((name) => !TARGETS.some((target) => target.name === name));

function tell({ target, number, problem, input }: FuzzFailure): void {
  console.error(`\n${target}: input ${number} of seed ${seed}\n${problem}`);
  if (input === null) return;
  // Surrogates and controls as escapes, so that the line can be pasted.
  const json = JSON.stringify(input).replaceAll(
    /[^ -~]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
  console.error(
    `again: npm run fuzz -- --target ${target} --input '${json.replaceAll("'", "\\u0027")}'`,
  );
}

function run(): number {
  if (!(seconds > 0) || !Number.isSafeInteger(seed) || unknown.length > 0) {
    console.error(
      `fuzz: --seconds takes a number above 0, --seed a whole one, --target one of ${TARGETS.map(({ name }) => name).join(", ")}.`,
    );
    return 2;
  }
  const [only, ...others] = targets;
  if (values.input !== undefined) {
    if (only === undefined || others.length > 0) {
      console.error("fuzz: --input needs exactly one --target.");
      return 2;
    }
    const failure = inputFailure(only, JSON.parse(values.input) as string[], 0);
    if (failure === null) console.log("all properties hold");
    else tell(failure);
    return failure === null ? 0 : 1;
  }
  console.log(`seed ${seed}, ${seconds} s, ${targets.map(({ name }) => name).join(" ")}`);
  const end = performance.now() + seconds * 1_000;
  const { inputs, failures } = runFuzz({
    targets,
    seed,
    goesOn: () => performance.now() < end,
    checksGrowth: true,
  });
  for (const failure of failures) tell(failure);
  console.log(`${inputs} inputs, ${failures.length} failures (seed ${seed})`);
  return failures.length === 0 ? 0 : 1;
}

process.exitCode = run();
