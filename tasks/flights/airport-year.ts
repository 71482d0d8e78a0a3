import type { AirportYear } from '../../charts/airport-year.ts';
import { absentColumns } from './absent-columns.ts';
import { type AirportDays, type AirportRows, has } from './airport-days.ts';
import { reasonInShort } from './explain.ts';

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
    cancelled: has(days.cancelled) ? days.cancelled.subarray(start, end) : null,
    meanDepartureDelay: days.meanDepartureDelay.subarray(start, end),
    expectedLow: days.expectedLow.subarray(start, end),
    expectedHigh: days.expectedHigh.subarray(start, end),
    anomalyScore: days.anomalyScore.subarray(start, end),
    isAnomaly: days.isAnomaly.subarray(start, end),
    reason: Array.from({ length: end - start }, (_, row) =>
      days.isAnomaly[start + row] ? reasonInShort(days, start + row) : null,
    ),
    zScore: days.zScore.subarray(start, end),
    isOutlier: days.isOutlier.subarray(start, end),
    notInFile: absentColumns(days).map(({ what }) => what),
  };
}
