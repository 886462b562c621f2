/** undici calls handlers from within its parser: what has ended is settled after it has returned. */

interface Ended {
  settle(): void;
}

const ended: Ended[] = [];

/** Calls `settle` once the running callback of undici is over. */
export function settleSoon(attempt: Ended): void {
  if (ended.push(attempt) === 1) queueMicrotask(settleAll);
}

function settleAll(): void {
  for (const attempt of ended.splice(0)) attempt.settle();
}
