/** Checks that turn a wrong option into one sentence. */
import { inspect } from "node:util";
import { SessionUsageError } from "./session-error.ts";

export function wrongOption(sentence: string): SessionUsageError {
  return new SessionUsageError("invalid_option", sentence);
}

/** Misspelt names fail instead of being ignored. */
export function checkNames(where: string, options: object, names: readonly string[]): void {
  for (const name of Object.keys(options)) {
    if (!names.includes(name)) {
      throw wrongOption(`${where} has no option "${name}"; it takes ${names.join(", ")}.`);
    }
  }
}

export function integer(name: string, value: unknown, min: number): number {
  if (typeof value !== "number" || !Number.isSafeInteger(value) || value < min) {
    throw wrongOption(`${name} takes a whole number from ${min}, not ${inspect(value)}.`);
  }
  return value;
}

/** A duration above 0; null is no end (Infinity). */
export function milliseconds(name: string, value: unknown): number {
  if (value === null || value === Infinity) return Infinity;
  if (typeof value !== "number" || !(value > 0)) {
    throw wrongOption(
      `${name} takes milliseconds above 0, or null for no end, not ${inspect(value)}.`,
    );
  }
  return value;
}
