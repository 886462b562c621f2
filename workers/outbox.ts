/** What this thread has to tell the coordinator, posted together once per turn of the event loop. */
import { parentPort } from "node:worker_threads";
import { LinkPacker } from "../src/link-packer.ts";
import type { Outcome, WorkerMessage } from "../src/messages.ts";
import type { ThreadSession } from "./thread-session.ts";

export class Outbox {
  #outcomes: Outcome[] = [];
  #givenBack: number[] = [];
  #scheduled = false;
  #packer: LinkPacker | null = null;

  /** Outcomes that become ready in one turn of the event loop share a message. */
  post(thread: ThreadSession, outcome: Outcome): void {
    this.#outcomes.push(outcome);
    this.#schedule(thread);
  }

  /** URLs that were not asked; told with what is posted next. */
  giveBack(thread: ThreadSession, urlIds: readonly number[]): void {
    if (urlIds.length === 0) return;
    this.#givenBack.push(...urlIds);
    this.#schedule(thread);
  }

  flush(thread: ThreadSession): void {
    this.#scheduled = false;
    const outcomes = this.#outcomes;
    const givenBack = this.#givenBack;
    const connections = thread.takeConnectionReports();
    const archiveFailure = thread.archive?.failure ?? null;
    const isNothing = outcomes.length + connections.length + givenBack.length === 0;
    if (isNothing && thread.isOpen && archiveFailure === null) return;
    this.#outcomes = [];
    this.#givenBack = [];
    this.#packer ??= new LinkPacker(thread.config.linkTexts);
    const packed = this.#packer.pack(outcomes);
    const message: WorkerMessage = {
      session: thread.report(),
      connections,
      givenBack,
      archiveFailure,
      ...packed,
    };
    parentPort?.postMessage(
      message,
      outcomes.flatMap(({ body }) => (body === undefined ? [] : [body.content.buffer])),
    );
  }

  #schedule(thread: ThreadSession): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.flush(thread);
    });
  }
}
