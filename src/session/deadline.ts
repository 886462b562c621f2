/**
 * One timer for all the deadlines of an attempt. Activity only moves `dueAt`; the timer, when it
 * fires too early, is set again for the rest, so that a chunk costs no timer call.
 *
 * Timers that are due come before sockets in a turn of the event loop. When the thread was busy with
 * a large page, an answer may wait in a socket that nobody could read: so nothing is late before the
 * sockets were looked at once more.
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
  #lastLook: NodeJS.Immediate | null = null;
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
    if (this.#lastLook !== null) clearImmediate(this.#lastLook);
    this.#timer = null;
    this.#lastLook = null;
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
    this.clear();
    if (performance.now() >= this.#subject.dueAt) this.#lastLook = setImmediate(look, this);
    else this.arm();
  }

  onLastLook(): void {
    const now = performance.now();
    this.clear();
    if (now >= this.#subject.dueAt) this.#subject.onLate(now);
    else this.arm();
  }
}

function fire(deadline: Deadline): void {
  deadline.onTimer();
}

/** Immediates run behind the sockets. */
function look(deadline: Deadline): void {
  deadline.onLastLook();
}
