/**
 * Charikar's fingerprint of a text ("Similarity estimation techniques from rounding algorithms", 2002),
 * in the use of Manku, Jain and Das Sarma ("Detecting near-duplicates for web crawling", 2007): texts
 * that share nearly all of their shingles differ in few of its 64 bits.
 *
 * Each shingle, three words that follow one another, has a hash of 64 bits; a bit of the fingerprint is
 * the one that most of the shingles have there. The 64 sums are kept bit-sliced: `planes[k]` holds the
 * bit 2^k of all of them, and full adders put four hashes into them in a few instructions.
 */

/** Texts with fewer words say too little to be compared. */
export const MIN_SIMHASH_WORDS = 8;

const SHINGLE_WORDS = 3;
/** Sums below 2^32: the hashes of a page are an array. */
const PLANES = 32;

/**
 * 16 hexadecimal digits; null for fewer than 8 words. `words` are the hashes of a text's words in its
 * order, the first `count` of the array; they are overwritten.
 */
export function simHash(words: Int32Array, count: number): string | null {
  if (count < MIN_SIMHASH_WORDS) return null;
  const shingles = count - SHINGLE_WORDS + 1;
  let first = words[0] as number;
  let second = words[1] as number;
  for (let i = 0; i < shingles; i++) {
    const third = words[i + 2] as number;
    let hash = Math.imul(first, 0x9e3779b1) + second;
    hash = Math.imul(hash ^ (hash >>> 15), 0x85ebca6b) + third;
    words[i] = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
    first = second;
    second = third;
  }
  const high = majority(words, shingles);
  // The other half of each shingle's hash: a function of the first, each of whose bits depends on many.
  for (let i = 0; i < shingles; i++) {
    const hash = words[i] as number;
    words[i] = Math.imul(hash ^ (hash >>> 16), 0x27d4eb2f);
  }
  return hex(high) + hex(majority(words, shingles));
}

/** Bit by bit what more than half of the first `count` values have. */
function majority(values: Int32Array, count: number): number {
  const planes = new Int32Array(PLANES);
  let ones = 0;
  let twos = 0;
  let i = 0;
  for (; i + 4 <= count; i += 4) {
    const a = values[i] as number;
    const b = values[i + 1] as number;
    const c = values[i + 2] as number;
    const d = values[i + 3] as number;
    // Three full adders: ones + a + b, then + c + d, then both carries into the twos.
    const ab = ones ^ a;
    const carryAb = (ones & a) | (ab & b);
    const sumAb = ab ^ b;
    const cd = sumAb ^ c;
    const carryCd = (sumAb & c) | (cd & d);
    ones = cd ^ d;
    const both = twos ^ carryAb;
    const fours = (twos & carryAb) | (both & carryCd);
    twos = both ^ carryCd;
    addTo(planes, 2, fours);
  }
  addTo(planes, 0, ones);
  addTo(planes, 1, twos);
  for (; i < count; i++) addTo(planes, 0, values[i] as number);
  let result = 0;
  for (let bit = 0; bit < 32; bit++) {
    let sum = 0;
    for (let k = PLANES - 1; k >= 0; k--) sum = sum * 2 + (((planes[k] as number) >>> bit) & 1);
    if (sum * 2 > count) result |= 1 << bit;
  }
  return result;
}

/** Adds 2^k to the sum of each bit that `carry` has. */
function addTo(planes: Int32Array, from: number, bits: number): void {
  let carry = bits;
  for (let k = from; carry !== 0 && k < PLANES; k++) {
    const plane = planes[k] as number;
    planes[k] = plane ^ carry;
    carry &= plane;
  }
}

function hex(bits: number): string {
  return (bits >>> 0).toString(16).padStart(8, "0");
}
