/** From what the database holds of a run to the trace that is replayed. */
import type { RecordedAttempt, RecordedSocket, RecordedTraffic } from "../storage/index.ts";
import { causesOf } from "./causes.ts";
import { originFacts, type ServerHabits } from "./origin-facts.ts";
import type { Trace, TracedMount, TracedRequest, TrafficSettings } from "./trace.ts";

/** A request that waited for less did so for the event loop, not for a place in a pool. */
const LEAST_WAIT_MS = 1;

/** The mounts that every session has, after those of the config. */
const DEFAULT_PREFIXES = ["https://", "http://"];

/** A socket that was closed so could not have served again, whatever the settings. */
const SPOILED: ReadonlySet<string> = new Set(["timeout", "aborted", "error", "body_not_drained"]);

/** @param mounts those of the config, whose settings go before the run's own */
export function buildTrace(
  traffic: RecordedTraffic,
  settings: TrafficSettings,
  mounts: readonly TracedMount[],
): Trace {
  const named = new Set(mounts.map(({ prefix }) => prefix.toLowerCase()));
  const allMounts = [
    ...mounts,
    ...DEFAULT_PREFIXES.filter((prefix) => !named.has(prefix)).map((prefix) => ({
      prefix,
      overrides: {},
    })),
  ];
  const attempts = traffic.attempts.toSorted((one, other) => one.startedAt - other.startedAt);
  const sockets = new Map(traffic.sockets.map((socket) => [socket.id, socket]));
  const used = new Set(attempts.map(({ connectionId }) => connectionId));
  const failed = new Set(attempts.map((one) => (one.failed === 1 ? one.connectionId : null)));
  const habits = originFacts(traffic.sockets, failed);
  const origins = new Numbering<string>();
  const sessions = new Numbering<number>();
  const processes = new Numbering<number>();
  const threadOf = new Map(attempts.map(({ sessionId, thread }) => [sessionId, thread]));
  const mountOf = mountFinder(allMounts);
  const begin = attempts[0]?.startedAt ?? 0;
  const requests = attempts.map((attempt): TracedRequest => {
    const { connectionId, startedAt, totalMs, handshakeMs, sessionWaited } = attempt;
    const queueMs = attempt.queueMs ?? 0;
    const waitedMs = sessionWaited === 1 && queueMs > LEAST_WAIT_MS ? queueMs : 0;
    const socket = connectionId === null ? undefined : sockets.get(connectionId);
    // What was spent on a connect that failed passes in any case.
    const openingMs = socket === undefined ? 0 : handshakeMs;
    return {
      session: sessions.of(attempt.sessionId),
      process: processes.of(attempt.pid),
      host: attempt.hostId,
      origin: origins.of(attempt.origin),
      mount: mountOf(attempt),
      startedAt: startedAt - begin,
      endedAt: startedAt - begin + totalMs,
      serviceMs: Math.max(0, totalMs - waitedMs - openingMs),
      isRobots: attempt.kind === "robots",
      pauses: settings.delayMs > 0 || (attempt.crawlDelayMs ?? 0) > 0,
      connected: socket !== undefined,
      spoils: socket !== undefined && spoils(attempt, socket, habits),
    };
  });
  const opened = traffic.sockets.filter(({ id }) => used.has(id));
  return {
    settings,
    mounts: allMounts,
    threads: sessions.values.map((id) => threadOf.get(id) ?? 0),
    origins: origins.values.map((origin) => habits.factsOf(origin)),
    requests,
    causes: causesOf(requests, settings, foundBy(attempts)),
    opened: opened.length,
    handshakeMs: opened.reduce((sum, socket) => sum + (socket.handshakeMs ?? 0), 0),
    leftOut: traffic.leftOut,
  };
}

/** For each attempt the one before it at the same URL, else the one at the page where that was found. */
function foundBy(attempts: readonly RecordedAttempt[]): Int32Array {
  const lastAt = new Map<number, number>();
  return Int32Array.from(attempts, ({ urlId, viaUrlId }, index) => {
    const before = lastAt.get(urlId) ?? (viaUrlId === null ? undefined : lastAt.get(viaUrlId));
    lastAt.set(urlId, index);
    return before ?? -1;
  });
}

function spoils(attempt: RecordedAttempt, socket: RecordedSocket, habits: ServerHabits): boolean {
  if (attempt.failed === 1) return true;
  if (attempt.connectionSeq !== socket.requests || socket.closeReason === null) return false;
  if (SPOILED.has(socket.closeReason)) return true;
  // Where it is no rule of the server it was this response.
  const { requestLimit } = habits.factsOf(socket.origin);
  return socket.closeReason === "response_said_close" && requestLimit === Infinity;
}

/** Numbers what it is asked for, from 0. */
class Numbering<Key> {
  readonly #numbers = new Map<Key, number>();

  get values(): Key[] {
    return [...this.#numbers.keys()];
  }

  of(key: Key): number {
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    const { size } = this.#numbers;
    this.#numbers.set(key, size);
    return size;
  }
}

/** The number of the mount that an attempt went through: its socket says so, else its URL. */
function mountFinder(mounts: readonly TracedMount[]): (attempt: RecordedAttempt) => number {
  const numbers = new Map(mounts.map(({ prefix }, index) => [prefix.toLowerCase(), index]));
  const longestFirst = [...numbers.keys()].sort((one, other) => other.length - one.length);
  return ({ mount, url }) => {
    const prefix =
      mount?.toLowerCase() ?? longestFirst.find((each) => url?.toLowerCase().startsWith(each));
    return numbers.get(prefix ?? "") ?? mounts.length - 1;
  };
}
