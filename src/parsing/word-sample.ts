/**
 * A sample of a page's distinct words by which pages can be compared without keeping their words: a
 * word that is in the sample of one page is in that of each page that has it (Broder, "On the
 * resemblance and containment of documents", 1997), but for those that the bound cuts off.
 */

/** One word of four: those whose hash is below a quarter of 2^32. */
const SAMPLED_BELOW = 2 ** 30;
/** The smallest ones are kept, so that two pages that are cut off still keep the same words. */
const MAX_SAMPLED_WORDS = 64;

/** So many are gathered before all but the smallest are dropped. */
const MAX_GATHERED_WORDS = 256;

/** A word's place when it is alone: its 9 highest bits below {@link SAMPLED_BELOW}. */
const PLACE_SHIFT = 21;
const PLACES = SAMPLED_BELOW >> PLACE_SHIFT;
/** Greater than any word. */
const NO_WORD = 2 ** 31 - 1;

/**
 * The words that were gathered, ascending, each at its place or behind it where smaller ones are in the way.
 * As hashes are evenly spread, a word is found, and is added, in a step or two.
 */
const gathered = new Int32Array(PLACES + MAX_GATHERED_WORDS + 1);

/** The sampled of the first `count` hashes as unsigned integers of 32 bits, ascending, at most 64. */
export function wordSample(hashes: Int32Array, count: number): number[] {
  gathered.fill(NO_WORD);
  let size = 0;
  let limit = SAMPLED_BELOW;
  for (let i = 0; i < count; i++) {
    const word = hashes[i] as number;
    if (word >>> 0 >= limit || !isAdded(word)) continue;
    if (++size < MAX_GATHERED_WORDS) continue;
    const kept = smallest();
    gathered.fill(NO_WORD);
    kept.forEach(isAdded);
    size = kept.length;
    limit = kept[size - 1] as number;
  }
  return smallest();
}

/** Adds a word; false when it is there already. */
function isAdded(word: number): boolean {
  let place = word >>> PLACE_SHIFT;
  while ((gathered[place] as number) < word) place++;
  if (gathered[place] === word) return false;
  let next = word;
  do {
    const moved = gathered[place] as number;
    gathered[place++] = next;
    next = moved;
  } while (next !== NO_WORD);
  return true;
}

function smallest(): number[] {
  const words: number[] = [];
  for (let place = 0; place < gathered.length && words.length < MAX_SAMPLED_WORDS; place++) {
    const word = gathered[place] as number;
    if (word !== NO_WORD) words.push(word);
  }
  return words;
}
