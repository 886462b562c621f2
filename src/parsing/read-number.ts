/** Numbers as people write them in pages. */

export type DecimalSign = "." | ",";

/**
 * A sign that no word stands before; digits in groups of three with spaces or apostrophes between them,
 * or digits with points and commas; an exponent.
 */
const NUMBER =
  /(?:(?<![\p{L}\p{N}])[-+−])?(?:\d{1,3}(?:[ '’]\d{3})+(?!\d)(?:[.,]\d+)?|\d[\d.,]*|[.,]\d+)(?:e[-+]?\d{1,3}(?!\d))?/iu;

/**
 * The first number in a text, or null: `1,234.50 €`, `€ 1.234,50`, `1 234,5`, `-3`, `2e3`.
 *
 * Which of point and comma is the decimal sign is told by `decimal`; when that is null, by the number: of
 * both the last one; a point alone, unless there are several; a comma alone, unless exactly three digits
 * follow it (`12,5` is 12.5, `1,234` is 1234).
 */
export function readNumber(text: string, decimal: DecimalSign | null = null): number | null {
  const match = NUMBER.exec(text);
  if (match === null) return null;
  const [found] = match;
  const written = found
    .replace("−", "-")
    .replaceAll(/[ '’]/g, "")
    .replace(/[.,]+$/, "");
  const sign =
    decimal ?? wholeSign(found, text[match.index + found.length]) ?? decimalSign(written);
  if (sign === null) return null;
  const number = Number(written.replaceAll(sign === "." ? "," : ".", "").replace(sign, "."));
  return Number.isFinite(number) ? number : null;
}

/** Of `1.249,-` the comma: a dash stands for the cents that there are none of. */
function wholeSign(found: string, after: string | undefined): DecimalSign | null {
  if (after === undefined || !"-–—".includes(after)) return null;
  return found.endsWith(",") ? "," : found.endsWith(".") ? "." : null;
}

/** Null for what is no number, such as a version with several points. */
function decimalSign(written: string): DecimalSign | null {
  const point = written.lastIndexOf(".");
  const comma = written.lastIndexOf(",");
  if (point !== -1 && comma !== -1) return point > comma ? "." : ",";
  if (comma !== -1) {
    return isGrouped(written, ",") ? "." : written.indexOf(",") === comma ? "," : null;
  }
  if (written.indexOf(".") === point) return ".";
  return isGrouped(written, ".") ? "," : null;
}

/** Whether the signs stand before groups of digits, of which the last has three. */
function isGrouped(written: string, sign: DecimalSign): boolean {
  const [first = "", ...groups] = written.replace(/^[-+]/, "").split(sign);
  return (
    /^[1-9]\d{0,2}$/.test(first) &&
    groups.every(
      (group, at) => /^\d{2,3}$/.test(group) && (at < groups.length - 1 || group.length === 3),
    )
  );
}
