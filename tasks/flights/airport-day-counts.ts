import { op, table } from './arquero.ts';
import type { FlightBatch } from './flight-reader.ts';

/** What is counted of a batch of flights: one entry per airport-day that occurs in it, in any order. */
export interface AirportDayCounts {
  departures: {
    airportDay: Uint32Array;
    /** Rows, with and without a departure delay. */
    withDelay: Uint32Array;
    withoutDelay: Uint32Array;
    /** Sum of the departure delays in minutes. */
    delayMinutes: Float64Array;
  };
  cancelled: Occurrences;
  unnumbered: Occurrences;
}

interface Occurrences {
  airportDay: Uint32Array;
  rows: Uint32Array;
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
      airportDay: whole(departures, 'airportDay'),
      withDelay: whole(departures, 'withDelay'),
      withoutDelay: whole(departures, 'withoutDelay'),
      // The sum over nothing is undefined.
      delayMinutes: Float64Array.from(departures.array('delayMinutes') as (number | undefined)[], (sum) => sum ?? 0),
    },
    cancelled: countOccurrences(cancelled),
    unnumbered: countOccurrences(unnumbered),
  };
}

function countOccurrences(airportDay: Uint32Array): Occurrences {
  const counted = table({ airportDay })
    .create({ groups: groupsOf(airportDay) })
    .rollup({ rows: op.valid('airportDay') });
  return { airportDay: whole(counted, 'airportDay'), rows: whole(counted, 'rows') };
}

/** A column of whole numbers, in the form that goes to another thread at the least cost. */
function whole(table: { array(name: string): unknown }, name: string): Uint32Array {
  return Uint32Array.from(table.array(name) as number[]);
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
