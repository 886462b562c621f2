/** What a run tells of its servers: the cost of a handshake, and how long they keep a socket. */
import type { RecordedSocket } from "../storage/index.ts";
import type { OriginFacts } from "./trace.ts";

/** How much sooner than a server's Keep-Alive header says the session closes: see docs/pools.md. */
const HINT_MARGIN_MS = 500;
/** As many sockets of a server have to end after the same number of requests before that is a rule. */
const SAME_ENDS = 2;

/** What was noted of one server. */
interface Notes {
  readonly handshakesMs: number[];
  readonly peerClosedAfterMs: number[];
  readonly saidCloseAfter: number[];
  hintMs: number;
  mostRequests: number;
}

export interface ServerHabits {
  factsOf(origin: string): OriginFacts;
}

/** @param failed sockets on which a request failed: how they ended says nothing of idle ones */
export function originFacts(
  sockets: readonly RecordedSocket[],
  failed: ReadonlySet<number | null>,
): ServerHabits {
  const notes = new Map<string, Notes>();
  for (const socket of sockets) {
    let of = notes.get(socket.origin);
    if (of === undefined) notes.set(socket.origin, (of = noNotes()));
    note(of, socket, failed.has(socket.id));
  }
  const known = [...notes.values()].flatMap(({ handshakesMs }) => handshakesMs);
  const usualMs = mean(known) ?? 0;
  const facts = new Map<string, OriginFacts>();
  return {
    factsOf(origin) {
      let of = facts.get(origin);
      if (of === undefined) {
        facts.set(origin, (of = factsFrom(origin, notes.get(origin) ?? noNotes(), usualMs)));
      }
      return of;
    },
  };
}

function note(of: Notes, socket: RecordedSocket, failed: boolean): void {
  const { handshakeMs, requests, keepAliveHintMs, closeReason, idleMs } = socket;
  if (handshakeMs !== null) of.handshakesMs.push(handshakeMs);
  if (keepAliveHintMs !== null) of.hintMs = Math.min(of.hintMs, keepAliveHintMs);
  of.mostRequests = Math.max(of.mostRequests, requests);
  if (closeReason === "response_said_close") of.saidCloseAfter.push(requests);
  const byPeer = closeReason === "peer_closed" || closeReason === "peer_reset";
  if (byPeer && !failed && requests > 0 && idleMs !== null) of.peerClosedAfterMs.push(idleMs);
}

function noNotes(): Notes {
  return {
    handshakesMs: [],
    peerClosedAfterMs: [],
    saidCloseAfter: [],
    hintMs: Infinity,
    mostRequests: 0,
  };
}

function factsFrom(origin: string, of: Notes, usualMs: number): OriginFacts {
  const seenMs = median(of.peerClosedAfterMs) ?? Infinity;
  const idleLimitMs = Math.min(seenMs, Math.max(0, of.hintMs - HINT_MARGIN_MS));
  const requestLimit = limitOf(of);
  return {
    origin,
    handshakeMs: mean(of.handshakesMs) ?? usualMs,
    idleLimitMs,
    requestLimit,
    toldLimit: idleLimitMs < Infinity || requestLimit < Infinity,
  };
}

/** A server that always closes after n requests has that rule; else it was this or that response. */
function limitOf({ saidCloseAfter, mostRequests }: Notes): number {
  const [first] = saidCloseAfter;
  if (first === undefined || first < mostRequests) return Infinity;
  const isRule = saidCloseAfter.every((requests) => requests === first);
  return isRule && saidCloseAfter.length >= SAME_ENDS ? first : Infinity;
}

function mean(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
}

function median(values: readonly number[]): number | null {
  return values.toSorted((one, other) => one - other)[values.length >> 1] ?? null;
}
