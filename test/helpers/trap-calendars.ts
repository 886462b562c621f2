/** Two calendars without events and without end: dates in the path, and dates in the query. */
import { page } from "./trap-words.ts";

const MONTHS = [
  "January",
  "February",
  "March",
  "April",
  "May",
  "June",
  "July",
  "August",
  "September",
  "October",
  "November",
  "December",
];
const DAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

function twoDigits(number: number): string {
  return String(number).padStart(2, "0");
}

/** /calendar/2026/11 leads to its days, the months beside it and the years beside it. */
export function calendarByPath(parts: readonly string[], root: string): string | null {
  const [year, month, day] = parts.map(Number);
  if (year === undefined || month === undefined || Number.isNaN(year + month)) return null;
  const path = (date: Date): string =>
    `${root}/calendar/${date.getUTCFullYear()}/${twoDigits(date.getUTCMonth() + 1)}`;
  if (day !== undefined) {
    const date = new Date(Date.UTC(year, month - 1, day));
    const beside = [-1, 1].map((step) => {
      const other = new Date(Date.UTC(year, month - 1, day + step));
      return `${path(other)}/${twoDigits(other.getUTCDate())}`;
    });
    return page(titleOf(date), "There are no events on this day.", [path(date), ...beside]);
  }
  const at = (step: number): string => path(new Date(Date.UTC(year, month - 1 + step, 1)));
  const days = new Date(Date.UTC(year, month, 0)).getUTCDate();
  const dayLinks = Array.from({ length: days }, (_, i) => `${at(0)}/${twoDigits(i + 1)}`);
  const text = "There are no events in this month. Choose a day, a month or a year.";
  const title = `${MONTHS[month - 1]} ${year}`;
  return page(title, text, [at(-1), at(1), at(-12), at(12), ...dayLinks]);
}

/** /agenda?date=2026-11-21 leads to the days beside it and to its month, which leads to other months. */
export function calendarByQuery(query: URLSearchParams, root: string): string | null {
  const date = new Date(query.get("date") ?? "");
  if (!Number.isNaN(date.getTime())) {
    const beside = [-7, -1, 1, 7].map((step) => {
      const other = new Date(date.getTime() + step * 86_400_000);
      return `${root}/agenda?date=${other.toISOString().slice(0, 10)}`;
    });
    const month = `${root}/agenda?month=${date.getUTCMonth() + 1}&year=${date.getUTCFullYear()}`;
    return page(titleOf(date), "Nothing is planned for this day.", [...beside, month]);
  }
  const [year, month] = [Number(query.get("year")), Number(query.get("month"))];
  if (!(month >= 1 && month <= 12)) return null;
  const links = [-1, 1].map((step) => {
    const other = new Date(Date.UTC(year, month - 1 + step, 1));
    return `${root}/agenda?month=${other.getUTCMonth() + 1}&year=${other.getUTCFullYear()}`;
  });
  const days = new Date(Date.UTC(year, month, 0)).getUTCDate();
  for (let day = 1; day <= days; day++) {
    links.push(`${root}/agenda?date=${year}-${twoDigits(month)}-${twoDigits(day)}`);
  }
  return page(`${MONTHS[month - 1]} ${year}`, "Nothing is planned for this month.", links);
}

function titleOf(date: Date): string {
  const day = DAYS[date.getUTCDay()];
  return `${day} ${date.getUTCDate()} ${MONTHS[date.getUTCMonth()]} ${date.getUTCFullYear()}`;
}
