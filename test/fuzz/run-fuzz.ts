/** Fuzzes some targets, one after the other, until its time or its number of inputs is over. */
import { randomOf } from "../../bench/mutate-page.ts";
import type { FuzzInput, FuzzTarget } from "./fuzz-target.ts";
import { checkGrowth } from "./growth.ts";
import { minimalInput } from "./minimal-input.ts";

/** Growth costs as much as hundreds of inputs. */
const GROWTH_EVERY = 500;
/** No input that is made here is so long that it may take as much CPU time. */
const MOST_MS = 5_000;

export interface FuzzFailure {
  readonly target: string;
  /** Which input of the seed it was. */
  readonly number: number;
  readonly problem: string;
  /** Null where time grew too fast: `problem` names the piece that was repeated. */
  readonly input: FuzzInput | null;
}

export interface FuzzRun {
  readonly inputs: number;
  readonly failures: readonly FuzzFailure[];
}

/** The first failure of each target ends that target. Input `n` is the same for the same seed. */
export function runFuzz(options: {
  readonly targets: readonly FuzzTarget[];
  readonly seed: number;
  /** Asked after each round whether to go on, with the number of inputs so far. */
  readonly goesOn: (inputs: number) => boolean;
  readonly checksGrowth: boolean;
}): FuzzRun {
  const { seed, goesOn, checksGrowth } = options;
  let targets = options.targets;
  const failures: FuzzFailure[] = [];
  let inputs = 0;
  for (let number = 0; targets.length > 0 && goesOn(inputs); number += 1) {
    for (const target of targets) {
      inputs += 1;
      const random = randomOf((Math.imul(seed, 0x9e3779b1) + number) | 0);
      const failure =
        checksGrowth && number % GROWTH_EVERY === 1
          ? growthFailure(target, random, number)
          : inputFailure(target, target.make(random), number);
      if (failure !== null) {
        failures.push(failure);
        targets = targets.filter((each) => each !== target);
      }
    }
  }
  return { inputs, failures };
}

/** What `check` says of an input, with the shortest one that fails; null when all holds. */
export function inputFailure(
  target: FuzzTarget,
  input: FuzzInput,
  number: number,
): FuzzFailure | null {
  const before = process.cpuUsage();
  const found = problemOf(() => target.check(input));
  const { user, system } = process.cpuUsage(before);
  const ms = (user + system) / 1_000;
  // Made minimal it would be fast.
  if (ms > MOST_MS) {
    const problem = `${target.name} took ${ms.toFixed(0)} ms of CPU time`;
    return { target: target.name, number, problem, input };
  }
  if (found === null) return null;
  const minimal = minimalInput(input, (shorter) => problemOf(() => target.check(shorter)) !== null);
  const problem = problemOf(() => target.check(minimal)) ?? "it does not fail a second time";
  return { target: target.name, number, problem, input: minimal };
}

function growthFailure(
  target: FuzzTarget,
  random: () => number,
  number: number,
): FuzzFailure | null {
  const { growth } = target;
  if (growth === undefined) return null;
  const piece = growth.pieces(random) || "x";
  const problem = problemOf(() => checkGrowth(piece, growth.run, growth.most));
  return problem === null ? null : { target: target.name, number, problem, input: null };
}

function problemOf(run: () => void): string | null {
  try {
    run();
    return null;
  } catch (error) {
    return error instanceof Error ? (error.stack ?? error.message) : String(error);
  }
}
