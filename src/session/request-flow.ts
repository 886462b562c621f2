/**
 * One request from the caller's point of view: attempts, silent and counted retries, redirects.
 * Each hop chooses its adapter anew, as requests does.
 */
import type { Attempt } from "./attempt.ts";
import type { BodyBuffer } from "./body-buffer.ts";
import type { DecodedBody } from "./content-decoding.ts";
import type { SessionCookies } from "./cookies.ts";
import { Failure } from "./failure.ts";
import type { Mount } from "./mounts.ts";
import { pause } from "./pause.ts";
import type { PreparedRequest } from "./prepared-request.ts";
import type { Exchange } from "./records.ts";
import { isRedirect, nextHop, type Hop, type RedirectRules } from "./redirect.ts";
import { Response } from "./response.ts";
import { RetryAfterError, retryCause, type Retry } from "./retry.ts";
import type { SessionContext } from "./session-context.ts";
import {
  failureError,
  RetryError,
  SessionUsageError,
  TooManyRedirectsError,
  type SessionError,
} from "./session-error.ts";
import type { SilentRetry } from "./session-options.ts";

/** What every hop of a request has in common. */
export interface RequestPlan extends Omit<
  PreparedRequest,
  "method" | "url" | "headers" | "body" | "replayable" | "newerThan"
> {
  readonly allowRedirects: boolean;
  readonly maxRedirects: number;
  readonly redirectRules: RedirectRules;
  readonly silentRetry: SilentRetry;
  /** null: neither sent nor stored. */
  readonly cookies: SessionCookies | null;
  /** `name=value` pairs sent besides the jar's. */
  readonly extraCookies: string;
}

export interface FlowSession {
  readonly context: SessionContext;
  /** Aborted when the session is closed. */
  readonly closing: AbortSignal;
  mountFor(url: URL): Mount;
}

const IDEMPOTENT = new Set(["GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE"]);
/** Failures that another attempt cannot mend or must not repeat. */
const FINAL = new Set([
  "aborted",
  "content_decoding",
  "internal",
  "invalid_option",
  "pool_timeout",
  "private_address",
  "session_closed",
  "total_timeout",
]);

export class RequestFlow {
  readonly #session: FlowSession;
  readonly #plan: RequestPlan;
  readonly #exchanges: Exchange[] = [];
  readonly #history: Response[] = [];
  #bodySent = false;

  constructor(session: FlowSession, plan: RequestPlan) {
    this.#session = session;
    this.#plan = plan;
  }

  async run(first: Hop): Promise<Response> {
    let hop = first;
    for (;;) {
      const { attempt, response } = await this.#hop(hop);
      const location = attempt.headers?.get("location") ?? null;
      if (!this.#plan.allowRedirects || !isRedirect(attempt.status, location)) return response;
      hop = await this.#redirect(hop, response, location ?? "");
    }
  }

  async #hop(hop: Hop): Promise<{ attempt: Attempt; response: Response }> {
    const { context } = this.#session;
    const mount = this.#session.mountFor(hop.url);
    let { retry } = mount.adapter.options;
    let silentLeft = this.#plan.silentRetry !== "never";
    let newerThan: number | null = null;
    for (;;) {
      const prepared = this.#prepare(hop, newerThan);
      if (this.#session.closing.aborted) throw this.#error(sessionClosed(), prepared);
      const attempt = mount.adapter.send(prepared, mount.prefix);
      this.#exchanges.push(attempt.exchange);
      await attempt.ready;
      let response: Response | null;
      try {
        if (this.#plan.record !== null) await this.#plan.record(attempt.recorded());
        response = attempt.failure === null ? await this.#receive(attempt) : null;
      } finally {
        context.largeBodies.end(attempt);
      }
      if (attempt.stream === null) context.onExchange(attempt);
      if (response === null) {
        if (silentLeft && this.#isSilent(attempt)) {
          silentLeft = false;
          // What broke one idle socket (a restart, a NAT that forgot) has mostly broken its neighbours.
          if (this.#plan.silentRetry === "stale") {
            newerThan = attempt.pool?.newestConnectionId ?? null;
          }
          context.counters.staleRetries += 1;
          context.onRetry({ attempt, cause: "stale", delayMs: 0, left: retry.total });
          continue;
        }
        retry = await this.#retryFailure(attempt, retry);
        continue;
      }
      this.#plan.cookies?.store(hop.url, attempt.headers?.getSetCookie() ?? []);
      const next = await this.#retryStatus(attempt, response, retry);
      if (next === null) return { attempt, response };
      retry = next;
    }
  }

  #prepare(hop: Hop, newerThan: number | null): PreparedRequest {
    const replayable = hop.body === null || Buffer.isBuffer(hop.body);
    if (!replayable && this.#bodySent) {
      throw new SessionUsageError(
        "body_used",
        `The body of ${hop.method} ${hop.url.href} is a stream and cannot be sent again; ` +
          "give a string or a Buffer.",
        { exchanges: this.#exchanges },
      );
    }
    this.#bodySent ||= !replayable;
    const cookie = this.#cookieHeader(hop);
    const headers = cookie === "" ? hop.headers : hop.headers.with({ Cookie: cookie });
    return {
      ...this.#plan,
      method: hop.method,
      url: hop.url,
      headers: headers.flat,
      body: hop.body,
      replayable,
      newerThan,
    };
  }

  #cookieHeader(hop: Hop): string {
    // A Cookie header of the caller's own stands as it is.
    if (hop.headers.get("cookie") !== null) return "";
    const jar = this.#plan.cookies?.header(hop.url) ?? "";
    if (jar === "" || hop.extraCookies === "") return jar + hop.extraCookies;
    return `${jar}; ${hop.extraCookies}`;
  }

  /** The response of an attempt that got one; null when its body turns out to be corrupt. */
  async #receive(attempt: Attempt): Promise<Response | null> {
    let bytes: Buffer | null = null;
    let truncated = false;
    if (attempt.body !== null) {
      try {
        const decoded = this.#decoded(attempt.body);
        ({ bytes, truncated } = decoded instanceof Promise ? await decoded : decoded);
      } catch (error) {
        if (!(error instanceof Failure)) throw error;
        attempt.failure = error;
        attempt.exchange.error = { code: error.code, detail: error.detail };
        return null;
      }
      attempt.exchange.bytesBody = bytes.length;
    }
    return new Response({
      attempt,
      history: [...this.#history],
      exchanges: [...this.#exchanges],
      bytes,
      truncated,
    });
  }

  #decoded(body: BodyBuffer): DecodedBody | Promise<DecodedBody> {
    const { largeBodies } = this.#session.context;
    return body.decode() ?? largeBodies.inTurn(() => body.decodeLarge());
  }

  /** Whether it may run once more without anybody being told: no byte came, sending twice is safe. */
  #isSilent(attempt: Attempt): boolean {
    const { exchange, request, failure } = attempt;
    const code = failure?.code;
    if (code !== "connection_closed" && code !== "connection_reset") return false;
    if (!IDEMPOTENT.has(request.method) || !request.replayable) return false;
    if (exchange.bytesWire === null ? !neverProcessed(failure, exchange) : exchange.bytesWire > 0) {
      return false;
    }
    return this.#plan.silentRetry === "once" || exchange.reused === true;
  }

  /** Waits for the next try, or throws what happened. */
  async #retryFailure(attempt: Attempt, retry: Retry): Promise<Retry> {
    const failure = attempt.failure ?? new Failure("internal", "an attempt without an outcome");
    const { request } = attempt;
    // A broken body is no failed request: urllib3 has handed the response on by then.
    const final = FINAL.has(failure.code) || attempt.status !== 0 || !request.replayable;
    const cause = retryCause(failure.code, attempt.started);
    const next = final ? null : retry.increment(cause, request.method);
    if (next === null) throw this.#error(failure, request);
    const delayMs = next.backoffMs();
    const { context } = this.#session;
    context.counters.retries += 1;
    context.onRetry({ attempt, cause, delayMs, left: next.total });
    context.log?.retrying(
      String(next),
      failure.detail,
      request.url.pathname + request.url.search,
      attempt.exchange.connection?.id ?? null,
    );
    await this.#wait(delayMs, request);
    return next;
  }

  /** The retries left when the status asks for another try; null when this response stands. */
  async #retryStatus(attempt: Attempt, response: Response, retry: Retry): Promise<Retry | null> {
    const { request, status } = attempt;
    const retryAfter = response.headers.get("retry-after");
    if (!request.replayable || !retry.isRetry(request.method, status, retryAfter !== null)) {
      return null;
    }
    const next = retry.increment("status", request.method);
    if (next === null) {
      if (!retry.raiseOnStatus) return null;
      await response.close();
      throw new RetryError(
        "retry_exhausted",
        `${request.method} ${request.url.href} still answers ${status} after ` +
          `${this.#exchanges.length} attempts; allow more retries or read it with raiseOnStatus: false.`,
        { exchanges: this.#exchanges },
      );
    }
    await response.close();
    let asked: number | null;
    try {
      asked = next.retryAfterMs(retryAfter, Date.now());
    } catch (error) {
      if (!(error instanceof RetryAfterError)) throw error;
      throw new RetryError(
        "invalid_retry_after",
        `${request.url.href}: ${error.message}; set respectRetryAfterHeader: false to ignore it.`,
        { cause: error, exchanges: this.#exchanges },
      );
    }
    const delayMs = asked === null || asked === 0 ? next.backoffMs() : asked;
    const { context } = this.#session;
    context.counters.retries += 1;
    context.onRetry({ attempt, cause: "status", delayMs, left: next.total });
    context.log?.retryingStatus(
      String(next),
      request.url.pathname + request.url.search,
      attempt.exchange.connection?.id ?? null,
    );
    await this.#wait(delayMs, request);
    return next;
  }

  async #redirect(hop: Hop, response: Response, location: string): Promise<Hop> {
    const { context } = this.#session;
    await response.close();
    const { status } = response;
    if (this.#history.length >= this.#plan.maxRedirects) {
      throw new TooManyRedirectsError(
        "too_many_redirects",
        `${hop.url.href} redirects once more after ${this.#history.length} redirects; ` +
          "raise maxRedirects or look for a loop.",
        { exchanges: this.#exchanges },
      );
    }
    const next = nextHop(hop, status, location, this.#plan.redirectRules);
    if (next === null) {
      throw failureError(
        "invalid_response",
        `${hop.url.href} redirects to what is no URL: ${location}`,
        { exchanges: this.#exchanges },
      );
    }
    this.#history.push(response);
    context.counters.redirects += 1;
    context.onRedirect({ from: hop.url.href, to: next.url.href, status, method: next.method });
    return next;
  }

  async #wait(delayMs: number, request: PreparedRequest): Promise<void> {
    const failure = await pause(delayMs, request, this.#session.closing);
    if (failure !== null) throw this.#error(failure, request);
  }

  #error(failure: Failure, request: PreparedRequest): SessionError {
    const message = `${request.method} ${request.url.href}: ${failure.detail}`;
    const options = { cause: failure.cause ?? failure, exchanges: this.#exchanges };
    if (failure.code === "invalid_option") {
      return new SessionUsageError(failure.code, message, options);
    }
    return failureError(failure.code, message, options);
  }
}

function sessionClosed(): Failure {
  return new Failure("aborted", "the session was closed");
}

/** On HTTP/2: the session ended under the request, or refused it, before it answered (RFC 9113, 8.7). */
function neverProcessed(failure: Failure | null, exchange: Exchange): boolean {
  const streamReset = (failure?.cause as { code?: unknown })?.code === "ERR_HTTP2_STREAM_ERROR";
  return exchange.status === null && (!streamReset || failure?.detail.includes("REFUSED") === true);
}
