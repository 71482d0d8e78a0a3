import type { AirportYear } from '../../charts/airport-year.ts';
import type { AirportDays, AirportRows } from '../summary/airport-days.ts';
import { reasonInShort } from './explain.ts';
import { shareLate } from './how-late.ts';

/** What a chart shows besides an airport's rows. */
export interface ChartContext {
  /** How many months the year has so far. */
  months: number;
  known: { name: string; city: string | null } | undefined;
  /** Result of `absentColumns`. It is the same for all airports, so it is computed once. */
  absent: { what: string }[];
  /** Names of the known events, by the number of the event. */
  eventNames: ReadonlyMap<number, string>;
}

/** One airport's rows as a chart takes them. */
export function airportYear(
  days: AirportDays,
  { airport, start, end }: AirportRows,
  { months, known, absent, eventNames }: ChartContext,
): AirportYear {
  const notInFile = absent.map(({ what }) => what);
  return {
    airport,
    name: known?.name,
    city: known?.city ?? undefined,
    year: days.year,
    months,
    dayOfYear: days.dayOfYear.subarray(start, end),
    flights: days.flights.subarray(start, end),
    departures: days.departures.subarray(start, end),
    cancelled: notInFile.includes('cancellations') ? null : days.cancelled.subarray(start, end),
    meanDepartureDelay: days.meanDepartureDelay.subarray(start, end),
    expectedLow: days.expectedLow.subarray(start, end),
    expectedHigh: days.expectedHigh.subarray(start, end),
    anomalyScore: days.anomalyScore.subarray(start, end),
    isAnomaly: days.isAnomaly.subarray(start, end),
    reason: Array.from({ length: end - start }, (_, row) => dayReason(days, start + row, eventNames)),
    outOfLine: Array.from({ length: end - start }, (_, row) => outOfLine(days, start + row)),
    zScore: days.zScore.subarray(start, end),
    isOutlier: days.isOutlier.subarray(start, end),
    notInFile,
  };
}

/** Why a day is an anomaly, in a few words: its event's name, or whose flights they were, or its cause; null on other days. */
export function dayReason(days: AirportDays, row: number, eventNames: ReadonlyMap<number, string>): string | null {
  if (!days.isAnomaly[row]) return null;
  return eventNames.get(days.eventId[row]) ?? days.whose[row] ?? reasonInShort(days, row);
}

/** The share of flights that is out of line on an anomalous day, in a few words; null on other days. */
export function outOfLine({ isAnomaly, lateShare, lateBy }: AirportDays, row: number): string | null {
  return isAnomaly[row] ? shareLate(lateShare[row], lateBy[row]) : null;
}
