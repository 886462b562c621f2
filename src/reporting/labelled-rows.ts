/** Lines of a label and a text, the texts under each other and wrapped. */
import { printable } from "./printable.ts";
import { padText, textWidth, wrapText } from "./text-width.ts";

/** May hold text from the web: it is made printable here. */
export type LabelledRow = readonly [label: string, text: string];

const LEAST_LABEL_CELLS = 11;
/** Texts wrapped into less would be columns of single words. */
const LEAST_TEXT_CELLS = 20;

/** No line is longer than `maxCells` but for a single word, such as a URL: those are to be copied. */
export function labelledRows(rows: readonly LabelledRow[], maxCells: number): string[] {
  const cells = Math.max(LEAST_LABEL_CELLS, ...rows.map(([label]) => textWidth(label)));
  const indent = 2 + cells + 2;
  return rows.flatMap(([label, text]) => {
    const [first = "", ...rest] = wrapText(
      printable(text),
      Math.max(LEAST_TEXT_CELLS, maxCells - indent),
    );
    return [
      `  ${padText(label, cells)}  ${first}`.trimEnd(),
      ...rest.map((line) => " ".repeat(indent) + line),
    ];
  });
}
