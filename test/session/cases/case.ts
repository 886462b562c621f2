/** The form of a row of the case table, and what its runs have at hand. */
import {
  Session,
  SessionError,
  type HTTPAdapterOptions,
  type RequestOptions,
  type SessionOptions,
} from "../../../src/session/index.ts";
import { SessionServer, standardRoute, type Route } from "../../helpers/session-server.ts";
import type { TlsOptions as ServerTlsOptions } from "node:tls";

export type Preset = "ours" | "requests" | "aiohttp";

export interface Case {
  /** The row of the specification's table. */
  readonly id: string;
  readonly does: string;
  readonly preset: Preset;
  /** What the original did, in the specification's notation. */
  readonly original: string;
  /** What ours must print. */
  readonly expected: string;
  readonly run: (bench: Bench) => Promise<string>;
}

/** Servers and sessions of one run; all are closed after it. */
export class Bench {
  readonly lines: string[] = [];
  readonly #preset: Preset;
  readonly #closers: (() => Promise<void>)[] = [];

  constructor(preset: Preset) {
    this.#preset = preset;
  }

  async server(route: Route = standardRoute, tls?: ServerTlsOptions): Promise<SessionServer> {
    const server = await SessionServer.start(route, tls);
    this.#closers.unshift(() => server.close());
    return server;
  }

  /** A session of the row's preset whose log lines are kept. */
  session(adapter: HTTPAdapterOptions = {}, options: SessionOptions = {}): Session {
    const keep = (line: string): void => void this.lines.push(line);
    const own = { logger: { debug: keep, warn: keep }, ...options };
    let session: Session;
    if (this.#preset === "requests") session = Session.likeRequests(own, adapter);
    else if (this.#preset === "aiohttp") session = Session.likeAiohttp(own, adapter);
    else session = new Session({ ...own, adapter });
    this.#closers.push(() => session.close());
    return session;
  }

  /** How many log lines begin so. */
  count(start: string): number {
    return this.lines.filter((line) => line.startsWith(start)).length;
  }

  /** `Starting 2, Resetting 1, full 0`. */
  get log(): string {
    const counts = [
      this.count("Starting new"),
      this.count("Resetting"),
      this.count("Connection pool is full"),
    ];
    return `Starting ${counts[0]}, Resetting ${counts[1]}, full ${counts[2]}`;
  }

  async close(): Promise<void> {
    for (const closer of this.#closers.toReversed()) await closer();
  }
}

/** The body's length, or the error's code. */
export async function outcome(
  session: Session,
  url: string,
  options: RequestOptions = {},
  method = "GET",
): Promise<string> {
  try {
    const response = await session.request(method, url, options);
    return String(response.status);
  } catch (error) {
    if (error instanceof SessionError) return error.code;
    throw error;
  }
}

/** That many at a time; resolves with the outcomes. */
export function parallel(session: Session, url: string, times: number): Promise<string[]> {
  return Promise.all(Array.from({ length: times }, () => outcome(session, url)));
}
