/** Dates as pages write them for machines, and in English for people. */

export interface ReadDate {
  /** `2026-11-21`, or with a time `2026-11-21T12:34:56.000Z`. */
  readonly text: string;
  /** Epoch milliseconds; of a date without a time the start of its day in UTC. */
  readonly ms: number;
}

const ISO =
  /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?\s*(Z|[-+]\d{2}:?\d{2})?)?$/i;
const MONTH = "(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\\.?";
/** `Sat, 21 Nov 2026 12:34:56 GMT` (RFC 5322, HTTP), `21 November 2026`. */
const DAY_FIRST = new RegExp(
  `^(?:[a-z]+\\.?,? )?(\\d{1,2})(?:st|nd|rd|th)?[ -]${MONTH},?[ -](\\d{4})(?:,? (\\d{1,2}):(\\d{2})(?::(\\d{2}))?(?: (Z|UT|UTC|GMT|[-+]\\d{4}))?)?$`,
  "i",
);
/** `November 21, 2026`. */
const MONTH_FIRST = new RegExp(
  `^(?:[a-z]+\\.?,? )?${MONTH} (\\d{1,2})(?:st|nd|rd|th)?,? (\\d{4})$`,
  "i",
);
const MONTHS = "janfebmaraprmayjunjulaugsepoctnovdec";

/**
 * ISO 8601, RFC 5322 and HTTP dates, and English dates with the month as a word; null for all else:
 * `03/04/2026` is two dates. A time without a zone is taken for UTC.
 */
export function readDate(text: string): ReadDate | null {
  const iso = ISO.exec(text);
  if (iso !== null) {
    const [, year, month, day, hour, minute, second, fraction = "", zone] = iso;
    return dateOf([year, Number(month), day], [hour, minute, second, fraction], zone);
  }
  const dayFirst = DAY_FIRST.exec(text);
  if (dayFirst !== null) {
    const [, day, month, year, hour, minute, second, zone] = dayFirst;
    return dateOf([year, monthOf(month), day], [hour, minute, second, ""], zone);
  }
  const monthFirst = MONTH_FIRST.exec(text);
  if (monthFirst === null) return null;
  const [, month, day, year] = monthFirst;
  return dateOf([year, monthOf(month), day], [], undefined);
}

type Digits = string | undefined;

function dateOf(
  [year, month, day]: [Digits, number, Digits],
  [hour, minute, second = "0", fraction = ""]: Digits[],
  zone: Digits,
): ReadDate | null {
  const date = new Date(0);
  date.setUTCFullYear(Number(year), month - 1, Number(day));
  // The 31st of June is no day.
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== Number(day)) return null;
  const start = date.getTime();
  if (hour === undefined) return { text: date.toISOString().slice(0, 10), ms: start };
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 60) return null;
  const time = (Number(hour) * 60 + Number(minute)) * 60_000 + Number(second) * 1_000;
  const ms = start + time + Math.trunc(Number(`0.${fraction || 0}`) * 1_000) - offsetMs(zone);
  return { text: new Date(ms).toISOString(), ms };
}

function monthOf(name: Digits): number {
  return MONTHS.indexOf((name ?? "").toLowerCase()) / 3 + 1;
}

function offsetMs(zone: Digits): number {
  const offset = /^([-+])(\d{2}):?(\d{2})$/.exec(zone ?? "");
  if (offset === null) return 0;
  const minutes = Number(offset[2]) * 60 + Number(offset[3]);
  return (offset[1] === "-" ? -minutes : minutes) * 60_000;
}
