/** The form of a row of the table: what a server does, and the row that has to come of it. */
import type { FetchErrorCode } from "../../src/errors.ts";
import type { Behaviour, Bytes, Peer } from "../helpers/hostile-server.ts";

/** `--timeout` of the crawl: a busy machine reads 10 MB of it as well. */
export const TIMEOUT_MS = 15_000;
/** How long a request may take by its row. */
export const AT_MOST_MS = TIMEOUT_MS + 1_000;

/** The settled row of `fetch`, and what hangs on it. What is left out is not looked at. */
export interface Expected {
  readonly status: number | null;
  readonly error: FetchErrorCode | null;
  readonly truncated?: boolean;
  readonly detail?: RegExp;
  readonly title?: string | null;
  readonly charset?: string;
  /** Distinct links that were kept. */
  readonly links?: number;
  /** Bytes of the decoded body. */
  readonly bytes?: number;
  /** Where it redirects, from the origin on; null: nowhere that may be asked. */
  readonly redirectsTo?: string | null;
  /** Upper bound of `total_ms`. */
  readonly atMostMs?: number;
}

/** A path of a hostile host; its name is the path. */
export interface HostileCase {
  readonly name: string;
  /** What the server does. */
  readonly does: string;
  readonly serve: Behaviour;
  readonly expected: Expected;
  /** The link that leads to it; `/<name>` by default. */
  readonly href?: string;
  /** It makes the crawl work: those of a host come one after another. */
  readonly isLarge?: true;
  /** Asked for as a part of a page, with HEAD. */
  readonly asImage?: true;
}

/** A row that is answered by 200 and is no failure. */
export function answers(more: Omit<Partial<Expected>, "error"> = {}): Expected {
  return { status: 200, error: null, truncated: false, ...more };
}

/** A row that failed; `status` where it failed behind the headers. */
export function fails(error: FetchErrorCode, more: Partial<Expected> = {}): Expected {
  return { status: null, error, ...more };
}

/** What failed when the headers had come with a 200. */
export function breaks(error: FetchErrorCode, more: Partial<Expected> = {}): Expected {
  return { status: 200, error, ...more };
}

/** How the socket ends behind the last byte. */
type End = "keeps" | "closes" | "resets";

/** A server that sends these bytes, and then closes its socket if nothing else is said. */
export function sends(
  name: string,
  does: string,
  bytes: Bytes | readonly Bytes[] | (() => Bytes),
  expected: Expected,
  end: End = "closes",
): HostileCase {
  const serve = (peer: Peer): void => {
    const parts = typeof bytes === "function" ? [bytes()] : [bytes].flat();
    peer.say(...parts);
    if (end === "closes") peer.close();
    else if (end === "resets") peer.reset();
  };
  return { name, does, serve, expected };
}

/** The beginning of a page's response; its headers end with an empty line of the case's own. */
export const HEAD = "HTTP/1.1 200 OK\r\ncontent-type: text/html\r\n";
export const CHUNKED = `${HEAD}transfer-encoding: chunked\r\n\r\n`;

/** A body of `length` bytes with that title. */
export function bodyOf(title: string, length = 100): string {
  return `<title>${title}</title>`.padEnd(length, ".");
}
