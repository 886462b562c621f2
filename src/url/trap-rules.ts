/**
 * Rules that tell from one URL alone that it belongs to a space without end. They must spare real
 * sites, so they fire only at what growth leaves behind; traps whose URLs each look innocent
 * (calendars, facets, session ids) need to be seen by what their pages say: src/frontier/traps.
 */
import { dateIn } from "./url-date.ts";

export type TrapReason =
  | "trap_long_url"
  | "trap_deep_path"
  | "trap_repeated_path"
  | "trap_many_parameters"
  | "trap_repeated_parameter"
  | "trap_nested_escape"
  | "trap_calendar";

/** From 2,048 characters on, sitemaps.org does not take a URL either. */
const LONG_URL_CHARS = 2048;
/** Heritrix 3 has the same default (TooManyPathSegmentsDecideRule). */
const MAX_DIRECTORIES = 20;
/** As in Heritrix 3 (PathologicalPathDecideRule): the third time in a row is one too many. */
const MAX_REPEATS_IN_A_ROW = 2;
/** "/2011/11/11/11/" and "/0/0/0/" (dates, map tiles) are real. */
const MAX_SHORT_REPEATS_IN_A_ROW = 4;
const MAX_SAME_DIRECTORY = 4;
const MAX_PARAMETERS = 40;
/** Facets and multiple choice repeat a name, with other values. */
const MAX_SAME_NAME = 16;
const MAX_SAME_PARAMETER = 2;
/**
 * Nobody fills a calendar that far ahead. Less than that is real (seasons, congresses, eclipses), and
 * there is no limit for the past: archives of newspapers go back to 1600.
 */
const MAX_YEARS_AHEAD = 10;

/**
 * Why a canonical URL looks like part of a trap; null when it does not.
 * @param now epoch milliseconds: what is far in the future depends on it
 */
export function trapReason(url: string, now: number): TrapReason | null {
  if (url.length >= LONG_URL_CHARS) return "trap_long_url";
  const question = url.indexOf("?");
  const pathStart = url.indexOf("/", 8);
  const path = url.slice(pathStart + 1, question === -1 ? undefined : question);
  return (
    pathTrap(path) ??
    (question === -1 ? null : parameterTrap(url.slice(question + 1))) ??
    // An escape of an escape of an escape: a URL that carries its own address, again and again.
    (/%(?:25){3}/.test(url) ? "trap_nested_escape" : null) ??
    (isFarAhead(`/${path}`, question === -1 ? null : url.slice(question + 1), now)
      ? "trap_calendar"
      : null)
  );
}

function isFarAhead(path: string, query: string | null, now: number): boolean {
  const date = dateIn(path, query);
  return date !== null && date.year > new Date(now).getUTCFullYear() + MAX_YEARS_AHEAD;
}

/** `path` without its first slash. What follows the last slash is a page, not a directory. */
function pathTrap(path: string): TrapReason | null {
  const directories = path.split("/");
  directories.pop();
  if (directories.length > MAX_DIRECTORIES) return "trap_deep_path";
  if (directories.length <= MAX_REPEATS_IN_A_ROW) return null;
  if (hasRepeats(directories)) return "trap_repeated_path";
  const counts = new Map<string, number>();
  for (const directory of directories) {
    if (isShort(directory)) continue;
    const count = (counts.get(directory) ?? 0) + 1;
    if (count > MAX_SAME_DIRECTORY) return "trap_repeated_path";
    counts.set(directory, count);
  }
  return null;
}

/** Whether some run of directories stands there too often in a row ("a/b/a/b/a/b/"). */
function hasRepeats(directories: readonly string[]): boolean {
  const longest = Math.floor(directories.length / (MAX_REPEATS_IN_A_ROW + 1));
  for (let period = 1; period <= longest; period++) {
    let same = 0;
    let allShort = true;
    for (let i = period; i < directories.length; i++) {
      const equal = directories[i] === directories[i - period];
      allShort = equal ? allShort && isShort(directories[i] ?? "") : true;
      same = equal ? same + 1 : 0;
      const limit = allShort && period === 1 ? MAX_SHORT_REPEATS_IN_A_ROW : MAX_REPEATS_IN_A_ROW;
      if (same >= period * limit) return true;
    }
  }
  return false;
}

/** Numbers, single characters and empty segments repeat by chance. */
function isShort(directory: string): boolean {
  return directory.length < 2 || /^\d+$/.test(directory);
}

function parameterTrap(query: string): TrapReason | null {
  const parameters = query.split(/[&;]/);
  if (parameters.length > MAX_PARAMETERS) return "trap_many_parameters";
  if (parameters.length <= MAX_SAME_PARAMETER) return null;
  const counts = new Map<string, number>();
  const countOf = (key: string): number => {
    const count = (counts.get(key) ?? 0) + 1;
    counts.set(key, count);
    return count;
  };
  for (const parameter of parameters) {
    const equals = parameter.indexOf("=");
    // "&&" and bare words are no sign of growth; a name's key is set apart from a pair's by its "=".
    if (equals < 1) continue;
    if (countOf(parameter) > MAX_SAME_PARAMETER) return "trap_repeated_parameter";
    if (countOf(parameter.slice(0, equals)) > MAX_SAME_NAME) return "trap_repeated_parameter";
  }
  return null;
}
