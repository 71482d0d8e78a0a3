import { cancelledLateness, unknownLateness } from '../read/lateness.ts';
import { airportRows } from '../summary/airport-days.ts';
import { cancelledColumns } from '../summary/causes.ts';
import type { CountedYear } from './detect-anomalies.ts';
import { doubledFlights } from './doubled-flights.ts';

/** Something odd in the published flights, and how often it is there. */
export interface Defect {
  /** What it is, and what was made of it. */
  words: string;
  flights: number;
  /** Which airports, where it is about airports. */
  airports?: string;
}

const airportsNamed = 10;

/** The defects that are known of the published flights, as far as this year has them. */
export function knownDefects(counted: CountedYear, isListed: (airport: string) => boolean): Defect[] {
  const { year, days, histograms } = counted;
  const flights = (count: (histogram: Uint32Array) => number) =>
    histograms.reduce((total, histogram) => total + count(histogram), 0);
  // A cancelled flight with a delay is among the departures and among the cancelled.
  const delayed = flights((histogram) => sum(histogram.subarray(0, cancelledLateness)));
  return [
    airportsLike(counted, {
      words: 'airports are given by number, as in some files of October 2015; each is taken for an airport of its own',
      matches: (airport) => /^\d+$/.test(airport),
    }),
    airportsLike(counted, {
      words: 'airports are not in the list of airports; they have no name, no place on the map and no shared events',
      matches: (airport) => !/^\d+$/.test(airport) && !isListed(airport),
    }),
    {
      words:
        'flights were neither cancelled nor have a departure delay; they count as flights, but say nothing of a day',
      flights: flights((histogram) => histogram[unknownLateness]),
    },
    {
      words: 'flights were cancelled after they had left the gate; they count as cancelled',
      flights: sum(days.departures) - delayed,
    },
    {
      words: 'flights are of months in which all numbers are even, as if each row were there twice; all rows count',
      flights: doubledFlights(year, days),
    },
    { words: 'cancelled flights have no known code; they are in no cause', flights: withoutCode(counted) },
    {
      words: 'delays reach −200 or 3,999 minutes; the score takes these limits for any beyond them',
      flights: flights((histogram) => histogram[0] + histogram[cancelledLateness - 1]),
    },
  ].filter((defect) => defect.flights > 0);
}

function sum(values: Uint32Array | Float64Array): number {
  let total = 0;
  for (let i = 0; i < values.length; i++) total += values[i];
  return total;
}

function airportsLike(
  { days }: CountedYear,
  { words, matches }: { words: string; matches: (airport: string) => boolean },
): Defect {
  const found = airportRows(days).filter(({ airport }) => matches(airport));
  let flights = 0;
  for (const { start, end } of found) for (let row = start; row < end; row++) flights += days.flights[row];
  const named = found.slice(0, airportsNamed).map(({ airport }) => airport);
  return {
    words,
    flights,
    airports: `${named.join(',')}${found.length > airportsNamed ? ',…' : ''} (${found.length})`,
  };
}

/** In the months in which other cancelled flights have one. */
function withoutCode({ days }: CountedYear): number {
  let flights = 0;
  for (let row = 0; row < days.flights.length; row++) {
    let coded = 0;
    for (const column of cancelledColumns) coded += days[column][row];
    if (!Number.isNaN(coded)) flights += days.cancelled[row] - coded;
  }
  return flights;
}
