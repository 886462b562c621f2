/** Split of a `srcset` attribute into its URLs (HTML Standard, 4.8.4.2.4, descriptors ignored). */

/** The URLs of the image candidates, in order, as they stand there. */
export function srcsetUrls(srcset: string): string[] {
  const urls: string[] = [];
  for (let i = 0; i < srcset.length;) {
    const start = endOf(SPACES_AND_COMMAS, srcset, i);
    let end = endOf(NOT_SPACES, srcset, start);
    i = end;
    if (srcset.charAt(end - 1) === ",") {
      // A URL that ends in commas has no descriptors, and the commas are not part of it.
      while (end > start && srcset.charAt(end - 1) === ",") end--;
    } else {
      i = endOfDescriptors(srcset, end);
    }
    if (end > start) urls.push(srcset.slice(start, end));
  }
  return urls;
}

const SPACES_AND_COMMAS = /[\t\n\f\r ,]*/y;
const NOT_SPACES = /[^\t\n\f\r ]*/y;

function endOf(pattern: RegExp, text: string, from: number): number {
  pattern.lastIndex = from;
  pattern.test(text);
  return pattern.lastIndex;
}

/** Behind the next comma that is not in parentheses. */
function endOfDescriptors(srcset: string, from: number): number {
  let inParentheses = false;
  for (let i = from; i < srcset.length; i++) {
    const char = srcset.charAt(i);
    if (char === "," && !inParentheses) return i + 1;
    if (char === "(") inParentheses = true;
    else if (char === ")") inParentheses = false;
  }
  return srcset.length;
}
