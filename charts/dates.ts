const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const weekdays = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];

/** `2013-02-09` for the zero-based day 39 of 2013; days before and after the year count on. */
export function isoDate(year: number, dayOfYear: number): string {
  return new Date(Date.UTC(year, 0, 1 + dayOfYear)).toISOString().slice(0, 10);
}

/** `9 Feb`. */
export function dayAndMonth(year: number, dayOfYear: number): string {
  const date = new Date(Date.UTC(year, 0, 1 + dayOfYear));
  return `${date.getUTCDate()} ${months[date.getUTCMonth()]}`;
}

/** `Sat 9 Feb` for `2013-02-09`. */
export function weekdayAndDate(isoDate: string): string {
  const date = new Date(isoDate);
  return `${weekdays[date.getUTCDay()]} ${date.getUTCDate()} ${months[date.getUTCMonth()]}`;
}
