/**
 * This thread's one Session, made on first use and kept in a module variable: what
 * `threading.local` with a `requests.Session` is in Python. Sockets, cookies and DNS answers are never
 * shared between threads.
 */
import { threadId, workerData } from "node:worker_threads";
import type { PoolConfig, WorkerConfig } from "../src/thread-config.ts";
import type { ConnectionReport, SessionReport } from "../src/thread-reports.ts";
import { HTTPAdapter, Session, type ConnectionRecord } from "../src/session/index.ts";
import { createCanonicalizer, isPrivateAddress, type Canonicalizer } from "../src/url/index.ts";
import { Archive } from "./archive.ts";

/** Beyond it, large pages of many hosts wait for each other instead of being in memory together. */
const MAX_COLLECTED_BYTES = 4 * 1024 * 1024;

export class ThreadSession {
  readonly config: WorkerConfig;
  readonly session: Session;
  /** By this crawl's rules. */
  readonly canonicalize: Canonicalizer;
  /** Where what goes over the wire is kept; null where it is not. */
  readonly archive: Archive | null;
  readonly #openedAt = Date.now();
  #closedAt: number | null = null;
  /** Sockets that opened or closed since the last report. */
  readonly #changed = new Set<ConnectionRecord>();

  constructor(config: WorkerConfig) {
    this.config = config;
    this.canonicalize = createCanonicalizer(config);
    this.archive = config.warc === null ? null : new Archive(config.warc, threadId);
    this.session = new Session({
      userAgent: config.userAgent,
      headers: { accept: "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8" },
      cookies: true,
      dnsTtlMs: config.dnsTtlMs,
      timeout: {
        totalMs: config.timeoutMs,
        connectMs: config.connectTimeoutMs,
        readMs: config.readTimeoutMs,
      },
      maxCollectedBytes: MAX_COLLECTED_BYTES,
      addressFilter: (address: string) => !isPrivateAddress(address),
    });
    for (const pool of config.pools) {
      for (const prefix of pool.prefix === null ? ["https://", "http://"] : [pool.prefix]) {
        this.session.mount(prefix, adapter(pool, config.insecure));
      }
    }
    this.session.on("connection:start", ({ connection }) => this.#changed.add(connection));
    this.session.on("connection:close", ({ connection }) => this.#changed.add(connection));
  }

  get isOpen(): boolean {
    return this.#closedAt === null;
  }

  takeConnectionReports(): ConnectionReport[] {
    const reports = Array.from(this.#changed, connectionReport);
    this.#changed.clear();
    return reports;
  }

  report(): SessionReport {
    const stats = this.session.stats();
    return {
      thread: threadId,
      openedAt: this.#openedAt,
      closedAt: this.#closedAt,
      requests: stats.requests,
      requestsReused: stats.requestsReused,
      connectionsOpened: stats.connectionsOpened,
      connectionsDiscarded: stats.connectionsDiscarded,
      poolsEvicted: stats.poolsEvicted,
      waits: stats.waits,
      waitMs: stats.waitMs,
    };
  }

  async close(): Promise<void> {
    await this.session.close();
    await this.archive?.close();
    this.#closedAt = Date.now();
  }
}

let current: ThreadSession | null = null;

/** This thread's session, made on first use. */
export function threadSession(): ThreadSession {
  current ??= new ThreadSession(workerData as WorkerConfig);
  return current;
}

/** Closes this thread's session, if it ever made one. */
export async function closeThreadSession(): Promise<ThreadSession | null> {
  const thread = current;
  if (thread?.isOpen) await thread.close();
  return thread;
}

function adapter(pool: PoolConfig, insecure: boolean): HTTPAdapter {
  return new HTTPAdapter({
    poolConnections: pool.poolConnections,
    poolMaxsize: pool.poolMaxsize,
    poolBlock: pool.poolBlock,
    limit: pool.limit,
    limitPerHost: pool.limitPerHost,
    // A session that closes every connection has no use for a keep-alive time and refuses one.
    ...(pool.forceClose ? { forceClose: true } : { keepAliveTimeoutMs: pool.keepaliveTimeoutMs }),
    keepAliveHints: true,
    tls: { verify: !insecure },
  });
}

function connectionReport(record: ConnectionRecord): ConnectionReport {
  return {
    id: record.id,
    origin: record.origin,
    mount: record.mount,
    remoteIp: record.remoteIp,
    remotePort: record.remotePort,
    localPort: record.localPort,
    alpn: record.alpn,
    tlsVersion: record.tlsVersion,
    tlsResumed: record.tlsResumed,
    openedAt: record.openedAt,
    dnsMs: record.dnsMs,
    connectMs: record.connectMs,
    tlsMs: record.tlsMs,
    bytesRead: record.bytesRead,
    keepAliveHintMs: record.keepAliveHintMs,
    closedAt: record.closedAt,
    previousId: record.previousId,
    openReason: record.openReason,
    closeReason: record.closeReason,
  };
}
