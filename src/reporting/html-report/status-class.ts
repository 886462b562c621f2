/** The classes of answers that charts tell apart, each with its colour. */
import type { Tone } from "./tone.ts";

export const CLASSES = ["ok", "redirect", "client", "server", "none"] as const;

export type StatusClass = (typeof CLASSES)[number];

export const CLASS_NAMES: Readonly<Record<StatusClass, string>> = {
  ok: "2xx and 304, in order",
  redirect: "3xx, redirects",
  client: "4xx, not found or forbidden",
  server: "5xx, server errors",
  none: "no usable response",
};

export const CLASS_TONES: Readonly<Record<StatusClass, Tone>> = {
  ok: "good",
  redirect: "info",
  client: "warn",
  server: "bad",
  none: "dark",
};

/** The class of an attempt; a 304 confirms an answer that was in order. */
export function classOf(of: {
  readonly status: number | null;
  readonly error: string | null;
}): StatusClass {
  const { status, error } = of;
  if (status === null || error !== null) return "none";
  if (status === 304 || status < 300) return "ok";
  if (status < 400) return "redirect";
  return status < 500 ? "client" : "server";
}

/** Adds to one of several counts. */
export function addTo(counts: { [at: number]: number }, at: number, more: number): void {
  counts[at] = (counts[at] ?? 0) + more;
}
