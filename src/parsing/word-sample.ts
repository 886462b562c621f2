/**
 * A sample of a page's distinct words by which pages can be compared without keeping their words: a
 * word that is in the sample of one page is in that of each page that has it (Broder, "On the
 * resemblance and containment of documents", 1997), but for those that the bound cuts off.
 */

/** One word of four: those whose hash is below a quarter of 2^32. */
const SAMPLED_BELOW = 2 ** 30;
/** The smallest ones are kept, so that two pages that are cut off still keep the same words. */
export const MAX_SAMPLED_WORDS = 64;

/** The sampled of the first `count` hashes as unsigned integers of 32 bits, ascending, at most 64. */
export function wordSample(hashes: Int32Array, count: number): number[] {
  const sample: number[] = [];
  let limit = SAMPLED_BELOW;
  for (let i = 0; i < count; i++) {
    const word = (hashes[i] as number) >>> 0;
    if (word >= limit) continue;
    const place = placeOf(sample, word);
    if (sample[place] === word) continue;
    sample.splice(place, 0, word);
    if (sample.length > MAX_SAMPLED_WORDS) sample.pop();
    if (sample.length === MAX_SAMPLED_WORDS) limit = sample.at(-1) as number;
  }
  return sample;
}

/** Where `word` is in the ascending `sample`, or would be. */
function placeOf(sample: readonly number[], word: number): number {
  let low = 0;
  let high = sample.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sample[middle] as number) < word) low = middle + 1;
    else high = middle;
  }
  return low;
}
