/**
 * Words that differ each time a page is asked for, though it says the same: they do not count in the
 * hash of its text. All are judged without what is no ASCII letter or digit around them, as marks are:
 *
 * - clock times: `9:05`, `12:34:56.789`, `7:30pm`, with `Z` or an offset behind them, and an `am` or
 *   `p.m.` that is the next word;
 * - dates with a time, as in ISO 8601: `2026-11-21T12:34:56.789+01:00`, `20261121T123456Z`;
 * - random tokens, of letters and digits both: at least 16 hexadecimal digits, dashes allowed between
 *   them (so UUIDs too), or at least 20 of `A-Z a-z 0-9 + / _ -` in which every fifth place or more
 *   goes from a letter to a digit or back, or from a small letter to a capital, as names and paths
 *   hardly ever do; perhaps with a name and `=`, `:` or `#` before them;
 * - what a computation took: a number of milliseconds or microseconds, or a fraction of seconds:
 *   `12 ms`, `0.123s`, `0.5 seconds`.
 *
 * Other numbers count, and so do prices, dates without a time, whole seconds and versions: they are
 * what the page says.
 */

const CLOCK = /^\d{1,2}:\d\d(?::\d\d(?:[.,]\d+)?)?(?:[ap]\.?m|z|[+-]\d\d:?\d\d)?$/i;
const DATE_TIME =
  /^(?:\d{4}-\d\d-\d\d|\d{8})t\d\d:?\d\d(?::?\d\d(?:[.,]\d+)?)?(?:z|[+-]\d\d(?::?\d\d)?)?$/i;
const HALF_OF_DAY = /^[ap]\.?m$/i;
// The micro sign and the Greek letter mu look alike; both are in use.
const DURATION =
  /^(?:\d+(?:[.,]\d+)?(?:ms|msecs?|milliseconds?|[uµμ]s|[uµμ]secs?|microseconds?)|\d+[.,]\d+(?:s|secs?|seconds?))$/i;
const NAME = /^[\w.-]{0,32}[=:#]/;
const HEX = /^(?:[0-9a-f]-?){15,}[0-9a-f]$/i;
const ALPHABET = /^[\w+/-]{20,}$/;
const CHANGE = /[a-z](?=[A-Z0-9])|[A-Z](?=[0-9])|[0-9](?=[A-Za-z])/g;
const AROUND = /^[^0-9A-Za-zµμ]+|[^0-9A-Za-zµμ]+$/g;

export function isClockTime(word: string): boolean {
  return CLOCK.test(bare(word));
}

/** Whether `word` belongs to the clock time before it. */
export function isHalfOfDay(word: string): boolean {
  return HALF_OF_DAY.test(bare(word));
}

/** Whether the two words are what a computation took. */
export function isDuration(number: string, unit: string): boolean {
  return DURATION.test(bare(number) + bare(unit));
}

/** Any volatile word but a clock time. */
export function isVolatile(word: string): boolean {
  const text = bare(word);
  return (
    DURATION.test(text) ||
    DATE_TIME.test(text) ||
    isRandomToken(text) ||
    isRandomToken(text.replace(NAME, ""))
  );
}

function isRandomToken(text: string): boolean {
  if (!/[0-9]/.test(text) || !/[a-z]/i.test(text)) return false;
  if (HEX.test(text)) return true;
  return ALPHABET.test(text) && (text.match(CHANGE)?.length ?? 0) * 5 >= text.length;
}

function bare(word: string): string {
  return word.replace(AROUND, "");
}
