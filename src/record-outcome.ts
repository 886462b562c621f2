/**
 * What an outcome changes, in the one transaction that makes it count: its attempts, its URL's place in
 * the frontier, the page's facts and links, and the URLs that were found.
 */
import type { OutcomeEvent } from "./events.ts";
import { lostOutcome } from "./failed-outcome.ts";
import type { Frontier, Settlement } from "./frontier/index.ts";
import { LinkReader } from "./link-reader.ts";
import type { UnlinkedOutcome, WorkerMessage } from "./messages.ts";
import { OutcomeLinks, type LinkSettings, type PageLinks } from "./outcome-links.ts";
import type { CrawlDatabase } from "./storage/index.ts";
import type { EndedThread } from "./worker-events.ts";

const NO_LINKS: PageLinks = { links: [], reader: new LinkReader() };

export class Recorder {
  readonly #db: CrawlDatabase;
  readonly #frontier: Frontier;
  readonly #runId: number;
  readonly #links: OutcomeLinks;
  /** By the numbers of the threads. */
  readonly #readers = new Map<number, LinkReader>();

  constructor(db: CrawlDatabase, frontier: Frontier, runId: number, settings: LinkSettings) {
    this.#links = new OutcomeLinks(db, frontier, runId, settings);
    this.#db = db;
    this.#frontier = frontier;
    this.#runId = runId;
  }

  /** Records what a thread posted; returns what is to be told once it is committed. */
  record(message: WorkerMessage, now: number): OutcomeEvent[] {
    const sessionId = this.#db.recordSession(this.#runId, message.session, process.pid);
    this.#db.recordConnections(sessionId, this.#runId, message.connections);
    const { thread } = message.session;
    const reader = this.#reader(thread);
    reader.open(message.links);
    const events: OutcomeEvent[] = [];
    for (const outcome of message.outcomes) {
      const links = reader.next(outcome.linkCount);
      const settlement = this.#frontier.settle(outcome, now);
      // Not awaited: it was given back when the run stopped, and will be asked again.
      if (settlement === null) continue;
      const page = { links, reader };
      events.push(this.#settle(outcome, page, settlement, { sessionId, thread }, now));
    }
    this.#frontier.giveBack(message.givenBack, now);
    return events;
  }

  /** Records that a thread ended: its session and sockets with it, its requests as failed attempts. */
  recordEnded({ thread, lost, givenBack, why }: EndedThread, now: number): OutcomeEvent[] {
    this.#db.endThread(this.#runId, { pid: process.pid, thread, now });
    this.#readers.delete(thread);
    const events = lost.flatMap((request) => {
      const outcome = lostOutcome(request, why, now);
      const settlement = this.#frontier.settle(outcome, now);
      const by = { sessionId: null, thread: null };
      return settlement === null ? [] : [this.#settle(outcome, NO_LINKS, settlement, by, now)];
    });
    this.#frontier.giveBack(givenBack, now);
    return events;
  }

  #reader(thread: number): LinkReader {
    let reader = this.#readers.get(thread);
    if (reader === undefined) {
      reader = new LinkReader();
      this.#readers.set(thread, reader);
    }
    return reader;
  }

  #settle(
    outcome: UnlinkedOutcome,
    page: PageLinks,
    settlement: Settlement,
    { sessionId, thread }: { sessionId: number | null; thread: number | null },
    now: number,
  ): OutcomeEvent {
    const { entry } = settlement;
    const settled = settlement.retryAt === null;
    const runId = this.#runId;
    const unchanged = outcome.attempts.at(-1)?.notModified === true;
    const links = settled ? this.#links.of(outcome, page, entry, now) : [];
    const redirectUrlId = links.find(({ kind }) => kind === "redirect")?.toUrlId ?? null;
    const fetchId = this.#db.recordAttempts({ runId, sessionId, outcome, settled, redirectUrlId });
    if (settled && unchanged) {
      this.#db.recordUnchanged({ runId, urlId: entry.urlId, kind: entry.kind, fetchId });
    } else if (settled && settlement.state === "done" && tellsLinks(outcome)) {
      this.#db.recordLinks({ runId, fromUrlId: entry.urlId, links });
    }
    if (outcome.page !== null) {
      const { urlId } = entry;
      const depth = this.#links.depth(entry);
      const { page: facts, text } = outcome;
      this.#db.recordPage({ runId, urlId, fetchId, depth, facts, text });
    }
    if (outcome.body !== undefined) this.#db.kept.recordBody(fetchId, outcome.body);
    if (settled) this.#frontier.learn(entry, outcome, now);
    if (outcome.fields.length > 0) this.#db.recordFields(runId, entry.urlId, outcome.fields);
    const last = outcome.attempts.at(-1);
    return {
      url: entry.url,
      kind: entry.kind,
      status: last?.status ?? null,
      error: last?.error ?? null,
      detail: last?.detail ?? null,
      settled,
      totalMs: last?.totalMs ?? 0,
      bytesBody: last?.bytesBody ?? null,
      reused: last?.reused ?? null,
      newConnectionReason: last?.newConnectionReason ?? null,
      links: links.length,
      thread,
    };
  }
}

/** A page that is there, moved or gone says which links it has; a 304 or an error says nothing of them. */
function tellsLinks(outcome: UnlinkedOutcome): boolean {
  const status = outcome.attempts.at(-1)?.status ?? 0;
  return (status < 400 && status !== 304) || status === 404 || status === 410;
}
