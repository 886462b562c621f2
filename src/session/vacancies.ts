/** Sockets of a pool that are gone: the next one to be opened takes the place of the last, and says why. */
import type { OpenReason } from "./records.ts";

interface Vacancy {
  readonly reason: OpenReason;
  readonly previousId: number | null;
  /** urllib3 keeps the connection object when only its socket died: "Resetting", not "Starting". */
  readonly reset: boolean;
}

/** More is not worth remembering. */
const MAX_VACANCIES = 64;

export class Vacancies {
  readonly #places: Vacancy[] = [];

  add(reason: OpenReason | "session_closed", previousId: number | null, reset: boolean): void {
    if (this.#places.length >= MAX_VACANCIES) this.#places.shift();
    this.#places.push({
      reason: reason === "session_closed" ? "session_replaced" : reason,
      previousId,
      reset,
    });
  }

  /** The newest, which is taken by that. */
  take(): Vacancy | undefined {
    return this.#places.pop();
  }
}
