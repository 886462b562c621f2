/** One request from start to end: fetched through the thread's session, read, and told as an outcome. */
import { setTimeout as pause } from "node:timers/promises";
import { collectLargeGarbage } from "../src/collect-garbage.ts";
import { FETCH_ERRORS, type FetchErrorCode } from "../src/errors.ts";
import { failedOutcome, unsentAttempt } from "../src/failed-outcome.ts";
import { giveBack } from "../src/large-buffer.ts";
import type { FetchAttempt, FetchRequest, Outcome } from "../src/messages.ts";
import {
  MAX_ROBOTS_BYTES,
  MAX_ROBOTS_REDIRECTS,
  metaRobots,
  parseRetryAfter,
} from "../src/politeness/index.ts";
import { SessionError, type Response } from "../src/session/index.ts";
import { fetchAttempt } from "./fetch-attempt.ts";
import { canonicalUrl, hostNameOf, originOf } from "../src/url/index.ts";
import { keptBody } from "./kept-body.ts";
import { withPlugin } from "./plugin.ts";
import { readBody, type BodyFacts } from "./read-body.ts";
import type { ThreadSession } from "./thread-session.ts";

/** A sitemap may be 50 MiB (sitemaps.org), whatever --max-body says. */
const MAX_SITEMAP_BYTES = 50 * 1024 * 1024;
/** Of an asset only the answer counts; this much of a body is read to keep its connection. */
const MAX_ASSET_BYTES = 64 * 1024;

/** What is as large as this leaves much garbage. */
const LARGE_BODY_BYTES = 1024 * 1024;

/** A body that is not longer may stay in memory for a while. */
const MAX_KEPT_BYTES = 64 * 1024;

/**
 * What the last body that was not long belonged to, which nobody asks: see `scan-page.ts` for why something
 * of each kind has to be there between two pages.
 */
const kept: { last: readonly unknown[] } = { last: [] };

/** Statuses with which a server says that it does not do HEAD, or does it badly. */
const HEAD_REFUSED: ReadonlySet<number> = new Set([400, 403, 404, 405, 406, 501]);
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

export async function fetchOutcome(thread: ThreadSession, request: FetchRequest): Promise<Outcome> {
  const startedAt = Date.now();
  const attempts: FetchAttempt[] = [];
  try {
    let response = await send(thread, request, request.method);
    addAttempts(attempts, response);
    if (request.kind === "robots") response = await followed(thread, request, response, attempts);
    if (request.method === "HEAD" && HEAD_REFUSED.has(response.status)) {
      await pause(request.pauseMs);
      response = await send(thread, request, "GET");
      addAttempts(attempts, response);
    }
    return await outcomeOf(thread, request, response, attempts);
  } catch (error) {
    for (const exchange of error instanceof SessionError ? error.exchanges : []) {
      attempts.push(fetchAttempt(exchange, null));
    }
    return failure(request, attempts, startedAt, error);
  }
}

/**
 * Robots follow redirects here (RFC 9309 2.3.1.2); those of pages are outcomes of their own. Each hop
 * gets the headers of its own origin, and one to another host may not lead to a private address.
 */
async function followed(
  thread: ThreadSession,
  request: FetchRequest,
  first: Response,
  attempts: FetchAttempt[],
): Promise<Response> {
  let response = first;
  let from = request.url;
  const asked = new Set([request.origin]);
  for (let hops = 0; hops < MAX_ROBOTS_REDIRECTS; hops += 1) {
    const location = REDIRECTS.has(response.status) ? response.headers.get("location") : null;
    const url = location === null ? null : canonicalUrl(location, from);
    if (url === null) break;
    const allowPrivate =
      thread.config.allowPrivate ||
      (request.allowPrivate && hostNameOf(url) === hostNameOf(request.url));
    const hop = { ...request, url, origin: originOf(url), allowPrivate, validators: null };
    if (asked.has(hop.origin)) await pause(request.pauseMs);
    asked.add(hop.origin);
    response = await send(thread, hop, "GET");
    addAttempts(attempts, response);
    from = url;
  }
  return response;
}

function send(
  thread: ThreadSession,
  request: FetchRequest,
  method: "GET" | "HEAD",
): Promise<Response> {
  const { archive, config, session } = thread;
  const { kind } = request;
  const ownHeaders = config.headers[request.origin] ?? [];
  return session.request(method, request.url, {
    allowAddress: request.allowPrivate,
    allowRedirects: false,
    headers: [...ownHeaders, ...conditional(request)],
    ...(archive !== null && {
      record: archive.recorder(ownHeaders, request.validators?.startedAt ?? null),
    }),
    maxBodyBytes:
      kind === "robots"
        ? MAX_ROBOTS_BYTES
        : kind === "sitemap"
          ? MAX_SITEMAP_BYTES
          : kind === "asset"
            ? MAX_ASSET_BYTES
            : config.maxBodyBytes,
  });
}

/** RFC 9110 section 13.1: a server that knows ETags goes by them alone, an older one by the date. */
function conditional({ validators }: FetchRequest): (readonly [string, string])[] {
  const headers: (readonly [string, string])[] = [];
  if (validators?.etag) headers.push(["if-none-match", validators.etag]);
  if (validators?.lastModified) headers.push(["if-modified-since", validators.lastModified]);
  return headers;
}

function addAttempts(attempts: FetchAttempt[], response: Response): void {
  const last = response.exchanges.at(-1);
  for (const exchange of response.exchanges) {
    attempts.push(fetchAttempt(exchange, exchange === last ? response : null));
  }
}

async function outcomeOf(
  thread: ThreadSession,
  request: FetchRequest,
  response: Response,
  attempts: readonly FetchAttempt[],
): Promise<Outcome> {
  const bytes = await response.bytes();
  const leads = request.kind !== "robots" && REDIRECTS.has(response.status);
  const location = leads ? response.headers.get("location") : null;
  const facts: BodyFacts = await withPlugin(
    readBody(request, response, bytes, thread),
    response,
    thread.config,
  );
  const body = thread.config.storeBodies ? keptBody(request, response, bytes) : null;
  if (bytes.length >= LARGE_BODY_BYTES) {
    // What a plugin has seen it may have kept.
    const isKept = thread.config.plugin === null && giveBack(bytes);
    collectLargeGarbage(isKept ? bytes.length / 4 : bytes.length);
  }
  if (bytes.length <= MAX_KEPT_BYTES) kept.last = [request, response, attempts, facts];
  const tags = response.headers.get("x-robots-tag");
  const { nofollow } = metaRobots(
    facts.page?.robots ?? null,
    tags === null ? [] : [tags],
    thread.config.userAgent,
  );
  return {
    urlId: request.urlId,
    kind: request.kind,
    attempts: facts.problem === null ? attempts : withProblem(attempts, facts.problem),
    retryable: false,
    retryAfterMs: parseRetryAfter(response.headers.get("retry-after"), Date.now()),
    page: facts.page,
    ...(facts.text !== undefined && { text: facts.text }),
    ...(body !== null && { body }),
    wordSample: facts.wordSample,
    links: facts.links,
    nofollow,
    redirectUrl: location === null ? null : facts.resolve(location),
    fields: facts.fields,
    robotsBody: facts.robotsBody,
    sitemap: facts.sitemap,
  };
}

/** What the body turned out to be stands on the attempt that brought it. */
function withProblem(
  attempts: readonly FetchAttempt[],
  problem: NonNullable<BodyFacts["problem"]>,
): FetchAttempt[] {
  return attempts.map((attempt, index) =>
    index === attempts.length - 1 ? { ...attempt, ...problem } : attempt,
  );
}

function failure(
  request: FetchRequest,
  attempts: FetchAttempt[],
  startedAt: number,
  error: unknown,
): Outcome {
  const code = errorCode(error);
  const detail = error instanceof Error ? error.message : String(error);
  const last = attempts.at(-1);
  // The failure stands on the last attempt; a failure without any attempt gets a row of its own.
  if (last === undefined || last.error === null) {
    const told = code === "internal" ? withStack(error) : detail;
    attempts.push(unsentAttempt(startedAt, Date.now() - startedAt, code, told));
  }
  return failedOutcome(request, attempts, attempts.at(-1)?.error ?? code);
}

function errorCode(error: unknown): FetchErrorCode {
  if (!(error instanceof SessionError)) return "internal";
  const { code } = error;
  if (code in FETCH_ERRORS) return code as FetchErrorCode;
  // The rest would be our own wrong use of the session.
  return "internal";
}

function withStack(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
