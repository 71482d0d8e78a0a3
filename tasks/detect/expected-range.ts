import { airportRows, type DailyCounts, type ExpectedRange } from '../summary/airport-days.ts';
import { firstWeekday } from '../summary/calendar.ts';
import { ordinaryDays } from './ordinary-days.ts';
import { quantile } from './quantile.ts';

/** Share of the days that are not anomalous that lies below the range. The same share lies above it. */
const shareOutside = 0.025;
const fewestDays = 14;

/**
 * The range of the mean departure delay in which 95 % of the airport's days lie that are not anomalous: what is ordinary
 * for the season and the weekday, and around it the 2.5 % and 97.5 % quantiles of how far these days are from that.
 * Days without departures have the range of the day before, so that a chart's band has no holes.
 */
export function expectedRange(days: DailyCounts & { year: number }, isAnomaly: Uint8Array): ExpectedRange {
  const rows = days.dayOfYear.length;
  const range = { expectedLow: new Float64Array(rows).fill(NaN), expectedHigh: new Float64Array(rows).fill(NaN) };
  const newYear = firstWeekday(days.year);
  for (const { start, end } of airportRows(days)) {
    const known = new Uint32Array(end - start);
    const weekday = new Uint8Array(end - start);
    const delays = new Float64Array(end - start);
    let count = 0;
    for (let row = start; row < end; row++) {
      if (days.departures[row] === 0) continue;
      known[count] = row;
      weekday[count] = (newYear + days.dayOfYear[row]) % 7;
      delays[count++] = days.meanDepartureDelay[row];
    }
    const ordinary = ordinaryDays(delays.subarray(0, count), weekday);
    let undisturbed = 0;
    for (let day = 0; day < count; day++) {
      if (!isAnomaly[known[day]]) delays[undisturbed++] = delays[day] - ordinary[day];
    }
    if (undisturbed < fewestDays) continue;
    const distances = delays.subarray(0, undisturbed);
    const below = quantile(distances, shareOutside);
    const above = quantile(distances, 1 - shareOutside);
    for (let row = start, day = 0; row < end; row++) {
      if (day + 1 < count && known[day + 1] <= row) day++;
      range.expectedLow[row] = ordinary[day] + below;
      range.expectedHigh[row] = ordinary[day] + above;
    }
  }
  return range;
}
