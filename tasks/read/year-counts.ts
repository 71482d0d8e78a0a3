import { InputError } from '../errors.ts';
import { daySlots, monthOf } from '../summary/calendar.ts';
import { cancellationCauses, cancelledColumns, causes, minutesColumns } from '../summary/causes.ts';
import type { CountedYear, Segment, SegmentDays, Tallies, TallyCallback } from '../summary/counted-year.ts';
import {
  cancelledWithDelay,
  delayMinutes,
  lostMinutes,
  recordCounts,
  recordSums,
  untold,
  withoutNumber,
} from '../summary/day-records.ts';
import { cancelledBucket, latenessBuckets } from '../summary/lateness.ts';
import { type CounterTables, carriersAtAnAirport } from './counter-tables.ts';
import { hourBlocks } from './hour-block.ts';
import { destinationOf, originOf } from './route-tallies.ts';
import { typicalDaysIn } from './typical-days-in.ts';

/** The most that a count of two bytes holds. More than twice as many as ever left in a day. */
const mostCounted = 65_535;

/** What is known of the whole year beside its counts. */
export interface YearFacts {
  year: number;
  /** Rows of the year that were read. */
  rows: number;
  /** Of each month, bit c is set when the input has minutes for the c-th of {@link causes}. */
  causesOfMonth: Uint8Array;
}

/** Where the airport-days lie in the tables. */
interface Rows {
  airports: string[];
  firstRow: Uint32Array;
  /** Of each row: airport's number · {@link daySlots} + day. */
  slots: Uint32Array;
  /** Of each slot. */
  rowOf: Int32Array;
}

/**
 * One row for each airport and day that has a scheduled flight, and what the detectors need beside. The tables are used
 * up.
 * @throws InputError when a count was too large to be kept
 */
export function yearCounts(tables: CounterTables, { year, rows, causesOfMonth }: YearFacts): CountedYear {
  const found = rowsOf(tables);
  const { counts, sums } = tables.airportDays;
  const buckets = new Uint16Array(found.slots.length * latenessBuckets);
  const lost = new Float64Array(found.slots.length);
  let withDelay = 0;
  for (let row = 0; row < found.slots.length; row++) {
    const record = found.slots[row] * recordCounts;
    for (let bucket = 0; bucket < latenessBuckets; bucket++) {
      buckets[row * latenessBuckets + bucket] = counts[record + bucket];
    }
    withDelay += counts[record + cancelledWithDelay];
    lost[row] = sums[found.slots[row] * recordSums + lostMinutes];
  }
  checkCounts(buckets, found.slots, rows);
  const days = {
    airports: found.airports,
    firstRow: found.firstRow,
    ...dailyCounts(tables, found.slots, { year, causesOfMonth }),
  };
  return {
    year,
    days,
    buckets,
    lostMinutes: lost,
    cancelledWithDelay: withDelay,
    carrierDays: carrierDays(tables),
    destinationDays: {
      segments: tables.airports.map((airport) => ({ airport, carrier: null })),
      records: tables.arrivalDays,
    },
    tallies: {
      carrier: carrierTallies(tables, found),
      hours: hourTallies(tables, found),
      destination: destinationTallies(tables, found),
    },
    typicalDays: typicalDaysIn(tables, found.airports),
  };
}

/** Counts are of two bytes: of more flights than they hold, something would be missing. */
function checkCounts(buckets: Uint16Array, slots: Uint32Array, rows: number): void {
  // As many flights in the whole country are more than go to any airport, or by any carrier.
  const ofDay = new Float64Array(daySlots);
  let counted = 0;
  for (let at = 0; at < buckets.length; at++) {
    counted += buckets[at];
    ofDay[slots[Math.floor(at / latenessBuckets)] % daySlots] += buckets[at];
  }
  if (counted === rows && ofDay.every((flights) => flights <= mostCounted)) return;
  throw new InputError(
    `more than ${mostCounted} flights on one day; expected a year's flights, with their dates, airports and carriers: is ` +
      'the date the same in all rows?',
  );
}

function rowsOf({ airports, airportDays: { counts } }: CounterTables): Rows {
  const hasFlights = (slot: number) => {
    for (let bucket = 0; bucket < latenessBuckets; bucket++) if (counts[slot * recordCounts + bucket] > 0) return true;
    return false;
  };
  const rowOf = new Int32Array(airports.length * daySlots).fill(-1);
  const slots = new Uint32Array(rowOf.length);
  const codes: string[] = [];
  const firstRow: number[] = [];
  let count = 0;
  for (const number of [...airports.keys()].sort((a, b) => (airports[a] < airports[b] ? -1 : 1))) {
    const first = count;
    for (let slot = number * daySlots; slot < (number + 1) * daySlots; slot++) {
      if (!hasFlights(slot)) continue;
      rowOf[slot] = count;
      slots[count++] = slot;
    }
    // Flights may go to an airport and none leave it, and all rows of an airport may have been rejected.
    if (count === first) continue;
    codes.push(airports[number]);
    firstRow.push(first);
  }
  return { airports: codes, firstRow: Uint32Array.from([...firstRow, count]), slots: slots.slice(0, count), rowOf };
}

function dailyCounts(
  { airportDays: { counts, sums }, minutesBy, cancelledBy }: CounterTables,
  slots: Uint32Array,
  { year, causesOfMonth }: Pick<YearFacts, 'year' | 'causesOfMonth'>,
) {
  const month = Uint8Array.from({ length: daySlots }, (_, day) => monthOf(year, day));
  const column = () => new Float64Array(slots.length);
  const result = {
    dayOfYear: Uint16Array.from(slots, (slot) => slot % daySlots),
    flights: column(),
    numberedFlights: column(),
    departures: column(),
    cancelled: column(),
    meanDepartureDelay: column(),
  };
  const minutes = causes.map(column);
  const byCause = cancellationCauses.map(column);
  const monthsCoded = codedMonths({ counts, cancelledBy, slots, month });
  for (let row = 0; row < slots.length; row++) {
    const slot = slots[row];
    const record = slot * recordCounts;
    let departures = counts[record + cancelledWithDelay];
    for (let bucket = 0; bucket < cancelledBucket; bucket++) departures += counts[record + bucket];
    let flights = 0;
    for (let bucket = 0; bucket < latenessBuckets; bucket++) flights += counts[record + bucket];
    const told = counts[record + untold] === 0;
    result.flights[row] = flights;
    result.numberedFlights[row] = flights - counts[record + withoutNumber];
    result.departures[row] = departures;
    result.cancelled[row] = told ? counts[record + cancelledBucket] : NaN;
    // 0 / 0 is NaN, which is what a day without departures has for a mean.
    result.meanDepartureDelay[row] = sums[slot * recordSums + delayMinutes] / departures;
    const ofMonth = month[result.dayOfYear[row]];
    for (let cause = 0; cause < causes.length; cause++) {
      const given = (causesOfMonth[ofMonth] >> cause) & 1;
      minutes[cause][row] = given ? minutesBy[slot * causes.length + cause] : NaN;
    }
    const coded = told && (monthsCoded >> ofMonth) & 1;
    for (let cause = 0; cause < cancellationCauses.length; cause++) {
      byCause[cause][row] = coded ? cancelledBy[slot * cancellationCauses.length + cause] : NaN;
    }
  }
  return { ...result, ...named(minutesColumns, minutes), ...named(cancelledColumns, byCause) };
}

/** Months whose cancellations have causes, or that have none while others do: a bit for each. */
function codedMonths({
  counts,
  cancelledBy,
  slots,
  month,
}: {
  counts: Uint16Array;
  cancelledBy: Uint16Array;
  slots: Uint32Array;
  month: Uint8Array;
}): number {
  let cancelled = 0;
  let coded = 0;
  for (const slot of slots) {
    const bit = 1 << month[slot % daySlots];
    let codes = 0;
    for (let cause = 0; cause < cancellationCauses.length; cause++) {
      codes += cancelledBy[slot * cancellationCauses.length + cause];
    }
    if (codes > 0) coded |= bit;
    // Where a file does not tell cancellations, those counted are flights without a delay.
    const isTold = counts[slot * recordCounts + untold] === 0;
    if (codes > 0 || (isTold && counts[slot * recordCounts + cancelledBucket] > 0)) cancelled |= bit;
  }
  return coded === 0 ? 0 : coded | ~cancelled;
}

function named<Name extends string>(names: readonly Name[], columns: Float64Array[]): Record<Name, Float64Array> {
  return Object.fromEntries(names.map((name, index) => [name, columns[index]])) as Record<Name, Float64Array>;
}

function carrierDays({ airports, carriers, segments, carrierDays }: CounterTables): SegmentDays {
  return {
    segments: segments.map(
      (pair): Segment => ({
        airport: airports[Math.floor(pair / carriersAtAnAirport)],
        carrier: carriers[pair % carriersAtAnAirport],
      }),
    ),
    records: carrierDays,
  };
}

function carrierTallies(tables: CounterTables, { slots, rowOf }: Rows): Tallies {
  const { counts, sums } = tables.carrierDays;
  const visit = (callback: TallyCallback) => {
    tables.segments.forEach((pair, segment) => {
      const [airport, carrier] = [Math.floor(pair / carriersAtAnAirport), pair % carriersAtAnAirport];
      for (let day = 0; day < daySlots; day++) {
        const at = segment * daySlots + day;
        let flights = 0;
        for (let bucket = 0; bucket < latenessBuckets; bucket++) flights += counts[at * recordCounts + bucket];
        if (flights === 0) continue;
        const cancelled = counts[at * recordCounts + cancelledBucket];
        callback(rowOf[airport * daySlots + day], carrier, flights, cancelled, sums[at * recordSums + lostMinutes]);
      }
    });
  };
  return { values: slots.length > 0 ? tables.carriers : [], visit };
}

/** `06–09`, … */
const blockNames = Array.from({ length: hourBlocks }, (_, block) => {
  const hour = (block: number) => String((block * 24) / hourBlocks).padStart(2, '0');
  return `${hour(block)}–${hour(block + 1)}`;
});

function hourTallies({ hourFlights, hourLost }: CounterTables, { slots }: Rows): Tallies {
  const visit = (callback: TallyCallback) => {
    for (let row = 0; row < slots.length; row++) {
      const first = slots[row] * hourBlocks;
      for (let block = 0, at = first; block < hourBlocks; block++, at++) {
        if (hourFlights[2 * at] > 0) callback(row, block, hourFlights[2 * at], hourFlights[2 * at + 1], hourLost[at]);
      }
    }
  };
  return { values: hourFlights.some((flights) => flights > 0) ? blockNames : [], visit };
}

function destinationTallies({ airports, routes }: CounterTables, { rowOf }: Rows): Tallies {
  const visit = (callback: TallyCallback) => {
    for (const { tables, numbers } of routes) {
      tables.forEach((table, day) => {
        if (!table) return;
        const { keys, flights, lost } = table;
        for (let slot = 0; slot < keys.length; slot++) {
          const key = keys[slot];
          if (key === 0) continue;
          const row = rowOf[numbers[originOf(key)] * daySlots + day];
          callback(row, numbers[destinationOf(key)], flights[slot] & 0xffff, flights[slot] >>> 16, lost[slot]);
        }
      });
    }
  };
  return { values: routes.some(({ tables }) => tables.some(Boolean)) ? airports : [], visit };
}
