const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

const TIME = String.raw`(?<hour>\d{2}):(?<minute>\d{2}):(?<second>\d{2})`;
const FORMS = [
  // IMF-fixdate: Sun, 06 Nov 1994 08:49:37 GMT
  new RegExp(String.raw`^\w{3}, (?<day>\d{2}) (?<month>\w{3}) (?<year>\d{4}) ${TIME} GMT$`),
  // RFC 850: Sunday, 06-Nov-94 08:49:37 GMT
  new RegExp(String.raw`^\w{6,9}, (?<day>\d{2})-(?<month>\w{3})-(?<year>\d{2}) ${TIME} GMT$`),
  // asctime: Sun Nov  6 08:49:37 1994
  new RegExp(String.raw`^\w{3} (?<month>\w{3}) (?<day>[ \d]\d) ${TIME} (?<year>\d{4})$`),
];

/**
 * Epoch milliseconds of an HTTP-date in any of the three forms of RFC 9110 section 5.6.7, or null.
 * `Date.parse` will not do: it takes "12" and "1/2" for dates. `now` settles the century of years
 * of two digits: more than 50 years ahead means the past.
 */
export function parseHttpDate(text: string, now: number): number | null {
  for (const form of FORMS) {
    const parts = form.exec(text.trim())?.groups;
    if (parts === undefined) continue;
    const month = MONTHS.indexOf(parts["month"] ?? "");
    const [day, hour, minute, second] = ["day", "hour", "minute", "second"].map((name) =>
      Number(parts[name]),
    ) as [number, number, number, number];
    // 60 is a leap second.
    if (month === -1 || hour > 23 || minute > 59 || second > 60) return null;
    const year = fullYear(parts["year"] ?? "", now);
    const midnight = Date.UTC(year, month, day);
    // Date.UTC would turn the 31st of February into the 3rd of March.
    if (new Date(midnight).getUTCDate() !== day) return null;
    return midnight + ((hour * 60 + minute) * 60 + second) * 1000;
  }
  return null;
}

function fullYear(year: string, now: number): number {
  if (year.length > 2) return Number(year);
  const thisYear = new Date(now).getUTCFullYear();
  const candidate = Math.floor(thisYear / 100) * 100 + Number(year);
  return candidate > thisYear + 50 ? candidate - 100 : candidate;
}
