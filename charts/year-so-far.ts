import { monthNames } from './dates.ts';

/** What goes for everything that is made of a part of a year. */
export const provisional = 'provisional until the year is complete';

const monthsOfYear = 12;

/** Whether the year has more months to come. */
export function isSoFar(months: number): boolean {
  return months < monthsOfYear;
}

/** `January`, `January to March`. @param months whole ones, counted from January */
export function monthsInWords(months: number): string {
  return months === 1 ? monthNames[0] : `${monthNames[0]} to ${monthNames[months - 1]}`;
}

/** `2013`, or `2013 so far, January to March`. @param months whole ones, counted from January */
export function yearInWords(year: number, months: number): string {
  return isSoFar(months) ? `${year} so far, ${monthsInWords(months)}` : String(year);
}
