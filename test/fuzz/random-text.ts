/** Random text with structure: pieces put together, then damaged. The same for the same numbers. */

/** Uniform numbers from 0 to 1. */
export type Random = () => number;

export function below(random: Random, bound: number): number {
  return Math.floor(random() * bound);
}

export function pick<T>(random: Random, values: readonly T[]): T {
  const value = values[below(random, values.length)];
  if (value === undefined) throw new Error("there is nothing to pick from");
  return value;
}

/** Up to `most` of the pieces, one after the other; sometimes one of them very often. */
export function joined(random: Random, pieces: readonly string[], most: number): string {
  let text = "";
  for (let left = below(random, most + 1); left > 0; left -= 1) {
    const times = random() < 0.01 ? 1 + below(random, 400) : 1;
    text += pick(random, pieces).repeat(times);
  }
  return text;
}

/** Characters that parsers, databases and other programs treat in ways of their own. */
export const ODD_CHARACTERS = [
  Array.from(
    "\0\t\n\v\f\r\u001b \"#%&'()*+,-./:;<=>?@[\\]^`{|}~\u007f\u0080\u0085\u00a0\u00ad\u00df\u00e4",
  ),
  Array.from(
    "\u0130\u0131\u0301\u0378\u0660\u05d0\u115f\u200b\u200d\u200e\u2028\u202e\u3002\uff0e\uff0f\uff1a\ufdd0\ufeff\ufffd",
  ),
  "\ud800",
  "\udfff",
  "\u{1f600}",
  "\u{10ffff}",
].flat();

/** Digits that are no number any more when they are read as one. */
export const NUMBERS = [
  Array.from("0123456789"),
  "00",
  "-1",
  "1e9",
  "0x10",
  "1.5",
  "2147483648",
  "9007199254740993",
  "99999999999999999999",
  "9".repeat(400),
  "NaN",
  "Infinity",
].flat();

/** A copy with a few characters taken out, put in, moved or doubled. */
export function damaged(random: Random, text: string): string {
  let result = text;
  for (let left = below(random, 4); left > 0; left -= 1) {
    const at = below(random, result.length + 1);
    const length = 1 + below(random, 12);
    switch (below(random, 4)) {
      case 0:
        result = result.slice(0, at) + result.slice(at + length);
        break;
      case 1:
        result = result.slice(0, at) + pick(random, ODD_CHARACTERS) + result.slice(at);
        break;
      case 2:
        result = result.slice(0, at) + result.slice(at, at + length) + result.slice(at);
        break;
      default: {
        const from = below(random, result.length + 1);
        result = result.slice(0, at) + result.slice(from, from + length) + result.slice(at);
      }
    }
  }
  return result;
}
