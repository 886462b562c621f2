/** A run's totals, counted as outcomes are recorded and saved in the same transaction. */
import type { OutcomeEvent, RunCounters } from "./events.ts";
import type { FetchAttempt, WorkerMessage } from "./messages.ts";

const ZERO: RunCounters = {
  pages: 0,
  requests: 0,
  requestsReused: 0,
  connectionsOpened: 0,
  bytesWire: 0,
  bytesBody: 0,
  errors: 0,
  links: 0,
};

export class RunTotals {
  readonly counters: RunCounters;
  /** Connections each thread's session had opened when it was last heard of. */
  readonly #opened = new Map<number, number>();

  /** `before` is what earlier processes of the run counted. */
  constructor(before: Readonly<RunCounters> | undefined) {
    this.counters = { ...ZERO, ...before };
  }

  /** What a thread's message adds, with the events of its outcomes. */
  add(message: WorkerMessage, events: readonly OutcomeEvent[]): void {
    const { thread, connectionsOpened } = message.session;
    this.counters.connectionsOpened += connectionsOpened - (this.#opened.get(thread) ?? 0);
    this.#opened.set(thread, connectionsOpened);
    for (const { attempts } of message.outcomes) for (const one of attempts) this.#attempt(one);
    for (const event of events) this.#outcome(event);
  }

  /** What the requests of a thread that ended come to: they reached no socket that is known of. */
  addLost(events: readonly OutcomeEvent[]): void {
    for (const event of events) this.#outcome(event);
  }

  /** URLs of kind page that were settled, with an outcome of their own or with their host. */
  addPages(pages: number): void {
    this.counters.pages += pages;
  }

  /** URLs that were settled without being asked, because their host does not answer. */
  addFailed(urls: number): void {
    this.counters.errors += urls;
  }

  /** What was counted in a transaction that did not become true is uncounted. */
  restore(before: Readonly<RunCounters>): void {
    Object.assign(this.counters, before);
  }

  #attempt(attempt: FetchAttempt): void {
    const { counters } = this;
    if (attempt.connection === null) return;
    counters.requests += 1;
    if (attempt.reused === true) counters.requestsReused += 1;
    counters.bytesWire += attempt.bytesWire ?? 0;
    counters.bytesBody += attempt.bytesBody ?? 0;
  }

  #outcome(event: OutcomeEvent): void {
    const { counters } = this;
    if (!event.settled) return;
    counters.links += event.links;
    const failed = event.error !== null || (event.status ?? 0) >= 400;
    // A missing robots.txt or sitemap is an answer, not an error of the site.
    if (failed && (event.kind === "page" || event.kind === "asset")) counters.errors += 1;
  }
}
