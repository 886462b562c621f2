/**
 * Keeps V8's heaps near what is alive in them while a crawl is all that the process does. V8 looks at how much
 * memory the machine has, and takes it: behind a crawl of 150,000 pages of which 55 MB were alive, the main
 * thread's heap had 324 MB, a third of it for what is young.
 *
 * These flags are of the whole process and of all its threads; so the command sets them, and not the library.
 * V8 reads them each time that a heap could grow, so that they also count for one that has begun.
 */
import { getHeapSpaceStatistics, setFlagsFromString } from "node:v8";

interface HeapBounds {
  /** So much of what was alive may come again before it is collected; V8 by itself allows 300. */
  readonly growingPercent: number;
  /** Of its young generation a heap uses one half at a time. A thread that starts later cannot make it larger. */
  readonly firstHalfMib: number;
}

const BOUNDS: HeapBounds = { growingPercent: 100, firstHalfMib: 4 };
/**
 * With more than four threads: with eight, 20,000 pages of the scale bench peaked at 647 to 682 MB by the
 * bounds above, and at 577 to 584 by these, for 5 % more CPU.
 */
const BOUNDS_OF_MANY: HeapBounds = { growingPercent: 40, firstHalfMib: 2 };
const MANY_THREADS = 5;
/** Of the main thread's, both halves. With a quarter as much collecting takes a few per cent of all CPU. */
const MOST_YOUNG_BYTES = 32 * 1024 * 1024;
const LOOK_MS = 1_000;

/**
 * undici's parser of HTTP is WebAssembly. V8 compiles its one large function a second time, which takes 23 MB
 * for a moment and 0.1 to 0.4 s of CPU: more than it saves over 10,000 pages. With eight threads the peak
 * is 40 MB lower, with two 10, as malloc then gives back what all of them needed to start.
 */
const WASM_FLAGS = ["wasm-tier-up", "wasm-dynamic-tiering"];

/**
 * To be called before threads are made; `bound` then when the first of them has loaded its modules, and before
 * it gets a response. Node carries its own modules compiled, and V8 takes that only while its flags are those that
 * it was compiled with: the first thread began 40 to 60 ms later with others. The size that a heap begins with is no
 * such flag. Threads that begin after `bound` pay for it.
 */
export function boundHeaps(threads: number): { bound(): void; letGrow(): void } {
  const { growingPercent, firstHalfMib } = threads < MANY_THREADS ? BOUNDS : BOUNDS_OF_MANY;
  setFlagsFromString(`--min-semi-space-size=${firstHalfMib}`);
  let look: NodeJS.Timeout | undefined;
  let isOver = false;
  return {
    bound() {
      if (isOver) return;
      setFlagsFromString(`--heap-growing-percent=${growingPercent}`);
      for (const flag of WASM_FLAGS) setFlagsFromString(`--no-${flag}`);
      look = setInterval(boundYoung, LOOK_MS).unref();
    },
    letGrow() {
      isOver = true;
      clearInterval(look);
      setFlagsFromString("--heap-growing-percent=0");
      setFlagsFromString("--min-semi-space-size=0");
      for (const flag of WASM_FLAGS) setFlagsFromString(`--${flag}`);
      letYoungGrow(true);
    },
  };
}

/**
 * How large a young generation may be is fixed when its heap is made, for the main thread's by the machine. By
 * which factor it grows is not. V8 makes it smaller again where little happens, and then it may grow again.
 */
export function boundYoung(): void {
  const young = getHeapSpaceStatistics().find(({ space_name: name }) => name === "new_space");
  letYoungGrow((young?.space_size ?? 0) < MOST_YOUNG_BYTES);
}

function letYoungGrow(may: boolean): void {
  setFlagsFromString(`--semi-space-growth-factor=${may ? 2 : 1}`);
}
