/** Damages pages at random, the same way for the same seed: what a fuzzer feeds to both parsers. */

/** Uniform numbers from 0 to 1 (mulberry32). */
export function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** What is put in: every construct that changes how the rest is read. */
const PIECES = [
  "<",
  ">",
  '"',
  "'",
  "=",
  "/",
  "&",
  "&amp;",
  "&lt;a href=x&gt;",
  "\0",
  " ",
  "<!--",
  "-->",
  "--!>",
  "<!-->",
  "<![CDATA[",
  "]]>",
  "<!doctype html>",
  "<?php ?>",
  "</>",
  "</ x>",
  '<a href="new">',
  "</a>",
  "<A HREF='q?a=1&amp;b&copy=2'>",
  "<script>",
  "</script>",
  "<script><!--<script>",
  "<style>",
  "</style>",
  "<title>",
  "</title>",
  "<textarea>",
  "</textarea>",
  "<template>",
  "</template>",
  "<noscript>",
  "</noscript>",
  "<svg>",
  "</svg>",
  "<svg/>",
  "<math><mi>",
  "</math>",
  "<foreignObject>",
  "<iframe src=f>",
  "</iframe>",
  "<xmp>",
  "</xmp>",
  "<p>",
  "<div>",
  "</div>",
  "</p>",
  '<base href="/b/">',
  "<link rel=next href=n>",
  "<meta name=robots content=none>",
  "<img src=i alt=x srcset='s 1x, t 2x'>",
];

/** A copy of `text` with one to six deletions, swaps or insertions. */
export function mutate(text: string, random: () => number): string {
  let result = text;
  const times = 1 + Math.floor(random() * 6);
  for (let i = 0; i < times; i++) {
    const at = Math.floor(random() * result.length);
    const kind = random();
    if (kind < 0.6) {
      const piece = PIECES[Math.floor(random() * PIECES.length)] as string;
      result = result.slice(0, at) + piece + result.slice(at);
    } else if (kind < 0.8) {
      result = result.slice(0, at) + result.slice(at + 1 + Math.floor(random() * 30));
    } else {
      const from = Math.floor(random() * result.length);
      const moved = result.slice(from, from + Math.floor(random() * 200));
      result = result.slice(0, at) + moved + result.slice(at);
    }
  }
  return result;
}
