const daysBeforeMonth = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];
const daysInMonth = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
const millisecondsPerDay = 86_400_000;

const isLeap = (year: number) => (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;

/** Number of days that a table of a year has room for: those of a leap year. */
export const daySlots = 366;

/** The zero-based day of the year, or -1 when there is no such date (30 February). */
export function dayOfYear(year: number, month: number, day: number): number {
  if (!(month >= 1 && month <= 12 && day >= 1)) return -1;
  const leap = isLeap(year);
  const length = daysInMonth[month - 1] + (month === 2 && leap ? 1 : 0);
  if (day > length) return -1;
  return daysBeforeMonth[month - 1] + (month > 2 && leap ? 1 : 0) + day - 1;
}

/** The zero-based month of a zero-based day of the year. */
export function monthOf(year: number, day: number): number {
  return daysBeforeMonth.findLastIndex((before, month) => day >= before + (month > 1 && isLeap(year) ? 1 : 0));
}

/** The number of days from 1970-01-01 to a zero-based day of the year, as Arrow and Postgres count dates. */
export function epochDay(year: number, dayOfYear: number): number {
  return Date.UTC(year, 0, 1 + dayOfYear) / millisecondsPerDay;
}

/** The weekday of a year's first day, from 0 for Sunday to 6 for Saturday. */
export function firstWeekday(year: number): number {
  return new Date(Date.UTC(year, 0, 1)).getUTCDay();
}
