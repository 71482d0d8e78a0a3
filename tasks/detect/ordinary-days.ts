import { median, rollingMedian } from './median.ts';

/** Days before and after that make a day's season. */
const seasonDays = 45;
/** How far a day's ordinary value goes from the year's median to the season's: half-way, so that bad weeks stay visible. */
const seasonShare = 0.5;
/** A weekday's own median counts by k / (k + 30), k being how many such days there are: few days say little. */
const weekdayShrinkage = 30;
const weekdays = 7;

/**
 * What is ordinary for each day of an airport's year: the year's median, moved half-way to the median of the season, and
 * by the weekday's median. Medians, since the days that are looked for must not decide what is ordinary.
 * @param values one a day, without NaN
 * @param weekday of each day, 0 … 6
 */
export function ordinaryDays(values: Float64Array, weekday: Uint8Array): Float64Array {
  const yearMedian = median(values);
  const ordinary = rollingMedian(values, seasonDays);
  for (let day = 0; day < values.length; day++) ordinary[day] = yearMedian + seasonShare * (ordinary[day] - yearMedian);
  const rest = difference(values, ordinary);
  const ofWeekday = new Float64Array(values.length);
  for (let which = 0; which < weekdays; which++) {
    let days = 0;
    for (let day = 0; day < values.length; day++) if (weekday[day] === which) ofWeekday[days++] = rest[day];
    if (days === 0) continue;
    const effect = (median(ofWeekday.subarray(0, days)) * days) / (days + weekdayShrinkage);
    for (let day = 0; day < values.length; day++) {
      if (weekday[day] !== which) continue;
      ordinary[day] += effect;
      rest[day] -= effect;
    }
  }
  const middle = median(rest);
  for (let day = 0; day < values.length; day++) ordinary[day] += middle;
  return ordinary;
}

/** What is left of each value. */
function difference(values: Float64Array, ordinary: Float64Array): Float64Array {
  const rest = new Float64Array(values.length);
  for (let day = 0; day < values.length; day++) rest[day] = values[day] - ordinary[day];
  return rest;
}
