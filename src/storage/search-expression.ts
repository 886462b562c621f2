/**
 * From what a person types to an expression of FTS5 (https://sqlite.org/fts5.html, section 3). All but what
 * is plainly meant as syntax is quoted, so that `node:fs`, `well-known` and `C++` are words like any other.
 */

const OPERATOR = /(?:^|[\s)])(?:AND|OR|NOT)(?=[\s(]|$)/;
const PHRASE = String.raw`(?:(?:title|heading|text):)?"[^"]*"\*?`;
const PLAIN = new RegExp(String.raw`${PHRASE}|\S+`, "gu");
/** Among operators brackets group. */
const LOGICAL = new RegExp(String.raw`${PHRASE}|[()]|[^\s()]+`, "gu");
/** What the index takes for words: letters, digits, and private use characters. */
const HAS_WORD = /[\p{L}\p{N}\p{Co}]/u;

/** Scripts that put no spaces between words: the index has their sentences whole. */
const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;

/** What a page has to say. At least one of the two is there. */
export interface SearchTerms {
  /** An expression of FTS5; null when there is nothing that the index could be asked for. */
  readonly expression: string | null;
  /** What has to stand in its text somewhere, as it is: words of scripts without spaces. */
  readonly parts: readonly string[];
}

/**
 * Words, all of which a page has to have; `"a phrase"`; `begin*`; `title:`, `heading:` or `text:` before one
 * of these; AND, OR, NOT in capitals, and brackets among them. What is written without spaces, such as Chinese, is looked for as it stands, but not in
 * one query with operators. Null when there is no word in it.
 */
export function searchTerms(query: string): SearchTerms | null {
  if (!HAS_WORD.test(query)) return null;
  const isLogical = OPERATOR.test(query.replaceAll(/"[^"]*"/g, '""'));
  const pieces = query.match(isLogical ? LOGICAL : PLAIN) ?? [];
  const parts: string[] = [];
  const terms = pieces.flatMap((piece) => {
    if (isLogical && /^(?:AND|OR|NOT|[()])$/.test(piece)) return [piece];
    if (isLogical || !UNSPACED.test(piece)) return term(piece, isLogical);
    parts.push(piece.replaceAll(/^"|"?\*?$/g, ""));
    return [];
  });
  if (terms.length === 0 && parts.length === 0) return null;
  return { expression: terms.length === 0 ? null : terms.join(" "), parts };
}

function term(piece: string, isLogical: boolean): string[] {
  const [, column, rest = piece] = /^(title|heading|text):(.+)$/su.exec(piece) ?? [];
  const isPrefix = rest.endsWith("*") && HAS_WORD.test(rest);
  const words = (isPrefix ? rest.slice(0, -1) : rest).replaceAll('"', " ").trim();
  // Among operators each needs something to work on; a phrase without words stands for nothing.
  if (!HAS_WORD.test(words) && !isLogical) return [];
  return [`${column === undefined ? "" : `${column} : `}"${words}"${isPrefix ? " *" : ""}`];
}
