import { op, table } from '../arquero.ts';
import { cancellationCauses, causes } from '../summary/causes.ts';
import type { CancelledFlights, ExplainedFlights, FlightBatch } from './flight-reader.ts';
import { cancelledLateness, latenessOf, unknownLateness } from './lateness.ts';

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
  /** All rows, those of the first airport-day of `departures` first, then those of the second, … */
  flights: {
    lateness: Uint16Array;
    carrier: Uint8Array;
  };
  /** Null where the file does not say. */
  cancelled: (Occurrences & { byCause: Uint32Array[] }) | null;
  explained: {
    airportDay: Uint32Array;
    /** Sums of minutes for each of {@link causes}, airport-day after airport-day. */
    minutes: Int32Array;
  };
  unnumbered: Occurrences;
}

interface Occurrences {
  airportDay: Uint32Array;
  rows: Uint32Array;
}

/** Roll a batch of flights up to airport-days. */
export function countFlights(batch: FlightBatch): AirportDayCounts {
  const { airportDay, departureDelay, cancelled, explained, unnumbered } = batch;
  const days = groupsOf(airportDay);
  const departures = table({ departureDelay })
    .create({ groups: days })
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
    flights: flightsByDay(batch, days),
    cancelled: cancelled && countCancelled(airportDay, cancelled),
    explained: sumExplained(explained),
    unnumbered: countOccurrences(unnumbered),
  };
}

// The few flights that differ are added up by hand: for them Arquero's set-up would take longer than the sums.

function countOccurrences(airportDay: Uint32Array): Occurrences {
  const groups = groupsOf(airportDay);
  const rows = new Uint32Array(groups.size);
  for (let row = 0; row < groups.keys.length; row++) rows[groups.keys[row]]++;
  return { airportDay: daysOf(groups), rows };
}

function countCancelled(airportDay: Uint32Array, { row, cause }: CancelledFlights): AirportDayCounts['cancelled'] {
  const days = new Uint32Array(row.length);
  for (let flight = 0; flight < row.length; flight++) days[flight] = airportDay[row[flight]];
  const groups = groupsOf(days);
  const rows = new Uint32Array(groups.size);
  const byCause = cancellationCauses.map(() => new Uint32Array(groups.size));
  for (let flight = 0; flight < row.length; flight++) {
    rows[groups.keys[flight]]++;
    if (cause[flight] > 0) byCause[cause[flight] - 1][groups.keys[flight]]++;
  }
  return { airportDay: daysOf(groups), rows, byCause };
}

function sumExplained({ airportDay, minutes }: ExplainedFlights): AirportDayCounts['explained'] {
  const groups = groupsOf(airportDay);
  const sums = new Int32Array(groups.size * causes.length);
  for (let row = 0, at = 0; row < groups.keys.length; row++) {
    const sum = groups.keys[row] * causes.length;
    for (let cause = 0; cause < causes.length; cause++) sums[sum + cause] += minutes[at++];
  }
  return { airportDay: daysOf(groups), minutes: sums };
}

/** Each flight's lateness and carrier, sorted by airport-day. */
function flightsByDay({ departureDelay, carrier, cancelled }: FlightBatch, days: Groups): AirportDayCounts['flights'] {
  const rows = departureDelay.length;
  // Without a word on cancellations, a flight that did not depart counts as cancelled.
  const withoutDelay = cancelled ? unknownLateness : cancelledLateness;
  const inOrder = new Uint16Array(rows);
  for (let row = 0; row < rows; row++) {
    const delay = departureDelay[row];
    inOrder[row] = delay === delay ? latenessOf(delay) : withoutDelay;
  }
  // Some flights are cancelled after they have left the gate, and have a delay as well.
  if (cancelled) for (const row of cancelled.row) inOrder[row] = cancelledLateness;

  const next = new Uint32Array(days.size + 1);
  for (let row = 0; row < rows; row++) next[days.keys[row] + 1]++;
  for (let day = 1; day < next.length; day++) next[day] += next[day - 1];
  const sorted = { lateness: new Uint16Array(rows), carrier: new Uint8Array(rows) };
  for (let row = 0; row < rows; row++) {
    const at = next[days.keys[row]]++;
    sorted.lateness[at] = inOrder[row];
    sorted.carrier[at] = carrier[row];
  }
  return sorted;
}

/** A column of whole numbers, in the form that goes to another thread at the least cost. */
function whole(table: { array(name: string): unknown }, name: string): Uint32Array {
  return Uint32Array.from(table.array(name) as number[]);
}

interface Groups {
  names: string[];
  get: ((row: number) => number)[];
  rows: number[];
  keys: Uint32Array;
  size: number;
}

/** The airport-day of each group. */
function daysOf({ rows, get }: Groups): Uint32Array {
  const days = new Uint32Array(rows.length);
  for (let group = 0; group < rows.length; group++) days[group] = get[0](rows[group]);
  return days;
}

/**
 * Arquero's groups for a column of small whole numbers. `groupby` finds them through a map of strings, which takes
 * longer than all the rest; here an array is enough.
 */
function groupsOf(airportDay: Uint32Array): Groups {
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
