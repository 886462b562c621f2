/**
 * One timer for all the deadlines of an attempt. Activity only moves `dueAt`; the timer, when it
 * fires too early, is set again for the rest, so that a chunk costs no timer call.
 */

interface Subject {
  /** On the clock of `performance.now()`; Infinity when nothing is due. */
  readonly dueAt: number;
  onLate(now: number): void;
}

/** The longest delay setTimeout takes. */
const MAX_DELAY_MS = 2 ** 31 - 1;

export class Deadline {
  readonly #subject: Subject;
  #timer: NodeJS.Timeout | null = null;
  #armedFor = Infinity;

  constructor(subject: Subject) {
    this.#subject = subject;
  }

  /** `dueAt` may have come nearer. */
  arm(): void {
    const { dueAt } = this.#subject;
    if (dueAt >= this.#armedFor) return;
    this.clear();
    this.#set(dueAt, performance.now());
  }

  clear(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#armedFor = Infinity;
  }

  #set(dueAt: number, now: number): void {
    this.#armedFor = dueAt;
    this.#timer = setTimeout(
      fire,
      Math.min(MAX_DELAY_MS, Math.max(1, Math.ceil(dueAt - now))),
      this,
    );
  }

  onTimer(): void {
    const now = performance.now();
    this.clear();
    const { dueAt } = this.#subject;
    if (now >= dueAt) this.#subject.onLate(now);
    else if (dueAt !== Infinity) this.#set(dueAt, now);
  }
}

function fire(deadline: Deadline): void {
  deadline.onTimer();
}
