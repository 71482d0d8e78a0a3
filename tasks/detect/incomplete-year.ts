import { dayAndMonth, monthNames } from '../../charts/dates.ts';
import { wholeNumber } from '../../charts/whole-number.ts';
import type { DailyCounts } from '../summary/airport-days.ts';
import { dayOfYear as dayOf, daySlots, monthOf } from '../summary/calendar.ts';
import { median } from './median.ts';

/** The first flights were published for October 1987. */
const first = { year: 1987, month: 9 };
/** A month with less than this share of the median month is far below it. May 2020, the emptiest so far, had a half. */
const leastShare = 1 / 3;
/** Where flights leave on at least this share of the days, a day without any is a hole. A whole year's file has none. */
const usualDays = 0.9;

/** A part of a year: how many months it has from January on, and what keeps them from being whole, in words. */
export interface MonthsSoFar {
  months: number;
  missing: string[];
}

/**
 * The months from January up to the last one that has flights, and what they lack: a month, most of a month's flights, or
 * the end of the last month. Of a whole year these are 12, and it lacks nothing but what {@link missingMonths} names.
 */
export function monthsSoFar(year: number, counts: DailyCounts): MonthsSoFar {
  const flown = flownDays(counts);
  const lastDay = flown.lastIndexOf(1);
  const months = monthOf(year, lastDay) + 1;
  const missing = missingMonths(year, counts, months);
  return { months, missing: months === 12 ? missing : [...missing, ...missingEnd(year, { flown, lastDay, months })] };
}

/** The days after the last one with flights in its month, in words, where flights leave on nearly all days before. */
function missingEnd(
  year: number,
  { flown, lastDay, months }: { flown: Uint8Array; lastDay: number; months: number },
): string[] {
  const end = dayOf(year, months + 1, 1) - 1;
  const days = flown.subarray(0, lastDay + 1).reduce((sum, day) => sum + day, 0);
  if (lastDay === end || days < usualDays * (lastDay + 1)) return [];
  return [`no flights on ${spanInWords(year, lastDay + 1, end)}`];
}

/**
 * What the first months of a year would not lack if they were all there, in words: "no flights in November", "12 flights in
 * March, where 500,000 are usual". Empty where they look complete.
 * @param months 12 for the whole year
 */
export function missingMonths(year: number, { dayOfYear, flights }: DailyCounts, months = 12): string[] {
  const flightsOf = new Float64Array(12);
  const month = Uint8Array.from({ length: daySlots }, (_, day) => monthOf(year, day));
  for (let row = 0; row < dayOfYear.length; row++) flightsOf[month[dayOfYear[row]]] += flights[row];
  const expected = flightsOf.subarray(year === first.year ? Math.min(first.month, months - 1) : 0, months);
  const usual = median(expected);
  const empty: string[] = [];
  const low: string[] = [];
  for (let month = months - expected.length; month < months; month++) {
    const count = flightsOf[month];
    if (count === 0) empty.push(monthNames[month]);
    else if (count < leastShare * usual) {
      low.push(`${wholeNumber(count)} flights in ${monthNames[month]}, where ${wholeNumber(usual)} are usual`);
    }
  }
  return [...(empty.length > 0 ? [`no flights in ${empty.join(', ')}`] : []), ...low];
}

/**
 * The days on which no flight is in the files although there are flights on nearly all others, in words: "no flights on
 * 10 to 20 June". Empty where there is no such day. Days of the months that {@link missingMonths} names are left out.
 */
export function missingDays(year: number, counts: DailyCounts): string[] {
  const flown = flownDays(counts);
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
  return [`no flights on ${spans.map(([from, to]) => spanInWords(year, from, to)).join(', ')}`];
}

/** For each day of the year, 1 if the files have a flight on it. */
function flownDays({ dayOfYear, flights }: DailyCounts): Uint8Array {
  const flown = new Uint8Array(daySlots);
  for (let row = 0; row < dayOfYear.length; row++) if (flights[row] > 0) flown[dayOfYear[row]] = 1;
  return flown;
}

function spanInWords(year: number, from: number, to: number): string {
  const name = (day: number) => dayAndMonth(year, day);
  return from === to ? name(from) : `${name(from)} to ${name(to)}`;
}
