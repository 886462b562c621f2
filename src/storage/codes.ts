/** The closed list of `frontier.reason`; a failed URL has the code of its last attempt's error. */
import { FETCH_ERRORS } from "../errors.ts";

export const EXCLUDED_REASONS = {
  scope: "outside of --scope",
  include: "matches no --include",
  exclude: "matches an --exclude",
  depth: "more followed links from a seed than --max-depth",
  robots: "forbidden by robots.txt; the detail is the line",
  robots_unreachable: "robots.txt could not be read, so nothing may be asked (RFC 9309)",
  nofollow: "seen only where the page or the link asks not to follow it",
  link_kind: "an image, script, style or the like, which --check did not ask for",
  host_budget: "beyond --max-pages-per-host",
  folder_budget: "beyond --max-pages-per-folder; the detail names the folder",
  private_address: "at a private, loopback or link-local address (see --allow-private)",
  trap_long_url: "longer than real pages' URLs are",
  trap_deep_path: "more folders deep than real pages are",
  trap_repeated_path: "the same part of the path again and again",
  trap_many_parameters: "more query parameters than real pages have",
  trap_repeated_parameter: "the same query parameter again and again",
  trap_nested_escape: "an escape that was escaped again and again",
  trap_session_id: "a page under one more session id; it is asked without one, or under one",
  trap_parameter: "differs from a known URL in a parameter that does not change the page (learned)",
  trap_mirror: "what stands under another path too, page by page (learned)",
  trap_calendar:
    "a date more than ten years ahead, or a page of a calendar without news, found only on others of it (learned)",
  trap_facets:
    "one more combination of parameters whose combinations brought nothing new, found only on others of them (learned)",
  trap_same_text: "in a folder that says the same at every URL, and found only there (learned)",
  trap_endless:
    "one more URL of a shape whose pages brought nothing new and always led to more of it, found only on others of it (learned)",
} as const;

export const FRONTIER_REASONS: Readonly<Record<string, string>> = {
  ...EXCLUDED_REASONS,
  ...Object.fromEntries(Object.entries(FETCH_ERRORS).map(([code, { meaning }]) => [code, meaning])),
};

/** Why a socket was opened, or a request did not get an open one. */
export const OPEN_REASONS = {
  first_use: "no socket to this origin had been opened yet",
  all_busy: "every open socket was carrying a request",
  response_said_close: "the last response said Connection: close",
  idle_expired: "the idle socket had been closed after --keepalive-timeout",
  peer_closed: "the server had closed the idle socket",
  peer_reset: "the server had reset the socket",
  timeout: "a timeout had ended the socket",
  aborted: "an abort had ended the socket",
  evicted: "the host's pool had to go for newer ones (--pool-connections)",
  pool_full_discard:
    "its pool was full: when it came back, or when a retry needed a new one (--pool-maxsize)",
  key_mismatch: "open sockets have other TLS settings or another proxy",
  body_not_drained: "the socket's last body was not read to its end",
  force_close: "--force-close",
  session_replaced: "the thread's session was replaced",
  error: "an error had ended the socket",
} as const;

export const CLOSE_REASONS = {
  idle_expired: "idle for --keepalive-timeout, or as long as the server's Keep-Alive allows",
  peer_closed: "the server closed it",
  peer_reset: "the server reset it",
  response_said_close: "the response said Connection: close",
  pool_full_discard: "its pool was full: when it came back, or when a retry needed a new one",
  evicted: "its pool had to go for newer ones",
  force_close: "--force-close",
  timeout: "a timeout",
  aborted: "an abort",
  error: "an error of the protocol or of TLS",
  body_not_drained: "its last body was not read to its end",
  session_closed: "the session ended, with its thread or its process",
} as const;
