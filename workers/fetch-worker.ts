/**
 * The thread's entry: piscina calls `fetchBatch` for each batch, `recall` for what waits in line, and
 * `closeSession` once at the end. Outcomes do not wait for the end of their batch; they are posted as they
 * come.
 */
import type { Outcome, ThreadBatch } from "../src/messages.ts";
import { asksToSlowDown } from "../src/politeness/index.ts";
import { fetchOutcome } from "./fetch-outcome.ts";
import { HostLines } from "./host-lines.ts";
import { Outbox } from "./outbox.ts";
import { closeThreadSession, threadSession } from "./thread-session.ts";

const outbox = new Outbox();
const lines = new HostLines();

/** Fetches a batch's requests side by side; resolves when each was answered, and posted, or given back. */
export async function fetchBatch(batch: ThreadBatch): Promise<void> {
  const thread = threadSession();
  const { hostId } = batch;
  await Promise.all(
    batch.requests.map(async (request) => {
      if (!(await lines.enter(batch, request))) return;
      const outcome = await fetchOutcome(thread, request);
      if (tellsOfTrouble(outcome)) outbox.giveBack(thread, lines.giveBack(hostId));
      lines.leave(hostId);
      // What may not be in the archive is asked for again by the next crawl.
      if (thread.archive === null || thread.archive.failure === null) outbox.post(thread, outcome);
    }),
  );
  outbox.flush(thread);
}

/** Gives back what waits in line, of one host or of all. */
export function recall({ hostId }: { readonly hostId: number | null }): void {
  const urlIds = lines.giveBack(hostId);
  if (urlIds.length > 0) outbox.giveBack(threadSession(), urlIds);
}

/** Closes this thread's session and posts how its last connections ended. */
export async function closeSession(): Promise<void> {
  const thread = await closeThreadSession();
  if (thread !== null) outbox.flush(thread);
}

/** Whether the coordinator is to decide anew what the host is asked. */
function tellsOfTrouble({ attempts }: Outcome): boolean {
  const last = attempts.at(-1);
  return last === undefined || last.error !== null || asksToSlowDown(last.status ?? 0);
}
