/** What this thread has to tell the coordinator, posted together once per turn of the event loop. */
import { parentPort } from "node:worker_threads";
import { LinkPacker } from "../src/link-packer.ts";
import type { Outcome, WorkerMessage } from "../src/messages.ts";
import type { ThreadSession } from "./thread-session.ts";

export class Outbox {
  #outcomes: Outcome[] = [];
  #scheduled = false;
  #packer: LinkPacker | null = null;

  /** Outcomes that become ready in one turn of the event loop share a message. */
  post(thread: ThreadSession, outcome: Outcome): void {
    this.#outcomes.push(outcome);
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.flush(thread);
    });
  }

  flush(thread: ThreadSession): void {
    this.#scheduled = false;
    const outcomes = this.#outcomes;
    const connections = thread.takeConnectionReports();
    const archiveFailure = thread.archive?.failure ?? null;
    const isNothing = outcomes.length === 0 && connections.length === 0 && thread.isOpen;
    if (isNothing && archiveFailure === null) return;
    this.#outcomes = [];
    this.#packer ??= new LinkPacker(thread.config.linkTexts);
    const packed = this.#packer.pack(outcomes);
    const message: WorkerMessage = {
      session: thread.report(),
      connections,
      archiveFailure,
      ...packed,
    };
    parentPort?.postMessage(
      message,
      outcomes.flatMap(({ body }) => (body === undefined ? [] : [body.content.buffer])),
    );
  }
}
