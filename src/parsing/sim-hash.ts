/**
 * Charikar's fingerprint of a text ("Similarity estimation techniques from rounding algorithms", 2002),
 * in the use of Manku, Jain and Das Sarma ("Detecting near-duplicates for web crawling", 2007): texts
 * that share nearly all of their shingles differ in few of its 64 bits.
 *
 * Each shingle, three words that follow one another, has a hash of 64 bits; a bit of the fingerprint is
 * the one that most of the shingles have there. The 64 sums are kept bit-sliced: `planes[k]` holds the
 * bit 2^k of all of them, and full adders put eight hashes into them at a time.
 */

/** Texts with fewer words say too little to be compared. */
const MIN_SIMHASH_WORDS = 8;

const SHINGLE_WORDS = 3;
/** Enough for any sum: the shingles of a page are fewer than 2^32. */
const MAX_PLANES = 32;

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

const planes = new Int32Array(MAX_PLANES);

/** Bit by bit what more than half of the first `count` values have. */
function majority(values: Int32Array, count: number): number {
  planes.fill(0);
  // Sums of eights are at most count / 8.
  const top = 3 + 32 - Math.clz32(count >> 3);
  let ones = 0;
  let twos = 0;
  let fours = 0;
  let i = 0;
  for (; i + 8 <= count; i += 8) {
    const a = values[i] as number;
    const b = values[i + 1] as number;
    const c = values[i + 2] as number;
    const d = values[i + 3] as number;
    const e = values[i + 4] as number;
    const f = values[i + 5] as number;
    const g = values[i + 6] as number;
    const h = values[i + 7] as number;
    const ab = a ^ b;
    const cd = c ^ d;
    const ef = e ^ f;
    const gh = g ^ h;
    // Seven full adders: four into the ones, two into the twos, one into the fours.
    const twosAb = (a & b) | (ab & ones);
    ones ^= ab;
    const twosCd = (c & d) | (cd & ones);
    ones ^= cd;
    const twosEf = (e & f) | (ef & ones);
    ones ^= ef;
    const twosGh = (g & h) | (gh & ones);
    ones ^= gh;
    const abcd = twosAb ^ twosCd;
    const foursAbcd = (twosAb & twosCd) | (abcd & twos);
    twos ^= abcd;
    const efgh = twosEf ^ twosGh;
    const foursEfgh = (twosEf & twosGh) | (efgh & twos);
    twos ^= efgh;
    const all = foursAbcd ^ foursEfgh;
    add(3, top, (foursAbcd & foursEfgh) | (all & fours));
    fours ^= all;
  }
  planes[0] = ones;
  planes[1] = twos;
  planes[2] = fours;
  for (; i < count; i++) add(0, MAX_PLANES, values[i] as number);
  return above(count >> 1);
}

/** Adds 2^from to the sum of each bit that `bits` has. */
function add(from: number, top: number, bits: number): void {
  let carry = bits;
  for (let k = from; k < top; k++) {
    const plane = planes[k] as number;
    planes[k] = plane ^ carry;
    carry &= plane;
  }
}

/** Bit by bit whether the sum is greater than `limit`: the planes compared with its digits, largest first. */
function above(limit: number): number {
  let greater = 0;
  let equal = -1;
  for (let k = MAX_PLANES - 1; k >= 0; k--) {
    const plane = planes[k] as number;
    const digit = -((limit >>> k) & 1);
    greater |= equal & plane & ~digit;
    equal &= ~(plane ^ digit);
  }
  return greater;
}

function hex(bits: number): string {
  return (bits >>> 0).toString(16).padStart(8, "0");
}
