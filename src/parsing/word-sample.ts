/**
 * A sample of a page's distinct words by which pages can be compared without keeping their words: a
 * word that is in the sample of one page is in that of each page that has it (Broder, "On the
 * resemblance and containment of documents", 1997), but for those that the bound cuts off.
 */

/** One word of four: those whose hash is below a quarter of 2^32. */
const SAMPLED_BELOW = 2 ** 30;
/** The smallest ones are kept, so that two pages that are cut off still keep the same words. */
const MAX_SAMPLED_WORDS = 64;

/** The sample of the page that is read, ascending, and room for one more. */
const sample = new Int32Array(MAX_SAMPLED_WORDS + 1);

/** Words that were looked at last, each in the place that its lowest bits tell: most of a page's come again. */
const seen = new Int32Array(256);

/** The sampled of the first `count` hashes as unsigned integers of 32 bits, ascending, at most 64. */
export function wordSample(hashes: Int32Array, count: number): number[] {
  seen.fill(-1);
  let size = 0;
  let limit = SAMPLED_BELOW;
  for (let i = 0; i < count; i++) {
    const word = hashes[i] as number;
    // Below 0 are those above 2^31.
    if (word < 0 || word >= limit || seen[word & 0xff] === word) continue;
    seen[word & 0xff] = word;
    const place = placeOf(word, size);
    if (place < size && sample[place] === word) continue;
    for (let k = size; k > place; k--) sample[k] = sample[k - 1] as number;
    sample[place] = word;
    if (size < MAX_SAMPLED_WORDS) size++;
    if (size === MAX_SAMPLED_WORDS) limit = sample[size - 1] as number;
  }
  const words: number[] = [];
  for (let i = 0; i < size; i++) words.push(sample[i] as number);
  return words;
}

/** Where `word` is in the first `size` of the sample, or would be. */
function placeOf(word: number, size: number): number {
  let low = 0;
  let high = size;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sample[middle] as number) < word) low = middle + 1;
    else high = middle;
  }
  return low;
}
