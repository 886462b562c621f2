/**
 * Dates that a URL carries as its last word, as the pages of calendars and archives do. A stated list
 * of forms; a number that merely looks like a year is no date:
 * - the path ends with year and month or year, month and day: "/2031/05", "/2031/05/07", "/2031-05-07";
 * - a parameter's whole value is "2031-05" or "2031-05-07", whatever its name;
 * - two parameters are named year (y, yr) and month (m, mon).
 */

export interface UrlDate {
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
}

const PATH_END = /\/(\d{4})[/-](\d{1,2})(?:[/-](\d{1,2}))?\/?$/;
const VALUE = /^(\d{4})-(\d{2})(?:-(\d{2}))?$/;
const YEAR = /^(?:y|yr|year)$/i;
const MONTH = /^(?:m|mon|month)$/i;

/** @param path without the query; @param query without its "?", null when there is none */
export function dateIn(path: string, query: string | null): UrlDate | null {
  const inPath = PATH_END.exec(path);
  const date = inPath === null ? null : dateOf(inPath[1], inPath[2], inPath[3]);
  return date ?? (query === null ? null : queryDate(query));
}

function queryDate(query: string): UrlDate | null {
  let year: string | undefined;
  let month: string | undefined;
  for (const pair of query.split("&")) {
    const equals = pair.indexOf("=");
    if (equals < 1) continue;
    const name = pair.slice(0, equals);
    const value = pair.slice(equals + 1);
    const whole = VALUE.exec(value);
    const date = whole === null ? null : dateOf(whole[1], whole[2], whole[3]);
    if (date !== null) return date;
    if (YEAR.test(name)) year = value;
    else if (MONTH.test(name)) month = value;
  }
  return year !== undefined && /^\d{4}$/.test(year) && /^\d{1,2}$/.test(month ?? "")
    ? dateOf(year, month, undefined)
    : null;
}

function dateOf(
  yearText: string | undefined,
  monthText: string | undefined,
  dayText: string | undefined,
): UrlDate | null {
  const [year, month, day] = [Number(yearText), Number(monthText), Number(dayText ?? 1)];
  if (year < 1000 || year > 9999 || month < 1 || month > 12 || day < 1 || day > 31) return null;
  return { year, month };
}
