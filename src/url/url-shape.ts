/**
 * The shape of a URL: what it has in common with those that differ from it in numbers and random words
 * only. "/2031/05/07" and "/2031/05" have the shape "/0", "/item-17" has "/item-0". Words stay: two
 * articles are two shapes.
 */
import { looksRandom } from "./session-id.ts";

export interface UrlPieces {
  readonly origin: string;
  /** With its first slash. */
  readonly path: string;
  /** Without its "?"; null when there is none. */
  readonly query: string | null;
}

export function urlPieces(canonical: string): UrlPieces {
  const question = canonical.indexOf("?");
  const end = question === -1 ? canonical.length : question;
  const slash = canonical.indexOf("/", 8);
  const start = slash === -1 || slash > end ? end : slash;
  return {
    origin: canonical.slice(0, start),
    path: canonical.slice(start, end) || "/",
    query: question === -1 ? null : canonical.slice(question + 1),
  };
}

/** `0` for digits, `*` for words that look random; several numbers one after another are one. */
export function pathShape(path: string): string {
  let shape = "";
  for (const segment of path.split("/")) {
    if (segment === "") continue;
    const part = segmentShape(segment);
    if (part === "0" && shape.endsWith("/0")) continue;
    shape += `/${part}`;
  }
  return shape === "" ? "/" : shape;
}

function segmentShape(segment: string): string {
  if (/^\d+(?:[-_.,]\d+)*$/.test(segment)) return "0";
  if (looksRandom(segment)) return "*";
  return segment.replaceAll(/\d+/g, "0");
}

/** The names of a query's parameters, digits as 0, each once, in order. */
export function parameterNames(query: string | null): string[] {
  if (query === null || query === "") return [];
  const names: string[] = [];
  for (const pair of query.split("&")) {
    const equals = pair.indexOf("=");
    const name = (equals === -1 ? pair : pair.slice(0, equals)).replaceAll(/\d+/g, "0");
    if (!names.includes(name)) names.push(name);
  }
  return names.sort();
}
