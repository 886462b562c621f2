/** Asks one URL again and again through one session, and tells what its server does to connections. */
import { setTimeout as pause } from "node:timers/promises";
import {
  HTTPAdapter,
  Session,
  SessionError,
  type ConnectionRecord,
  type Exchange,
} from "./session/index.ts";

/** A connection that ends this soon after a response did not end for being idle. */
const AT_ONCE_MS = 100;

export interface ProbeOptions {
  readonly count: number;
  /** Requests in flight together. */
  readonly parallel: number;
  /** Pause between the end of one request, or of one group of `parallel`, and the next. */
  readonly gapMs: number;
  /** After the last request: how long to wait for the server to close its idle connections. */
  readonly idleMs: number;
  readonly timeoutMs: number;
  readonly insecure: boolean;
  readonly userAgent: string;
}

export interface ProbedRequest {
  /** 1 for the first. */
  readonly number: number;
  readonly exchange: Exchange;
}

export interface ProbeFindings {
  /** Shortest time after which the server closed an idle connection; null when none showed. */
  readonly idleTimeoutMs: number | null;
  /** Longest idle time after which a connection was used again. */
  readonly survivedIdleMs: number | null;
  /** `timeout` of its Keep-Alive header. */
  readonly keepAliveHintMs: number | null;
  /** Requests after which it ended a connection; null when it ended none by itself. */
  readonly requestLimit: number | null;
  readonly requests: number;
  readonly connectionsOpened: number;
  readonly reused: number;
}

/** Yields each request when it ended; returns what the connections showed together. */
export async function* probe(
  url: string,
  options: ProbeOptions,
): AsyncGenerator<ProbedRequest, ProbeFindings> {
  const adapter = {
    // Our own expiry and the server's hints would hide when the server closes by itself.
    keepAliveTimeoutMs: null,
    keepAliveHints: false,
    poolMaxsize: options.parallel,
    tls: { verify: !options.insecure },
  };
  const session = new Session({
    userAgent: options.userAgent,
    timeout: { totalMs: options.timeoutMs },
  });
  session.mount("https://", new HTTPAdapter(adapter));
  session.mount("http://", new HTTPAdapter(adapter));
  const closed: ConnectionRecord[] = [];
  session.on("connection:close", ({ connection }) => closed.push({ ...connection }));
  const exchanges: Exchange[] = [];
  try {
    let number = 0;
    while (number < options.count) {
      if (number > 0 && options.gapMs > 0) await pause(options.gapMs);
      const group = Math.min(options.parallel, options.count - number);
      const answers = await Promise.all(Array.from({ length: group }, () => ask(session, url)));
      for (const exchange of answers.flat()) {
        number += 1;
        exchanges.push(exchange);
        yield { number, exchange };
      }
    }
    if (options.idleMs > 0) await untilClosed(session, options.idleMs);
    return findings(exchanges, closed, session.connections());
  } finally {
    await session.close();
  }
}

async function ask(session: Session, url: string): Promise<readonly Exchange[]> {
  try {
    const response = await session.get(url, { allowRedirects: false });
    return response.exchanges;
  } catch (error) {
    if (error instanceof SessionError && error.exchanges.length > 0) return error.exchanges;
    throw error;
  }
}

/** Resolves when no connection is open any more, or after `mostMs`. */
async function untilClosed(session: Session, mostMs: number): Promise<void> {
  if (session.connections().length === 0) return;
  const done = Promise.withResolvers<void>();
  const timer = setTimeout(done.resolve, mostMs);
  session.on("connection:close", () => {
    if (session.connections().length === 0) done.resolve();
  });
  await done.promise;
  clearTimeout(timer);
}

function findings(
  exchanges: readonly Exchange[],
  closed: readonly ConnectionRecord[],
  open: readonly ConnectionRecord[],
): ProbeFindings {
  const byPeer = closed.filter(
    ({ closeReason }) => closeReason === "peer_closed" || closeReason === "peer_reset",
  );
  const idle = byPeer.map((record) => (record.closedAt ?? 0) - record.lastUsedAt);
  // A connection that ends at once after its last response ended for its number of requests, or
  // because the server never keeps one; what was idle for a while ended for its age.
  const bySize = [
    ...closed.filter(({ closeReason }) => closeReason === "response_said_close"),
    ...byPeer.filter((record) => (record.closedAt ?? 0) - record.lastUsedAt < AT_ONCE_MS),
  ];
  const waits = idle.filter((ms) => ms >= AT_ONCE_MS);
  return {
    idleTimeoutMs: waits.length === 0 ? null : Math.min(...waits),
    survivedIdleMs: longestIdle(exchanges),
    keepAliveHintMs:
      [...open, ...closed].find((record) => record.keepAliveHintMs !== null)?.keepAliveHintMs ??
      null,
    requestLimit: bySize.length === 0 ? null : Math.max(...bySize.map(({ requests }) => requests)),
    requests: exchanges.length,
    connectionsOpened: open.length + closed.length,
    reused: exchanges.filter(({ reused }) => reused === true).length,
  };
}

function longestIdle(exchanges: readonly Exchange[]): number | null {
  const lastEnd = new Map<number, number>();
  let longest: number | null = null;
  for (const { connection, reused, startedAt, totalMs } of exchanges) {
    if (connection === null) continue;
    const before = lastEnd.get(connection.id);
    if (reused === true && before !== undefined) {
      longest = Math.max(longest ?? 0, Math.round(startedAt - before));
    }
    lastEnd.set(connection.id, startedAt + totalMs);
  }
  return longest;
}
