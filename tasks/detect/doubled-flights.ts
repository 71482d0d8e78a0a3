import type { DailyCounts } from '../summary/airport-days.ts';
import { monthOf } from '../summary/calendar.ts';

type Counts = Pick<DailyCounts, 'dayOfYear' | 'flights' | 'cancelled' | 'departures' | 'meanDepartureDelay'>;

/** On a single airport-day even numbers say nothing. */
const fewestDays = 2;

/**
 * The flights of months that look as if the file had each row twice: at each airport and on each day the flights, the
 * cancelled ones, the departures and the sum of their delays are even. An airport-day may be so by chance, a month is not.
 */
export function doubledFlights(year: number, days: Counts): number {
  const { dayOfYear, flights, cancelled, departures, meanDepartureDelay } = days;
  const months = Array.from({ length: 12 }, () => ({ flights: 0, days: 0, isEven: true }));
  for (let row = 0; row < dayOfYear.length; row++) {
    const month = months[monthOf(year, dayOfYear[row])];
    month.flights += flights[row];
    month.days++;
    // An unknown count is NaN, which does not have a remainder of 1.
    const sum = Math.round(meanDepartureDelay[row] * departures[row]);
    const counts = [flights[row], cancelled[row], departures[row], sum];
    if (counts.some((count) => Math.abs(count % 2) === 1)) month.isEven = false;
  }
  return months
    .filter(({ days, isEven }) => isEven && days >= fewestDays)
    .reduce((total, { flights }) => total + flights, 0);
}
