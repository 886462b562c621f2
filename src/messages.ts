/**
 * The types that cross threads, and nothing else: plain, self-contained records without runtime code. What
 * a thread is told when it starts is in `thread-config.ts`, what it tells of its sockets in `thread-reports.ts`.
 *
 * Glossary (one word per thing, everywhere):
 * - run: one crawl from its seeds to its end; a row in the database, possibly several processes.
 * - seed: a URL the user named.
 * - frontier: what is known and what is to be fetched next; a host queue is its part for one host.
 * - host: one origin, scheme + host name + port.
 * - batch: requests of one host handed out together. In its thread a request is in flight, or in line.
 * - fetch: one attempt at one URL. The last attempt on a URL in a run settles it.
 * - outcome: all that one request brought back: its attempts, the page's facts, its links.
 * - discovered link: a link as found on a page, resolved and canonical.
 * - session, adapter, mount, pool, connection: as in `session/`; a connection is one socket.
 *
 * Times are epoch milliseconds, durations milliseconds, sizes bytes.
 */
import type { FetchErrorCode } from "./errors.ts";
import type { ConnectionReport, OpenReason, SessionReport } from "./thread-reports.ts";

export type FetchKind = "page" | "robots" | "sitemap" | "asset";

/** How a link stands in its page. `redirect` and `sitemap` come from the fetch, not from markup. */
export type LinkKind =
  | "a"
  | "area"
  | "iframe"
  | "frame"
  | "img"
  | "script"
  | "stylesheet"
  | "canonical"
  | "alternate"
  | "next"
  | "prev"
  | "redirect"
  | "sitemap"
  | "other";

/** One URL that a worker thread is asked to fetch. */
export interface FetchRequest {
  readonly urlId: number;
  readonly url: string;
  readonly kind: FetchKind;
  readonly method: "GET" | "HEAD";
  readonly origin: string;
  /** What the last answer said of its version: asked whether it still holds. Null: asked afresh. */
  readonly validators: Validators | null;
  /** True where this URL may lead to a private, loopback or link-local address. */
  readonly allowPrivate: boolean;
  /** The pause between two requests to one host, where this one takes several: a redirect, GET after HEAD. */
  readonly pauseMs: number;
}

/** ETag and Last-Modified of an answer, as they came (RFC 9110 section 8.8). At least one is there. */
export interface Validators {
  readonly etag: string | null;
  readonly lastModified: string | null;
  /** When that answer was asked for. */
  readonly startedAt: number;
}

/** Requests of one host, in order. Those beyond what may be in flight of it wait in line in their threads. */
export interface FetchBatch {
  readonly hostId: number;
  readonly origin: string;
  readonly requests: readonly FetchRequest[];
}

/** The part of a batch that one thread gets. */
export interface ThreadBatch extends FetchBatch {
  /** So many requests of the host may be in flight in this thread. */
  readonly atOnce: number;
}

/**
 * One attempt that ended: a row of the `fetch` table. What did not happen or is not known is null;
 * the phases (queue, dns, connect, tls, ttfb, body) do not overlap.
 */
export interface FetchAttempt {
  readonly status: number | null;
  readonly error: FetchErrorCode | null;
  readonly detail: string | null;
  /** The socket's number within its session; null when none was reached. */
  readonly connection: number | null;
  /** 1 for the first request on that socket. */
  readonly connectionSeq: number | null;
  readonly reused: boolean | null;
  readonly newConnectionReason: OpenReason | null;
  readonly startedAt: number;
  readonly queueMs: number | null;
  readonly dnsMs: number | null;
  readonly connectMs: number | null;
  readonly tlsMs: number | null;
  readonly ttfbMs: number | null;
  readonly bodyMs: number | null;
  readonly totalMs: number;
  readonly bytesWire: number | null;
  readonly bytesBody: number | null;
  readonly contentType: string | null;
  /** The response headers as JSON, `[[name, value], ...]`, cookies redacted. */
  readonly headers: string | null;
  readonly etag: string | null;
  readonly lastModified: string | null;
  readonly notModified: boolean;
  readonly truncated: boolean;
}

/** What one streaming pass over a page says about it. */
export interface PageFacts {
  readonly title: string | null;
  readonly description: string | null;
  readonly h1: string | null;
  readonly canonicalUrl: string | null;
  readonly lang: string | null;
  /** The content of `meta name=robots`, several joined by ", ". */
  readonly robots: string | null;
  /** The WHATWG name of the encoding the page was decoded with, in lower case. */
  readonly charset: string;
  /** Words of readable text, by white space; text of script, style, template and head not counted. */
  readonly words: number;
  /**
   * 32 hex digits: the start of SHA-256 over the words of readable text with one space between them, but
   * for the words that change without the page's changing: clock times, dates with a time, random
   * tokens, durations of a computation (the exact rule is in `parsing/volatile-words.ts`).
   */
  readonly textHash: string;
  /**
   * 16 hex digits: pages whose simhashes differ in few bits say nearly the same (`parsing/sim-hash.ts`).
   * Null where there are fewer than 8 words to compare.
   */
  readonly simhash: string | null;
}

/** One distinct link of a page: same target, kind, rel, anchor and hreflang count as one. */
export interface DiscoveredLink {
  /** Canonical and absolute, http or https. */
  readonly url: string;
  readonly kind: LinkKind;
  readonly rel: string | null;
  /** Text of the link, white space folded; for an img its alt: null when missing, "" when empty. */
  readonly anchor: string | null;
  readonly hreflang: string | null;
  /** How often it stands in the page. */
  readonly count: number;
}

/** What a sitemap's entry says of a URL. */
export interface SitemapEntry {
  readonly url: string;
  /** Epoch milliseconds; null when absent or not a date. */
  readonly lastModified: number | null;
  /** 0 to 1; null when absent. */
  readonly priority: number | null;
}

/** A page's readable text, white space folded to single spaces. */
export interface KeptText {
  readonly text: string;
  /** Whether it was cut off at 1 MiB of UTF-8. */
  readonly truncated: boolean;
}

/** A decoded body, compressed to be stored. Its buffer is its own, so that it can change threads. */
export interface KeptBody {
  /** SHA-256 of the decoded bytes, 64 hex digits. */
  readonly hash: string;
  /** The decoded size. */
  readonly bytes: number;
  readonly encoding: "zstd" | "identity";
  readonly content: Uint8Array<ArrayBuffer>;
  /** Whether it was cut off at --max-body. */
  readonly truncated: boolean;
}

/** What extraction can make of a text. */
export type FieldType = "string" | "number" | "integer" | "boolean" | "date" | "url" | "json";

/** What was taken from a page: the n-th value of one name. */
export interface ExtractedField {
  readonly name: string;
  readonly index: number;
  readonly value: string;
  /** What the value is, or should be; a string where nothing is said. */
  readonly type?: FieldType;
  /** A number's, a boolean's 0 or 1, a date's epoch milliseconds. */
  readonly number?: number | null;
  /** Why the value is not of its type, to complete "the value ..."; it is then the text that was found. */
  readonly error?: string | null;
}

/** All that one request brought back. Recording the same outcome twice is harmless. */
export interface Outcome {
  readonly urlId: number;
  readonly kind: FetchKind;
  /** In order, at least one. All but the last are silent retries after a stale socket. */
  readonly attempts: readonly FetchAttempt[];
  /** Whether the last attempt's failure is worth another attempt. */
  readonly retryable: boolean;
  /** What Retry-After asked for; null when it did not. */
  readonly retryAfterMs: number | null;
  readonly page: PageFacts | null;
  /** The page's text; only with --text. */
  readonly text?: KeptText;
  /** What the last attempt brought; only with --store-bodies, and for pages. */
  readonly body?: KeptBody;
  /**
   * Hashes, of 32 bits, of about a quarter of the page's distinct words, ascending, at most 64: a word
   * sampled on one page is sampled on every page that has it. Empty when there is no page.
   */
  readonly wordSample: readonly number[];
  readonly links: readonly DiscoveredLink[];
  /** Whether the page, or its X-Robots-Tag, asked that its links not be followed. */
  readonly nofollow: boolean;
  /** Where a 3xx response leads, canonical; null when none or when the target is unusable. */
  readonly redirectUrl: string | null;
  readonly fields: readonly ExtractedField[];
  /** The body of a robots.txt, at most 512 KiB of it; null for every other kind. */
  readonly robotsBody: Uint8Array | null;
  /** What a sitemap lists: pages, and further sitemaps; null for every other kind. */
  readonly sitemap: {
    readonly urls: readonly SitemapEntry[];
    readonly sitemaps: readonly string[];
  } | null;
}

/** An outcome but for its links, which cross threads apart. */
export type UnlinkedOutcome = Omit<Outcome, "links">;

/** An outcome as it is posted. */
export interface PostedOutcome extends UnlinkedOutcome {
  /** As many of the message's links are its own, after those of the outcomes before it. */
  readonly linkCount: number;
}

/** The links of a message's outcomes, one after another, as numbers (`link-packer.ts`). */
export interface PackedLinks {
  readonly numbers: Int32Array<ArrayBuffer>;
  /** Texts that the thread did not tell before; they are numbered on from `firstText`. */
  readonly texts: readonly string[];
  readonly firstText: number;
}

/** What a worker thread posts, as outcomes come: connections first, then outcomes that used them. */
export interface WorkerMessage {
  readonly session: SessionReport;
  /** Opened or closed since the last message. */
  readonly connections: readonly ConnectionReport[];
  readonly outcomes: readonly PostedOutcome[];
  readonly links: PackedLinks;
  /** URLs that waited in line and will not be asked: they are the frontier's again. */
  readonly givenBack: readonly number[];
  /** Why the thread archives nothing any more, and tells no outcomes; null while all is well. */
  readonly archiveFailure: string | null;
}
