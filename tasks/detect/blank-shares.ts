import { airportRows } from '../summary/airport-days.ts';
import { cancelledColumns, causeNames, causes, minutesColumns } from '../summary/causes.ts';
import { type CountedYear, type Dimension, dimensions } from '../summary/counted-year.ts';
import { cancelledBucket, latenessBuckets, unknownBucket } from '../summary/lateness.ts';

const dimensionNames: Record<Dimension, string> = {
  carrier: 'carrier',
  destination: 'destination',
  hours: 'scheduled departure',
};

/**
 * The share of blanks in each column that is read, by its name, from what is counted of the flights anyway: 0 where none is
 * blank, 1 where there is no such column. A column of which nothing can be said, like causes where nothing was cancelled, is
 * left out. Minutes by cause are blank in months in which no flight has any; the others are counted flight by flight.
 */
export function blankShares({ days, buckets, tallies }: CountedYear): Record<string, number> {
  const rows = days.flights.length;
  let flights = 0;
  let numbered = 0;
  let untold = 0;
  let cancelled = 0;
  let coded = 0;
  const withoutMinutes = causes.map(() => 0);
  for (let row = 0; row < rows; row++) {
    flights += days.flights[row];
    numbered += days.numberedFlights[row];
    minutesColumns.forEach((column, cause) => {
      if (Number.isNaN(days[column][row])) withoutMinutes[cause] += days.flights[row];
    });
    if (Number.isNaN(days.cancelled[row])) {
      untold += days.flights[row];
      continue;
    }
    cancelled += days.cancelled[row];
    for (const column of cancelledColumns) coded += days[column][row] || 0;
  }
  let unknown = 0;
  let flown = 0;
  for (let first = 0; first < buckets.length; first += latenessBuckets) {
    for (let bucket = 0; bucket < latenessBuckets; bucket++) {
      if (bucket !== cancelledBucket) flown += buckets[first + bucket];
    }
    unknown += buckets[first + unknownBucket];
  }
  const told = (dimension: Dimension) => {
    let sum = 0;
    for (const rows of airportRows(days)) {
      for (const flights of tallies[dimension].total(rows).flights) sum += flights;
    }
    return sum;
  };
  const shares = [
    ['departure delay of flights that were not cancelled', unknown, flown],
    ['cancellation', untold, flights],
    ['cause of cancellation', cancelled - coded, cancelled],
    ['flight number', flights - numbered, flights],
    ...dimensions.map((dimension) => [dimensionNames[dimension], flights - told(dimension), flights] as const),
    ...causes.map(
      (cause, index) => [`minutes of delay by ${causeNames[cause]}`, withoutMinutes[index], flights] as const,
    ),
  ] as const;
  return Object.fromEntries(shares.flatMap(([column, blank, of]) => (of > 0 ? [[column, blank / of]] : [])));
}
