/**
 * Bytes looked at four at a time, as one integer with the first byte lowest (Warren, Hacker's Delight,
 * chapter 6): a search takes a third of the steps that it takes byte by byte, and its end, which the
 * processor cannot foresee, comes in fewer places.
 *
 * What a search finds is marked by the highest bit of each byte. Only the first mark is exact: behind it,
 * bytes may be marked that are no match. Marks of several searches can be joined with `|`.
 */

/** The byte four times. */
export function repeated(byte: number): number {
  return Math.imul(byte, 0x01010101);
}

/** Marks the bytes that are `byte`, given four times. */
export function marksEqual(four: number, byte: number): number {
  const other = four ^ byte;
  return (other - 0x01010101) & ~other & HIGH_BITS;
}

/** Marks the bytes below `limit`, given four times, which is at most 0x80. */
export function marksBelow(four: number, limit: number): number {
  return (four - limit) & ~four & HIGH_BITS;
}

/** Where the first mark is, 0 to 3. */
export function firstMark(marks: number): number {
  return (31 - Math.clz32(marks & -marks)) >> 3;
}

/** 1 in each byte. */
export const ONES = 0x01010101;

/** The highest bit of each byte: that of bytes that are not ASCII. */
export const HIGH_BITS = 0x80808080 | 0;

/** Makes ASCII letters lower case; what it does to others does not matter to a hash. */
export const LOWER_CASE = 0x20202020;

/** The first bytes of four, by how many. */
export const FIRST_BYTES = Int32Array.of(0, 0xff, 0xffff, 0xffffff, -1);
