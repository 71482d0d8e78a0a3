/** Short names of the months, from January on. */
export const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
/** Names of the months, from January on. */
export const monthNames = [
  ...['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October'],
  ...['November', 'December'],
];
/** Short names of the days of the week, from Sunday on. */
export const weekdays = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];

/** `2013-02-09` for the zero-based day 39 of 2013; days before and after the year count on. */
export function isoDate(year: number, dayOfYear: number): string {
  return new Date(Date.UTC(year, 0, 1 + dayOfYear)).toISOString().slice(0, 10);
}

/** `9 Feb`. */
export function dayAndMonth(year: number, dayOfYear: number): string {
  const date = new Date(Date.UTC(year, 0, 1 + dayOfYear));
  return `${date.getUTCDate()} ${months[date.getUTCMonth()]}`;
}

/** `8–9 Feb`, `31 Jan – 2 Feb`. */
export function dateSpan(year: number, firstDay: number, lastDay: number): string {
  const [from, to] = [dayAndMonth(year, firstDay), dayAndMonth(year, lastDay)];
  if (firstDay === lastDay) return to;
  const sameMonth = from.split(' ')[1] === to.split(' ')[1];
  return sameMonth ? `${from.split(' ')[0]}–${to}` : `${from} – ${to}`;
}

/** `Sat 9 Feb` for `2013-02-09`. */
export function weekdayAndDate(isoDate: string): string {
  const date = new Date(isoDate);
  return `${weekdays[date.getUTCDay()]} ${date.getUTCDate()} ${months[date.getUTCMonth()]}`;
}

/** The zero-based day of `year` that an ISO 8601 date is; null for another year's, or for no date. */
export function dayOfIsoDate(date: string, year: number): number | null {
  const [, ofYear] = /^(\d{4})-\d{2}-\d{2}$/.exec(date) ?? [];
  const days = (Date.parse(date) - Date.UTC(year, 0, 1)) / 86_400_000;
  return Number(ofYear) === year && Number.isInteger(days) ? days : null;
}

/** The zero-based day of the year on which a month ends. @param month 1 to 12 */
export function lastDayOf(year: number, month: number): number {
  return (Date.UTC(year, month, 0) - Date.UTC(year, 0, 1)) / 86_400_000;
}

/** How many days a year has. */
export function yearLength(year: number): number {
  return (Date.UTC(year + 1, 0, 1) - Date.UTC(year, 0, 1)) / 86_400_000;
}
