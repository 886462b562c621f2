/** Numbers as people read them, in one way everywhere. */

/** `12345` -> `12,345`. */
export function formatCount(value: number): string {
  return Math.round(value)
    .toString()
    .replaceAll(/\B(?=(\d{3})+$)/g, ",");
}

/** Per second: one decimal below 100. Null, shown as "-", where no time has passed. */
export function formatRate(count: number, ms: number): string {
  if (ms <= 0) return "-";
  const rate = (count * 1_000) / ms;
  return rate < 99.95 ? rate.toFixed(1) : formatCount(rate);
}

/**
 * A share in percent, "-" of nothing. Rounded down at the top, so that 100 % means all; one decimal
 * from 99 up, where it is what matters.
 */
export function formatShare(part: number, whole: number): string {
  if (whole === 0) return "-";
  if (part === whole) return "100%";
  const percent = (part * 100) / whole;
  return percent < 99
    ? `${Math.round(percent)}%`
    : `${(Math.floor(percent * 10) / 10).toFixed(1)}%`;
}

/** "1 page", "2 pages", "1,000 pages". */
export function formatAmount(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}

/** Local time to the second, `2026-03-01 04:05:06`. */
export function formatTime(epochMs: number): string {
  const at = new Date(epochMs);
  return (
    `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())} ` +
    `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`
  );
}

function two(value: number): string {
  return String(value).padStart(2, "0");
}
