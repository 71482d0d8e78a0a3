import { op, table } from 'arquero';
import type { FlightBatch } from './flight-reader.ts';

/** What is counted of a batch of flights: one entry per airport-day that occurs in it, in any order. */
export interface AirportDayCounts {
  departures: {
    airportDay: ArrayLike<number>;
    /** Rows, with and without a departure delay. */
    withDelay: ArrayLike<number>;
    withoutDelay: ArrayLike<number>;
    /** Sum of the departure delays in minutes; undefined where there is none. */
    delayMinutes: ArrayLike<number | undefined>;
  };
  cancelled: Occurrences;
  unnumbered: Occurrences;
}

interface Occurrences {
  airportDay: ArrayLike<number>;
  rows: ArrayLike<number>;
}

/** Roll a batch of flights up to airport-days. */
export function countFlights({ airportDay, departureDelay, cancelled, unnumbered }: FlightBatch): AirportDayCounts {
  const departures = table({ departureDelay })
    .create({ groups: groupsOf(airportDay) })
    .rollup({
      withDelay: op.valid('departureDelay'),
      withoutDelay: op.invalid('departureDelay'),
      delayMinutes: op.sum('departureDelay'),
    });
  return {
    departures: {
      airportDay: departures.array('airportDay') as number[],
      withDelay: departures.array('withDelay') as number[],
      withoutDelay: departures.array('withoutDelay') as number[],
      delayMinutes: departures.array('delayMinutes') as (number | undefined)[],
    },
    cancelled: countOccurrences(cancelled),
    unnumbered: countOccurrences(unnumbered),
  };
}

function countOccurrences(airportDay: Uint32Array): Occurrences {
  const counted = table({ airportDay })
    .create({ groups: groupsOf(airportDay) })
    .rollup({ rows: op.valid('airportDay') });
  return { airportDay: counted.array('airportDay') as number[], rows: counted.array('rows') as number[] };
}

/**
 * Arquero's groups for a column of small whole numbers. `groupby` finds them through a map of strings, which takes
 * longer than all the rest; here an array is enough.
 */
function groupsOf(airportDay: Uint32Array) {
  let largest = -1;
  for (let row = 0; row < airportDay.length; row++) if (airportDay[row] > largest) largest = airportDay[row];
  const groupOf = new Int32Array(largest + 1).fill(-1);
  const keys = new Uint32Array(airportDay.length);
  const rows: number[] = [];
  for (let row = 0; row < keys.length; row++) {
    const key = airportDay[row];
    let group = groupOf[key];
    if (group < 0) group = groupOf[key] = rows.push(row) - 1;
    keys[row] = group;
  }
  return { names: ['airportDay'], get: [(row: number) => airportDay[row]], rows, keys, size: rows.length };
}
