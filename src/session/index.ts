/** The session library's only door. */
export type { HTTPAdapterOptions } from "./adapter-options.ts";
export type { AddressFilter } from "./connector.ts";
export type { DnsEvent, ResolvedAddress, Resolver } from "./dns-cache.ts";
export { HTTPAdapter } from "./http-adapter.ts";
export type {
  CloseReason,
  ConnectionRecord,
  Exchange,
  ExchangeError,
  OpenReason,
  SessionErrorCode,
} from "./records.ts";
export type { ExchangeRecorder, RecordedExchange, RecordedResponse } from "./recorded-exchange.ts";
export type { RedirectRules } from "./redirect.ts";
export type { HeadersInit } from "./request-headers.ts";
export type { ResponseHeaders } from "./response-headers.ts";
export type { Response, ResponseConnection } from "./response.ts";
export { Retry, type RetryCause, type RetryOptions } from "./retry.ts";
export { Session } from "./session.ts";
export type { SessionStats } from "./session-context.ts";
export {
  AbortError,
  ConnectionError,
  ContentDecodingError,
  RetryError,
  SessionError,
  SessionUsageError,
  TimeoutError,
  TooManyRedirectsError,
} from "./session-error.ts";
export type {
  ConnectionEvent,
  ConnectionReuseEvent,
  PoolEvictEvent,
  PoolFullEvent,
  QueueEndEvent,
  QueueEvent,
  RedirectEvent,
  RetryEvent,
  SessionEventMap,
  UnreadEvent,
} from "./session-events.ts";
export type { SessionLogger } from "./session-log.ts";
export type {
  RequestBodyInit,
  RequestOptions,
  SessionOptions,
  SilentRetry,
  TimeoutOptions,
} from "./session-options.ts";
export { getSession } from "./thread-session.ts";
export type { TlsOptions } from "./tls-options.ts";
