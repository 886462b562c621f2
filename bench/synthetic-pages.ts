/** What threads would post of a site without end: pages of the usual facts, links and attempts. */
import { failedOutcome, unsentAttempt } from "../src/failed-outcome.ts";
import type {
  DiscoveredLink,
  FetchAttempt,
  FetchRequest,
  Outcome,
  PageFacts,
} from "../src/messages.ts";
import type { ConnectionReport, SessionReport } from "../src/thread-reports.ts";
import { Draws, NOW, urlOf } from "./known-urls.ts";

/** Of a page's links: its site's navigation, the pages beside it, its images, scripts and styles. */
const NAVIGATION_SHARE = 0.4;
const NEAR = 5;
const PARTS_SHARE = 0.2;
const NEW_SHARE = 0.03;
/** With fewer there would soon be nothing left to ask. */
const LEAST_NEW = 2;
const PARTS = ["img", "script", "stylesheet", "other"] as const;

const HEADERS = JSON.stringify([
  ["content-type", "text/html; charset=utf-8"],
  ["date", "Sat, 01 Nov 2025 10:00:00 GMT"],
  ["server", "nginx"],
  ["cache-control", "max-age=600"],
  ["etag", '"5f3c-60a1b2c3d4e5f"'],
  ["set-cookie", "***"],
  ["connection", "keep-alive"],
]);

export class SyntheticPages {
  readonly #hosts: number;
  readonly #links: number;
  readonly #draws = new Draws();
  /** Pages by their URLs, from when a link led to them until they are answered. */
  readonly #numbers = new Map<string, number>();
  #newest = 1;

  constructor(hosts: number, links: number) {
    this.#hosts = hosts;
    this.#links = links;
    for (let host = 0; host < hosts; host += 1) this.seed(host);
  }

  get seeds(): string[] {
    return Array.from({ length: this.#hosts }, (_, host) => urlOf(host, this.#hosts));
  }

  seed(host: number): void {
    this.#numbers.set(urlOf(host, this.#hosts), host);
    this.#newest = Math.max(this.#newest, host + 1);
  }

  answer(request: FetchRequest, connectionSeq: number): Outcome {
    const number = this.#numbers.get(request.url) ?? 0;
    this.#numbers.delete(request.url);
    return {
      ...failedOutcome(request, [answered(1, connectionSeq)], "total_timeout"),
      retryable: false,
      page: factsOf(number, request.url),
      wordSample: Array.from({ length: 64 }, (_, index) => index * 9_000_000 + (number % 1_000)),
      links: this.#linksOf(number),
    };
  }

  #linksOf(number: number): DiscoveredLink[] {
    const links: DiscoveredLink[] = [];
    const navigation = Math.round(this.#links * NAVIGATION_SHARE);
    const parts = Math.round(this.#links * PARTS_SHARE);
    const fresh = Math.max(LEAST_NEW, Math.round(this.#links * NEW_SHARE));
    const host = number % this.#hosts;
    for (let index = 0; index < this.#links; index += 1) {
      if (index < navigation) links.push(this.#link(index * this.#hosts + host, "a"));
      else if (index < navigation + parts) {
        const kind = PARTS[index % PARTS.length] ?? "img";
        links.push({ ...this.#link(index * this.#hosts + host, kind), anchor: null });
      } else if (index < navigation + parts + NEAR) {
        links.push(this.#link((number + index * this.#hosts) % this.#newest, "a"));
      } else if (index < this.#links - fresh) {
        links.push(this.#link(this.#draws.next(this.#newest), "a"));
      } else links.push(this.#link(this.#newest, "a"));
    }
    return links;
  }

  #link(number: number, kind: DiscoveredLink["kind"]): DiscoveredLink {
    const url = urlOf(number, this.#hosts);
    if (number >= this.#newest) {
      for (let next = this.#newest; next <= number; next += 1) {
        this.#numbers.set(urlOf(next, this.#hosts), next);
      }
      this.#newest = number + 1;
    }
    const anchor = `Page ${number.toString(36)}`;
    return {
      url,
      kind,
      rel: number % 10 === 0 ? "nofollow" : null,
      anchor,
      hreflang: null,
      count: 1,
    };
  }
}

export function sessionReport(thread: number, requests: number): SessionReport {
  return {
    thread,
    openedAt: NOW,
    closedAt: null,
    requests,
    requestsReused: requests,
    connectionsOpened: 1,
    connectionsDiscarded: 0,
    poolsEvicted: 0,
    waits: 0,
    waitMs: 0,
  };
}

/** A session's socket when it opens. */
export function connectionReport(id: number, origin: string): ConnectionReport {
  return {
    id,
    origin,
    mount: "https://",
    remoteIp: "192.0.2.1",
    remotePort: 443,
    localPort: 50_000,
    alpn: "http/1.1",
    tlsVersion: "TLSv1.3",
    tlsResumed: false,
    openedAt: NOW,
    dnsMs: 1,
    connectMs: 10,
    tlsMs: 20,
    bytesRead: 0,
    keepAliveHintMs: null,
    closedAt: null,
    previousId: null,
    openReason: "first_use",
    closeReason: null,
  };
}

/** The `connectionSeq`-th attempt over a session's socket number `connection`: a page that was there. */
export function answered(connection: number, connectionSeq: number): FetchAttempt {
  return {
    ...unsentAttempt(NOW, 44, "total_timeout", ""),
    status: 200,
    error: null,
    detail: null,
    connection,
    connectionSeq,
    reused: connectionSeq > 1,
    newConnectionReason: connectionSeq > 1 ? null : "first_use",
    queueMs: 0.01,
    ttfbMs: 31.5,
    bodyMs: 12.25,
    bytesWire: 24_000,
    bytesBody: 23_500,
    contentType: "text/html; charset=utf-8",
    headers: HEADERS,
    etag: '"5f3c-60a1b2c3d4e5f"',
  };
}

/** What a page says that is unlike all others. */
export function factsOf(number: number, url: string): PageFacts {
  return {
    title: `The title of article ${number}`,
    description: `What article ${number} is about, in a sentence of the usual length for search engines.`,
    h1: `Article ${number}`,
    canonicalUrl: url,
    lang: "en",
    robots: null,
    charset: "utf-8",
    words: 850,
    textHash: scattered(number, 0xc2b2ae35).repeat(4),
    simhash: scattered(number, 0x9e3779b1) + scattered(number, 0x85ebca6b),
  };
}

/** 8 hex digits, as unlike those of the next number as a hash is: each page is unlike all others. */
function scattered(number: number, factor: number): string {
  const mixed = Math.imul(number ^ (number >>> 15), factor);
  return (Math.imul(mixed ^ (mixed >>> 13), factor) >>> 0).toString(16).padStart(8, "0");
}
