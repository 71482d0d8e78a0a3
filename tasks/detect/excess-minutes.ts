import { airportRows, type DailyCounts } from '../summary/airport-days.ts';

/**
 * Minutes that an airport's flights lost on each day beyond what is usual there: lost − flights · usual, where usual is
 * what a scheduled flight loses on the airport's days without an anomaly. Below 0 on a better day. On a year of nothing
 * but anomalies nothing is usual, and all minutes are excess.
 * @param lostMinutes of each row
 */
export function excessMinutes(days: DailyCounts, lostMinutes: Float64Array, isAnomaly: Uint8Array): Float64Array {
  const excess = new Float64Array(lostMinutes.length);
  for (const { start, end } of airportRows(days)) {
    let lost = 0;
    let flights = 0;
    for (let row = start; row < end; row++) {
      if (isAnomaly[row]) continue;
      lost += lostMinutes[row];
      flights += days.flights[row];
    }
    const usual = flights === 0 ? 0 : lost / flights;
    for (let row = start; row < end; row++) excess[row] = lostMinutes[row] - days.flights[row] * usual;
  }
  return excess;
}
