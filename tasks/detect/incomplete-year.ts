import { dayAndMonth } from '../../charts/dates.ts';
import type { DailyCounts } from '../summary/airport-days.ts';
import { dayOfYear as dayOf, daySlots, monthOf } from '../summary/calendar.ts';
import { median } from './median.ts';
import { wholeNumber } from './whole-number.ts';

/** The first flights were published for October 1987. */
const first = { year: 1987, month: 9 };
/** A month with less than this share of the median month is far below it. May 2020, the emptiest so far, had a half. */
const leastShare = 1 / 3;
/** Where flights leave on at least this share of the days, a day without any is a hole. A whole year's file has none. */
const usualDays = 0.9;

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

/**
 * The days on which no flight is in the files although there are flights on nearly all others, in words: "no flights on
 * 10 to 20 June". Empty where there is no such day. Days of the months that {@link missingMonths} names are left out.
 */
export function missingDays(year: number, { dayOfYear, flights }: DailyCounts): string[] {
  const flown = new Uint8Array(daySlots);
  for (let row = 0; row < dayOfYear.length; row++) if (flights[row] > 0) flown[dayOfYear[row]] = 1;
  const lastDay = dayOf(year, 12, 31);
  const months = new Set<number>();
  for (let day = 0; day <= lastDay; day++) if (flown[day]) months.add(monthOf(year, day));
  const expected = Array.from({ length: lastDay + 1 }, (_, day) => day).filter((day) => months.has(monthOf(year, day)));
  const empty = expected.filter((day) => !flown[day]);
  if (empty.length === 0 || expected.length - empty.length < usualDays * expected.length) return [];
  const spans: [number, number][] = [];
  for (const day of empty) {
    const span = spans.at(-1);
    if (span && span[1] === day - 1) span[1] = day;
    else spans.push([day, day]);
  }
  const name = (day: number) => dayAndMonth(year, day);
  const words = spans.map(([from, to]) => (from === to ? name(from) : `${name(from)} to ${name(to)}`));
  return [`no flights on ${words.join(', ')}`];
}
