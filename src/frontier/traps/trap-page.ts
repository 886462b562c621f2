/** What the trap rules look at: a page that was settled, its place among URLs of its shape. */
import { dateIn, parameterNames, pathShape, urlPieces } from "../../url/index.ts";

/** A page that was answered with status 200, and what it brought that was not known. */
export interface TrapPage {
  readonly hostId: number;
  readonly url: string;
  /** The words of title, main heading and description: lower case, numbers as 0, one space between. */
  readonly headline: string;
  readonly textHash: string;
  readonly simhash: string | null;
  readonly wordSample: readonly number[];
  /** URLs that nothing before had led to; `followed` as opposed to images, scripts and the like. */
  readonly newUrls: readonly { readonly url: string; readonly followed: boolean }[];
}

export interface UrlPlace {
  readonly origin: string;
  readonly path: string;
  readonly shape: string;
  readonly query: string | null;
  readonly names: readonly string[];
  /**
   * The folder of the calendar or archive whose page this is: the URL ends with a date. Null for others.
   */
  readonly calendar: string | null;
  /** What calls the URL's pages a group: the path's shape and the parameters' names. */
  readonly group: string;
}

export function urlPlace(url: string): UrlPlace {
  const { origin, path, query } = urlPieces(url);
  const shape = pathShape(path);
  const names = parameterNames(query);
  const group = names.length === 0 ? shape : `${shape}?${names.join("&")}`;
  const calendar = dateIn(path, query) === null ? null : calendarOf(path);
  return { origin, path, shape, query, names, calendar, group };
}

/**
 * Whether two URLs are pages of one walk: of one shape, with the same parameters or some of them; or
 * both dated and of one calendar, whose days and months have shapes of their own.
 */
export function sameFamily(one: UrlPlace, other: UrlPlace): boolean {
  if (one.origin !== other.origin) return false;
  if (one.calendar !== null && one.calendar === other.calendar) return true;
  return one.shape === other.shape && (within(one, other) || within(other, one));
}

function within(fewer: UrlPlace, more: UrlPlace): boolean {
  return fewer.names.every((name) => more.names.includes(name));
}

/** Names of a calendar's views are no folders of their own. */
const VIEW = /^(?:day|week|month|year|agenda|list)s?$/i;

/** The first folder of a dated URL. */
function calendarOf(path: string): string {
  const [, first = "", second] = path.split("/");
  const atRoot = second === undefined || VIEW.test(first) || /^\d/.test(first);
  return atRoot ? "/" : `/${first}/`;
}

/** The words of some texts: lower case, numbers as 0, one space between. */
export function headlineOf(...texts: readonly (string | null)[]): string {
  return texts
    .join(" ")
    .toLowerCase()
    .replaceAll(/\p{N}+/gu, "0")
    .replaceAll(/[^\p{L}0]+/gu, " ")
    .trim();
}

/** FNV-1a of 32 bits. */
export function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) {
    hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  }
  return hash >>> 0;
}
