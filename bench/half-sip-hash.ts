/**
 * HalfSipHash-1-3 of a text's characters, which are ASCII: a 32-bit hash with a key, of which nobody
 * without the key can make collisions. From https://github.com/veorq/SipHash (halfsiphash.c), with one
 * compression round in place of two and the characters as bytes.
 */
export function halfSipHash13(text: string, key0: number, key1: number): number {
  let v0 = key0;
  let v1 = key1;
  let v2 = 0x6c796765 ^ key0;
  let v3 = 0x74656462 ^ key1;
  const round = (): void => {
    v0 = (v0 + v1) | 0;
    v1 = ((v1 << 5) | (v1 >>> 27)) ^ v0;
    v0 = (v0 << 16) | (v0 >>> 16);
    v2 = (v2 + v3) | 0;
    v3 = ((v3 << 8) | (v3 >>> 24)) ^ v2;
    v0 = (v0 + v3) | 0;
    v3 = ((v3 << 7) | (v3 >>> 25)) ^ v0;
    v2 = (v2 + v1) | 0;
    v1 = ((v1 << 13) | (v1 >>> 19)) ^ v2;
    v2 = (v2 << 16) | (v2 >>> 16);
  };
  const { length } = text;
  let index = 0;
  for (; index + 4 <= length; index += 4) {
    const word =
      text.charCodeAt(index) |
      (text.charCodeAt(index + 1) << 8) |
      (text.charCodeAt(index + 2) << 16) |
      (text.charCodeAt(index + 3) << 24);
    v3 ^= word;
    round();
    v0 ^= word;
  }
  let last = length << 24;
  for (let shift = 0; index < length; index += 1, shift += 8) {
    last |= text.charCodeAt(index) << shift;
  }
  v3 ^= last;
  round();
  v0 ^= last;
  v2 ^= 0xff;
  for (let left = 3; left > 0; left -= 1) round();
  return v1 ^ v3;
}
