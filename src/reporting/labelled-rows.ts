/** Lines of a label and a text, the texts under each other and wrapped. */
import { printable } from "./printable.ts";
import { padText, textWidth, wrapText } from "./text-width.ts";

/**
 * Texts may come from the web: they are made printable here. `more` stays together where it can: on the
 * text's line, or on the next.
 */
export type LabelledRow = readonly [label: string, text: string, more?: string];

const LEAST_LABEL_CELLS = 11;
/** Texts wrapped into less would be columns of single words. */
const LEAST_TEXT_CELLS = 20;

/** No line is longer than `maxCells` but for a single word, such as a URL: those are to be copied. */
export function labelledRows(rows: readonly LabelledRow[], maxCells: number): string[] {
  const labelCells = Math.max(LEAST_LABEL_CELLS, ...rows.map(([label]) => textWidth(label)));
  const indent = 2 + labelCells + 2;
  const cells = Math.max(LEAST_TEXT_CELLS, maxCells - indent);
  return rows.flatMap(([label, text, more]) => {
    const [first = "", ...rest] = linesOf(printable(text), printable(more ?? ""), cells);
    return [
      `  ${padText(label, labelCells)}  ${first}`.trimEnd(),
      ...rest.map((line) => " ".repeat(indent) + line),
    ];
  });
}

function linesOf(text: string, more: string, cells: number): string[] {
  const lines = wrapText(text, cells);
  if (more === "") return lines;
  const joined = `${lines.at(-1) ?? ""} ${more}`;
  if (textWidth(joined) <= cells) return [...lines.slice(0, -1), joined];
  return [...lines, ...wrapText(more, cells)];
}
