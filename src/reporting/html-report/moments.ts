/** Moments and spans on the page: in UTC, as who reads it may sit in another zone than who made it. */
import { html, type Html } from "./html.ts";

/** `2026-11-21 14:59:21 UTC`. */
export function utc(epochMs: number): string {
  return `${new Date(epochMs).toISOString().slice(0, 19).replace("T", " ")} UTC`;
}

export function moment(epochMs: number): Html {
  return html`<time datetime="${new Date(epochMs).toISOString()}">${utc(epochMs)}</time>`;
}

/** Milliseconds with three digits that count: `0.42 ms`, `12.3 ms`, `1.24 s`, `2m 5s`. */
export function formatMs(ms: number): string {
  if (ms < 1_000) return `${threeDigits(ms)} ms`;
  if (ms < 60_000) return `${threeDigits(ms / 1_000)} s`;
  const minutes = ms / 60_000;
  if (minutes < 60) return `${Math.floor(minutes)}m ${Math.round((ms % 60_000) / 1_000)}s`;
  const hours = Math.floor(minutes / 60);
  return hours < 48
    ? `${hours}h ${Math.floor(minutes % 60)}m`
    : `${Math.floor(hours / 24)}d ${hours % 24}h`;
}

function threeDigits(value: number): string {
  if (value >= 100) return String(Math.round(value));
  return String(Number(value.toFixed(value >= 10 ? 1 : 2)));
}
