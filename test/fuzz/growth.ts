/**
 * Whether time grows no faster than an input does. Asserted is no time but a ratio, of the thread's own
 * CPU time, and only where it takes enough of it to be measured: four times the input may take ten times
 * as long, where a square would take sixteen.
 */
import { strict as assert } from "node:assert";

const FIRST_CHARS = 8 * 1024;
const LAST_CHARS = 2 * 1024 * 1024;
const STEP = 4;
const MOST_RATIO = 10;
/** Less is noise; so fast is no harm. */
const MEASURABLE_MS = 200;

/** @throws AssertionError naming the sizes and their times */
export function checkGrowth(piece: string, run: (text: string) => void, most: number): void {
  let before: number | null = null;
  for (let chars = FIRST_CHARS; chars <= Math.min(most, LAST_CHARS); chars *= STEP) {
    const text = piece.repeat(Math.ceil(chars / piece.length));
    let ms = cpuMs(() => run(text));
    if (before !== null && ms > MEASURABLE_MS && ms / before > MOST_RATIO) {
      // Once more: it may have been a collection of garbage, or code that was compiled meanwhile.
      ms = Math.min(
        ms,
        cpuMs(() => run(text)),
      );
      const ratio = ms / before;
      assert(
        ratio <= MOST_RATIO || ms <= MEASURABLE_MS,
        `${STEP} times the input took ${ratio.toFixed(1)} times as long: ${ms.toFixed(0)} ms for ${text.length} characters of ${JSON.stringify(piece)}`,
      );
    }
    before = Math.max(ms, MEASURABLE_MS / MOST_RATIO);
  }
}

function cpuMs(run: () => void): number {
  const before = process.cpuUsage();
  run();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}
