/**
 * What threads have: which of them has which request and since when, and which requests were lost with a
 * thread before. Of each host a thread asks what it got in that order, as many at once as its share is: so
 * the others are known to wait in line. Threads are known by their places; one that is replaced leaves its
 * place to its successor.
 */
import type { FetchBatch, FetchRequest, ThreadBatch } from "./messages.ts";
import { Suspects } from "./suspects.ts";
import { ThreadShares } from "./thread-shares.ts";
import type { LostRequest } from "./worker-events.ts";

interface Flight {
  readonly request: FetchRequest;
  readonly hostId: number;
  readonly place: number;
  readonly startedAt: number;
}

/** Requests that go to a place's thread together. */
export interface Departure {
  readonly place: number;
  readonly batch: ThreadBatch;
}

/** What a thread had that ended. */
export interface LostFlights {
  readonly lost: readonly LostRequest[];
  /** URLs that waited in line. */
  readonly givenBack: readonly number[];
}

/** What ended a thread before starts at once, whatever else of its host the thread has. */
const NO_LINE = Number.MAX_SAFE_INTEGER;

export class Flights {
  readonly #shares: ThreadShares;
  readonly #inFlight = new Map<number, Flight>();
  /** The place of the thread with which a URL was lost, until it is answered or lost again. */
  readonly #lostAt = new Map<number, number>();
  readonly #suspects = new Suspects();

  constructor(threads: number, perHost: number, affinity = true) {
    this.#shares = new ThreadShares(threads, perHost, affinity);
  }

  /** Finds a place for each request of a batch; returns those that go now. */
  begin(batch: FetchBatch, now: number): Departure[] {
    const parts = new Map<number, FetchRequest[]>();
    const suspected = new Set<number>();
    for (const request of batch.requests) {
      const lostAt = this.#lostAt.get(request.urlId) ?? null;
      const place = this.#shares.take(batch.hostId, lostAt);
      const part = parts.get(place);
      if (lostAt !== null) {
        this.#suspects.add(place, request.urlId, { ...batch, requests: [request] });
        suspected.add(place);
      } else if (part === undefined) parts.set(place, [request]);
      else part.push(request);
    }
    return [
      ...Array.from(parts, ([place, requests]) => this.#depart(place, { ...batch, requests }, now)),
      ...Array.from(suspected).flatMap((place) => this.nextSuspect(place, now) ?? []),
    ];
  }

  /** Requests that threads have, in flight or in line. */
  get all(): number {
    return this.#inFlight.size;
  }

  /** Requests that wait in line in their threads. */
  get inLine(): number {
    return this.#shares.inLine;
  }

  /** The next request that was lost before, when the place has none of those at the moment. */
  nextSuspect(place: number, now: number): Departure | null {
    const batch = this.#suspects.next(place);
    return batch === null ? null : this.#depart(place, batch, now, NO_LINE);
  }

  /** A request was answered; returns what goes now that it has. */
  answered(urlId: number, now: number): Departure | null {
    const flight = this.#inFlight.get(urlId);
    if (flight === undefined) return null;
    this.#land(urlId, flight);
    this.#lostAt.delete(urlId);
    const { place } = flight;
    return this.#suspects.ended(place, urlId) ? this.nextSuspect(place, now) : null;
  }

  /** Requests that waited in line will not be asked; returns where others of their hosts still wait so. */
  givenBack(urlIds: readonly number[]): ReadonlyMap<number, readonly number[]> {
    const hostIds = new Set<number>();
    for (const urlId of urlIds) {
      const flight = this.#inFlight.get(urlId);
      if (flight === undefined) continue;
      this.#land(urlId, flight);
      hostIds.add(flight.hostId);
    }
    return new Map(Array.from(hostIds, (id) => [id, this.#shares.threadsWithLine(id)]));
  }

  /** The thread of a place ended with what it had. */
  lose(place: number): LostFlights {
    const lost: LostRequest[] = [];
    const givenBack: number[] = [];
    /** Requests that the thread may have asked, by host. */
    const asked = new Map<number, number>();
    for (const [urlId, flight] of this.#inFlight) {
      if (flight.place !== place) continue;
      const { hostId, request, startedAt } = flight;
      this.#land(urlId, flight);
      if (!this.#suspects.ended(place, urlId)) {
        const before = asked.get(hostId) ?? 0;
        if (before >= this.#shares.share(hostId, place)) {
          givenBack.push(urlId);
          continue;
        }
        asked.set(hostId, before + 1);
      }
      const isFirst = !this.#lostAt.has(urlId);
      if (isFirst) this.#lostAt.set(urlId, place);
      else this.#lostAt.delete(urlId);
      lost.push({ request, startedAt, isFirst });
    }
    return { lost, givenBack };
  }

  /** The places of threads that have owed an answer since before `time`. */
  overdue(time: number): ReadonlySet<number> {
    const places = new Set<number>();
    for (const { place, startedAt } of this.#inFlight.values()) {
      if (startedAt < time) places.add(place);
    }
    return places;
  }

  #depart(
    place: number,
    batch: FetchBatch,
    startedAt: number,
    atOnce = this.#shares.share(batch.hostId, place),
  ): Departure {
    const { hostId } = batch;
    for (const request of batch.requests) {
      this.#inFlight.set(request.urlId, { request, hostId, place, startedAt });
    }
    return { place, batch: { ...batch, atOnce } };
  }

  #land(urlId: number, { hostId, place }: Flight): void {
    this.#inFlight.delete(urlId);
    this.#shares.giveBack(hostId, place);
  }
}
