/** English-like text without end, the same for the same name. */

const SYLLABLES =
  "ba be bo da de do fa fe fi ga go ha he hi ka ke la le li lo ma me mi mo na ne no pa pe po ra re ri ro sa se so ta te ti to va ve wa we".split(
    " ",
  );
const SMALL_WORDS = "the of and in to with from at by over under near after before".split(" ");

export interface Writer {
  /** One word, upper case first. */
  word(): string;
  /** Three words. */
  title(): string;
  sentences(count: number): string;
}

/** Draws words by a generator that begins at the name. */
export function writer(name: string): Writer {
  let state = 0x9e3779b9;
  for (let i = 0; i < name.length; i++) state = Math.imul(state ^ name.charCodeAt(i), 0x85ebca6b);
  const random = (below: number): number => {
    // mulberry32
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
  const pick = (words: readonly string[]): string => words[random(words.length)] ?? "";
  const long = (): string =>
    pick(SYLLABLES) + pick(SYLLABLES) + (random(2) === 0 ? pick(SYLLABLES) : "");
  const word = (): string => {
    const drawn = long();
    return drawn.charAt(0).toUpperCase() + drawn.slice(1);
  };
  const sentence = (): string => {
    const words = Array.from({ length: 8 }, (_, i) => (i % 3 === 1 ? pick(SMALL_WORDS) : long()));
    return `${word()} ${words.join(" ")}.`;
  };
  return {
    word,
    title: () => `${word()} ${long()} ${long()}`,
    sentences: (count) => Array.from({ length: count }, sentence).join(" "),
  };
}

/** A page with a heading, a text, and a list of links. */
export function page(title: string, text: string, links: readonly string[]): string {
  const items = links.map((link) => `<li><a href="${link.replaceAll("&", "&amp;")}">link</a>`);
  return `<!doctype html><title>${title}</title><h1>${title}</h1><p>${text}</p><ul>${items.join("")}</ul>`;
}
