/**
 * The thread's entry: piscina calls `fetchBatch` for each batch, and `closeSession` once at the end.
 * Outcomes do not wait for the end of their batch; they are posted as they come.
 */
import type { FetchBatch } from "../src/messages.ts";
import { fetchOutcome } from "./fetch-outcome.ts";
import { Outbox } from "./outbox.ts";
import { closeThreadSession, threadSession } from "./thread-session.ts";

const outbox = new Outbox();

/** Fetches a batch's requests side by side; resolves when the outcome of each was posted. */
export async function fetchBatch(batch: FetchBatch): Promise<void> {
  const thread = threadSession();
  await Promise.all(
    batch.requests.map(async (request) => {
      const outcome = await fetchOutcome(thread, request);
      // What may not be in the archive is asked for again by the next crawl.
      if (thread.archive === null || thread.archive.failure === null) outbox.post(thread, outcome);
    }),
  );
  outbox.flush(thread);
}

/** Closes this thread's session and posts how its last connections ended. */
export async function closeSession(): Promise<void> {
  const thread = await closeThreadSession();
  if (thread !== null) outbox.flush(thread);
}
