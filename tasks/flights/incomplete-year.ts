import type { DailyCounts } from './airport-days.ts';
import { daySlots, monthOf } from './calendar.ts';
import { median } from './median.ts';
import { wholeNumber } from './whole-number.ts';

/** The first flights were published for October 1987. */
const first = { year: 1987, month: 9 };
/** A month with less than this share of the median month is far below it. May 2020, the emptiest so far, had a half. */
const leastShare = 1 / 3;

/**
 * What a year that is all there would not lack, in words: "no flights in November", "12 flights in March, a usual month has
 * 500,000". Empty for a year that looks complete.
 */
export function missingMonths(year: number, { dayOfYear, flights }: DailyCounts): string[] {
  const flightsOf = new Float64Array(12);
  const month = Uint8Array.from({ length: daySlots }, (_, day) => monthOf(year, day));
  for (let row = 0; row < dayOfYear.length; row++) flightsOf[month[dayOfYear[row]]] += flights[row];
  const expected = flightsOf.subarray(year === first.year ? first.month : 0);
  const usual = median(expected);
  const nameOf = (month: number) =>
    new Date(Date.UTC(year, month)).toLocaleString('en-US', { month: 'long', timeZone: 'UTC' });
  const empty: string[] = [];
  const low: string[] = [];
  for (let month = 12 - expected.length; month < 12; month++) {
    const count = flightsOf[month];
    if (count === 0) empty.push(nameOf(month));
    else if (count < leastShare * usual) {
      low.push(`${wholeNumber(count)} flights in ${nameOf(month)}, where ${wholeNumber(usual)} are usual`);
    }
  }
  return [...(empty.length > 0 ? [`no flights in ${empty.join(', ')}`] : []), ...low];
}
