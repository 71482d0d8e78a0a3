import type { AirportYear } from '../airport-year.ts';
import type { AirportFacts } from './airport-facts.ts';

/** Turn an airport's facts into what the chart takes: null becomes NaN again. */
export function airportYearOf(
  { airport, year, months, days, anomalies, outliers, notInFile }: AirportFacts,
  { name, city }: { name: string | null; city: string | null },
): AirportYear {
  const numbers = (values: (number | null)[]) => values.map((value) => value ?? NaN);
  const flags = (indexes: number[]) => {
    const all: number[] = Array(days.dayOfYear.length).fill(0);
    for (const index of indexes) all[index] = 1;
    return all;
  };
  const words = (name: 'reason' | 'outOfLine') => {
    const all: (string | null)[] = Array(days.dayOfYear.length).fill(null);
    for (const anomaly of anomalies) all[anomaly.index] = anomaly[name];
    return all;
  };
  return {
    airport,
    name: name ?? undefined,
    city: city ?? undefined,
    year,
    months,
    dayOfYear: days.dayOfYear,
    flights: days.flights,
    departures: days.departures,
    cancelled: days.cancelled === null ? null : numbers(days.cancelled),
    meanDepartureDelay: numbers(days.meanDepartureDelay),
    expectedLow: numbers(days.expectedLow),
    expectedHigh: numbers(days.expectedHigh),
    anomalyScore: numbers(days.anomalyScore),
    isAnomaly: flags(anomalies.map(({ index }) => index)),
    reason: words('reason'),
    outOfLine: words('outOfLine'),
    zScore: numbers(days.zScore),
    isOutlier: flags(outliers),
    notInFile,
  };
}
