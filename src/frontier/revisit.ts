/**
 * When a URL is to be asked again, from how often it was seen to change: a pure function of what was
 * seen and `now`.
 *
 * The rate of change is estimated as in Cho and Garcia-Molina, "Estimating frequency of change" (ACM
 * Transactions on Internet Technology, 2003), section 5: of n comparisons over a time T, X found a
 * change; a page may change more than once between two of them, so the rate is
 *
 *     -ln((n - X + 0.5) / (n + 0.5)) * n / T
 *
 * which stays finite where every comparison found a change. The URL is due when it will have changed
 * with a probability of one half, ln 2 / rate later (changes as a Poisson process).
 */
import type { RevisitState } from "../frontier-store.ts";

/** What a visit found. */
export type Sighting =
  /** It answered; `changed` is null where there is nothing to compare with. */
  | { readonly kind: "there"; readonly changed: boolean | null }
  /** 404 or 410. */
  | { readonly kind: "gone" }
  /** No answer, or one that says nothing of its content (401, 403, 429, 5xx). */
  | { readonly kind: "unknown" };

/** --revisit-first, --revisit-min and --revisit-max. */
export interface RevisitBounds {
  readonly firstMs: number;
  readonly minMs: number;
  readonly maxMs: number;
}

export interface Revisit extends RevisitState {
  /** Null: rested, asked again only when it is found anew or everything is asked. */
  readonly dueAt: number | null;
}

export const NEVER_VISITED: RevisitState = {
  checkedAt: null,
  checks: 0,
  changes: 0,
  observedMs: 0,
  goneChecks: 0,
};

/** A URL that was gone this often in a row is rested. */
const GONE_CHECKS_TO_REST = 3;
/** Few comparisons say little: no wait is longer than this many times the one before, or the usual one. */
const MAX_GROWTH = 2;
/**
 * A daily job never starts at the same second: what is due "a day later" has to be due a little
 * before that, or it would wait for the job after the next.
 */
const EARLY = 0.9;
/** From this many comparisons on, what was seen counts half: pages change their ways. */
const CHECKS_REMEMBERED = 32;

/** The state after a visit at `now`, and when the next one is due. */
export function nextVisit(
  before: RevisitState,
  sighting: Sighting,
  now: number,
  bounds: RevisitBounds,
): Revisit {
  if (sighting.kind === "unknown") {
    return { ...before, dueAt: now + early(bounds.minMs) };
  }
  const elapsedMs = before.checkedAt === null ? null : Math.max(1, now - before.checkedAt);
  if (sighting.kind === "gone") {
    const goneChecks = before.goneChecks + 1;
    const waitMs = clamp(bounds.firstMs * 2 ** (goneChecks - 1), bounds);
    const dueAt = goneChecks >= GONE_CHECKS_TO_REST ? null : now + early(waitMs);
    return { ...before, goneChecks, checkedAt: now, dueAt };
  }
  const { changed } = sighting;
  if (elapsedMs === null || changed === null) {
    const dueAt = now + early(clamp(bounds.firstMs, bounds));
    return { ...before, goneChecks: 0, checkedAt: now, dueAt };
  }
  const weight = before.checks >= CHECKS_REMEMBERED ? 0.5 : 1;
  const state = {
    checkedAt: now,
    checks: Math.round(before.checks * weight) + 1,
    changes: Math.round(before.changes * weight) + (changed ? 1 : 0),
    observedMs: Math.round(before.observedMs * weight) + elapsedMs,
    goneChecks: 0,
  };
  const rate = changeRate(state);
  const halfChangedMs = rate === 0 ? Infinity : Math.LN2 / rate;
  // Two visits by hand within a minute say nothing that would undo what longer waits have told.
  const usualMs = before.checks === 0 ? 0 : before.observedMs / before.checks;
  const longestMs = Math.max(MAX_GROWTH * Math.max(elapsedMs, usualMs), bounds.firstMs);
  const waitMs = clamp(Math.min(halfChangedMs, longestMs), bounds);
  return { ...state, dueAt: now + early(waitMs) };
}

/** Changes per millisecond; 0 when none was seen. */
export function changeRate({ checks, changes, observedMs }: RevisitState): number {
  if (observedMs <= 0 || changes === 0) return 0;
  return (-Math.log((checks - changes + 0.5) / (checks + 0.5)) * checks) / observedMs;
}

function early(waitMs: number): number {
  return Math.round(EARLY * waitMs);
}

function clamp(waitMs: number, { minMs, maxMs }: RevisitBounds): number {
  return Math.max(minMs, Math.min(maxMs, waitMs));
}
