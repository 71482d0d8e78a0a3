import type { AirportYear } from '../../charts/airport-year.ts';
import type { AirportDays, AirportRows } from './airport-days.ts';

/** One airport's rows as a chart takes them. */
export function airportYear(
  days: AirportDays,
  { airport, start, end }: AirportRows,
  known: { name: string; city: string | null } | undefined,
): AirportYear {
  return {
    airport,
    name: known?.name,
    city: known?.city ?? undefined,
    year: days.year,
    dayOfYear: days.dayOfYear.subarray(start, end),
    flights: days.flights.subarray(start, end),
    departures: days.departures.subarray(start, end),
    cancelled: days.cancelled?.subarray(start, end) ?? null,
    meanDepartureDelay: days.meanDepartureDelay.subarray(start, end),
    zScore: days.zScore.subarray(start, end),
    isOutlier: days.isOutlier.subarray(start, end),
  };
}
