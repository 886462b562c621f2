/**
 * When what ended: counts in time slots that are as wide as the run needs. However long it was, a
 * bounded number of slots is kept, and times in which nothing ended are cut out.
 */
import { addTo, CLASSES, type StatusClass } from "./status-class.ts";

/** Slots kept at most; when there are more, each becomes twice as wide. */
const MOST_SLOTS = 2_048;
const FIRST_WIDTH_MS = 10;
/** Bars drawn at most; fewer of few pages, as one page alone is no rate. */
const MOST_BARS = 72;
const LEAST_BARS = 6;
const PAGES_PER_BAR = 2;
/** A silence is cut out when it is longer than this and than a tenth of the rest. */
const LEAST_GAP_MS = 60_000;

export interface TimelineBar {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly widthMs: number;
  /** In the order of the classes. */
  readonly counts: readonly number[];
  /** How long nothing ended before it, where that was cut out. */
  readonly gapMs: number | null;
}

export class Timeline {
  #width = FIRST_WIDTH_MS;
  #count = 0;
  #slots = new Map<number, Uint32Array>();

  add(at: number, status: StatusClass): void {
    const counts = this.#slot(Math.floor(at / this.#width));
    addTo(counts, CLASSES.indexOf(status), 1);
    this.#count += 1;
    while (this.#slots.size > MOST_SLOTS) this.#widen();
  }

  /** In order of time; empty bars between others included. */
  bars(): TimelineBar[] {
    const slots = [...this.#slots].toSorted(([a], [b]) => a - b);
    const gaps = this.#gaps(slots.map(([slot]) => slot));
    const cutOut = gaps.reduce((sum, { slots }) => sum + slots, 0);
    const first = slots[0]?.[0] ?? 0;
    const all = (slots.at(-1)?.[0] ?? 0) - first + 1 - cutOut;
    const most = Math.min(MOST_BARS, Math.max(LEAST_BARS, this.#count / PAGES_PER_BAR));
    const perBar = Math.max(1, Math.ceil(all / most));
    const widthMs = perBar * this.#width;
    const bars: { at: number; counts: number[]; gapMs: number | null; widthMs: number }[] = [];
    const open = (slot: number, gapMs: number | null): void => {
      bars.push({ at: slot * this.#width, widthMs, counts: CLASSES.map(() => 0), gapMs });
    };
    let start = first;
    for (const [slot, counts] of slots) {
      const gap = gaps.find(({ before }) => before === slot);
      if (bars.length === 0 || gap !== undefined) {
        open(slot, gap === undefined ? null : gap.slots * this.#width);
        start = slot;
      }
      for (; slot >= start + perBar; start += perBar) open(start + perBar, null);
      const bar = bars.at(-1);
      for (const [at, count] of counts.entries()) addTo(bar?.counts ?? [], at, count);
    }
    return bars;
  }

  #slot(slot: number): Uint32Array {
    let counts = this.#slots.get(slot);
    if (counts === undefined) {
      counts = new Uint32Array(CLASSES.length);
      this.#slots.set(slot, counts);
    }
    return counts;
  }

  #widen(): void {
    const old = this.#slots;
    this.#width *= 2;
    this.#slots = new Map();
    for (const [slot, counts] of old) {
      const wider = this.#slot(Math.floor(slot / 2));
      for (const [at, count] of counts.entries()) addTo(wider, at, count);
    }
  }

  /** The silences to cut out: how many slots, and before which. */
  #gaps(slots: readonly number[]): { before: number; slots: number }[] {
    const least = LEAST_GAP_MS / this.#width;
    const silences = slots
      .map((slot, at) => ({ before: slot, slots: at === 0 ? 0 : slot - (slots[at - 1] ?? 0) - 1 }))
      .filter(({ slots: length }) => length > least);
    const whole = (slots.at(-1) ?? 0) - (slots[0] ?? 0) + 1;
    const rest = whole - silences.reduce((sum, { slots: length }) => sum + length, 0);
    return silences.filter(({ slots: length }) => length > rest / 10);
  }
}
