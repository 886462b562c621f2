/** What is recorded for a request whose thread died before it could answer. */
import type { FetchRequest, Outcome } from "./messages.ts";

export function lostOutcome(request: FetchRequest, why: string, now: number): Outcome {
  return {
    urlId: request.urlId,
    kind: request.kind,
    attempts: [
      {
        status: null,
        error: "thread_died",
        detail: why,
        connection: null,
        connectionSeq: null,
        reused: null,
        newConnectionReason: null,
        startedAt: now,
        queueMs: null,
        dnsMs: null,
        connectMs: null,
        tlsMs: null,
        ttfbMs: null,
        bodyMs: null,
        totalMs: 0,
        bytesWire: null,
        bytesBody: null,
        contentType: null,
        headers: null,
        etag: null,
        lastModified: null,
        notModified: false,
        truncated: false,
      },
    ],
    retryable: true,
    retryAfterMs: null,
    page: null,
    links: [],
    nofollow: false,
    redirectUrl: null,
    fields: [],
    robotsBody: null,
    sitemap: null,
  };
}
