/** What a fuzzed part of webspool is: how its input is made, and what must hold for any input. */
import type { Random } from "./random-text.ts";

/** A few texts; bytes are texts of Latin-1. */
export type FuzzInput = readonly string[];

export interface FuzzTarget {
  /** As `--target` takes it. */
  readonly name: string;
  make(random: Random): FuzzInput;
  /** Throws when a property does not hold for that input: that, or anything the code throws itself. */
  check(input: FuzzInput): void;
  /** An input that grows: `piece` is repeated to about `length` characters. Absent: its input is short. */
  readonly growth?: {
    readonly pieces: (random: Random) => string;
    /** What is measured, on about that many characters. */
    readonly run: (repeated: string) => void;
    /** Longest input there can be, in characters. */
    readonly most: number;
  };
}

/** Latin-1 text to bytes, as headers and files come. */
export function bytesOf(text: string): Uint8Array {
  return Buffer.from(text, "latin1");
}
