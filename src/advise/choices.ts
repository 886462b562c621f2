/** Which values of a setting are worth a look: few, round, and those between which something changes. */
import type { Tally } from "./simulated-pools.ts";

/** What a run would have cost with one value, with each host kept to its thread and without. */
export interface Choice<Value> {
  readonly value: Value;
  /** The run had this value. */
  readonly isNow: boolean;
  readonly withAffinity: Tally;
  readonly withoutAffinity: Tally;
}

/** Idle times people set, in milliseconds. Longer than the last hardly any server keeps a socket. */
export const IDLE_TIMES_MS: readonly number[] = [
  1_000, 2_000, 5_000, 10_000, 15_000, 30_000, 60_000, 120_000, 300_000,
];

/** 1, 2, 5, 10, 20, 50... up to the first that is at least `most`; that one is the last. */
export function roundCounts(most: number): number[] {
  const counts: number[] = [];
  for (let power = 1; ; power *= 10) {
    for (const step of [1, 2, 5]) {
      counts.push(step * power);
      if (step * power >= most) return counts;
    }
  }
}

/** Sorted, each once. */
export function distinct(values: readonly number[]): number[] {
  return [...new Set(values)].sort((one, other) => one - other);
}

/** Without those that cost the same as the one before: of equal values the smallest says it. */
export function withoutRepeats<Value>(choices: readonly Choice<Value>[]): Choice<Value>[] {
  return choices.filter((choice, at) => {
    const before = choices[at - 1];
    return (
      choice.isNow ||
      before === undefined ||
      !isSame(choice.withAffinity, before.withAffinity) ||
      !isSame(choice.withoutAffinity, before.withoutAffinity)
    );
  });
}

function isSame(one: Tally, other: Tally): boolean {
  return one.opened === other.opened && one.waits === other.waits;
}
