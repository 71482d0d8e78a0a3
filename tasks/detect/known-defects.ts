import { airportRows } from '../summary/airport-days.ts';
import { cancelledColumns } from '../summary/causes.ts';
import type { CountedYear } from '../summary/counted-year.ts';
import { latenessBuckets, unknownBucket } from '../summary/lateness.ts';
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

/** The known defects of the published flights that this year has. */
export function knownDefects(counted: CountedYear, isListed: (airport: string) => boolean): Defect[] {
  const { year, days, buckets, cancelledWithDelay } = counted;
  let unknown = 0;
  for (let at = unknownBucket; at < buckets.length; at += latenessBuckets) unknown += buckets[at];
  return [
    airportsLike(counted, {
      words: 'airports are given by number, as in some files of October 2015; each counts as a separate airport',
      matches: (airport) => /^\d+$/.test(airport),
    }),
    airportsLike(counted, {
      words: 'airports are not in the list of airports; they have no name, no place on the map and no shared events',
      matches: (airport) => !/^\d+$/.test(airport) && !isListed(airport),
    }),
    {
      words: 'flights were not cancelled and have no departure delay; they count as flights and are otherwise ignored',
      flights: unknown,
    },
    {
      words: 'flights were cancelled after they had left the gate; they count as cancelled',
      flights: cancelledWithDelay,
    },
    {
      words: 'flights are in months in which all counts are even, as if the file had each row twice; all rows count',
      flights: doubledFlights(year, days),
    },
    { words: 'cancelled flights have no known code; they count for no cause', flights: withoutCode(counted) },
  ].filter((defect) => defect.flights > 0);
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

/** Counts cancelled flights without a code, in the months in which other cancelled flights have one. */
function withoutCode({ days }: CountedYear): number {
  let flights = 0;
  for (let row = 0; row < days.flights.length; row++) {
    let coded = 0;
    for (const column of cancelledColumns) coded += days[column][row];
    if (!Number.isNaN(coded)) flights += days.cancelled[row] - coded;
  }
  return flights;
}
