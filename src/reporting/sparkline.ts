/** A curve as one line of text. */

const BARS = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"];

/** One character a value, 0 as the lowest bar and `most` as the highest; nothing at all as a space. */
export function sparkline(values: readonly number[], most: number): string {
  return values
    .map((value) => {
      if (most <= 0 || value <= 0) return " ";
      const at = Math.ceil((Math.min(value, most) / most) * BARS.length) - 1;
      return BARS[at] ?? "";
    })
    .join("");
}
