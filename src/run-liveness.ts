/** Whether a run has a live process, told from the database alone. */

/** A live process writes every few seconds; one that was silent for this long is gone or stuck. */
const SILENCE_MS = 30_000;

export function isLive(
  run: { readonly state: string; readonly heartbeatAt: number },
  now: number,
): boolean {
  return run.state === "running" && now - run.heartbeatAt < SILENCE_MS;
}
