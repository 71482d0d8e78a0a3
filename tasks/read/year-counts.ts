import { InputError } from '../errors.ts';
import type { AirportRows } from '../summary/airport-days.ts';
import { daySlots, monthOf } from '../summary/calendar.ts';
import { cancellationCauses, cancelledColumns, causes, minutesColumns } from '../summary/causes.ts';
import type { CountedYear, Segment, SegmentDays, Tallies, TallyCallback } from '../summary/counted-year.ts';
import {
  cancelledWithDelay,
  delayMinutes,
  emptyRecord,
  lostMinutes,
  untold,
  withoutNumber,
} from '../summary/day-records.ts';
import { cancelledBucket, latenessBuckets } from '../summary/lateness.ts';
import { airportRecordSums, cancelledBy, hourFlights, hourLost, minutesBy } from './airport-record.ts';
import { carriersAtAnAirport } from './counter-tables.ts';
import { hourBlocks } from './hour-block.ts';
import type { JoinedTables } from './joined-tables.ts';
import { listedCancelled, mostFlights } from './route-tallies.ts';
import { typicalDaysIn } from './typical-days-in.ts';

/** The largest count of two bytes. It is more than twice as many flights as ever left in a day. */
const mostCounted = 65_535;

/** What is known of the whole year besides its counts. */
export interface YearFacts {
  year: number;
  /** Number of the year's rows that were read. */
  rows: number;
  /** For each month, bit c is set when the input has minutes for the c-th of {@link causes}. */
  causesOfMonth: Uint8Array;
}

/** The airport-days, sorted by airport and date, and the records of each. */
interface Rows {
  airports: string[];
  firstRow: Uint32Array;
  /** The airport of each row, by its number. */
  airport: Uint16Array;
  dayOfYear: Uint16Array;
  /** The counts, row after row; airport-record.ts tells what is in them. */
  counts: Uint16Array;
  /** The same memory as {@link counts}, seen as sums of four bytes. */
  sums: Int32Array<ArrayBuffer>;
}

/**
 * One row for each airport and day that has a scheduled flight, and what the detectors need beside. The tables are used
 * up.
 * @throws InputError when a count was too large to be kept
 */
export function yearCounts(tables: JoinedTables, { year, rows: flightsRead, causesOfMonth }: YearFacts): CountedYear {
  const rows = rowsOf(tables);
  const { airports, firstRow, dayOfYear, counts, sums } = rows;
  const buckets = new Uint16Array(dayOfYear.length * latenessBuckets);
  const lost = new Float64Array(dayOfYear.length);
  let withDelay = 0;
  for (let row = 0; row < dayOfYear.length; row++) {
    const record = row * airportRecordSums;
    for (let bucket = 0; bucket < latenessBuckets; bucket++) {
      buckets[row * latenessBuckets + bucket] = counts[2 * record + bucket];
    }
    withDelay += counts[2 * record + cancelledWithDelay];
    lost[row] = sums[record + lostMinutes];
  }
  checkCounts(buckets, dayOfYear, flightsRead);
  return {
    year,
    days: { airports, firstRow, ...dailyCounts(rows, { year, causesOfMonth }) },
    buckets,
    lostMinutes: lost,
    cancelledWithDelay: withDelay,
    carrierDays: carrierDays(tables),
    destinationDays: destinationDays(tables),
    tallies: {
      carrier: carrierTallies(tables, rows),
      hours: hourTallies(rows),
      destination: destinationTallies(tables, rows),
    },
    typicalDays: typicalDaysIn(tables, airports),
    release: () => {
      for (const block of tables.listMemory) block.transfer(0);
      sums.buffer.transfer(0);
    },
  };
}

/** Refuse a year with more flights on a day than a count of two bytes holds. */
function checkCounts(buckets: Uint16Array, dayOfYear: Uint16Array, flightsRead: number): void {
  // If the whole country has no more flights than this on a day, then no airport and no carrier has.
  const ofDay = new Float64Array(daySlots);
  let counted = 0;
  for (let row = 0; row < dayOfYear.length; row++) {
    let flights = 0;
    for (let bucket = 0; bucket < latenessBuckets; bucket++) flights += buckets[row * latenessBuckets + bucket];
    counted += flights;
    ofDay[dayOfYear[row]] += flights;
  }
  if (counted === flightsRead && ofDay.every((flights) => flights <= mostCounted)) return;
  throw new InputError(
    `more than ${mostCounted} flights on one day; expected a year's flights, with their dates, airports and carriers: is ` +
      'the date the same in all rows?',
  );
}

function rowsOf({ airports, airportDays }: JoinedTables): Rows {
  const sums = new Int32Array(airports.length * daySlots * airportRecordSums);
  const counts = new Uint16Array(sums.buffer);
  const airport = new Uint16Array(airports.length * daySlots);
  const dayOfYear = new Uint16Array(airport.length);
  const codes: string[] = [];
  const firstRow: number[] = [];
  let rows = 0;
  for (const number of [...airports.keys()].sort((a, b) => (airports[a] < airports[b] ? -1 : 1))) {
    const first = rows;
    for (let day = 0; day < daySlots; day++) {
      const record = rows * airportRecordSums;
      airportDays.add(number, day, sums, record);
      if (!hasFlights(counts, 2 * record)) continue;
      airport[rows] = number;
      dayOfYear[rows++] = day;
    }
    // Flights may go to an airport and none leave it, and all rows of an airport may have been rejected.
    if (rows === first) continue;
    codes.push(airports[number]);
    firstRow.push(first);
  }
  airportDays.release();
  return {
    airports: codes,
    firstRow: Uint32Array.from([...firstRow, rows]),
    airport: airport.slice(0, rows),
    dayOfYear: dayOfYear.slice(0, rows),
    ...{ counts, sums },
  };
}

function hasFlights(counts: Uint16Array, record: number): boolean {
  for (let bucket = 0; bucket < latenessBuckets; bucket++) if (counts[record + bucket] > 0) return true;
  return false;
}

function dailyCounts(rows: Rows, { year, causesOfMonth }: Pick<YearFacts, 'year' | 'causesOfMonth'>) {
  const { dayOfYear, counts, sums } = rows;
  const month = Uint8Array.from({ length: daySlots }, (_, day) => monthOf(year, day));
  const column = () => new Float64Array(dayOfYear.length);
  const result = {
    dayOfYear,
    flights: column(),
    numberedFlights: column(),
    departures: column(),
    cancelled: column(),
    meanDepartureDelay: column(),
  };
  const minutes = causes.map(column);
  const byCause = cancellationCauses.map(column);
  const monthsCoded = codedMonths(rows, month);
  for (let row = 0; row < dayOfYear.length; row++) {
    const record = row * airportRecordSums;
    let departures = counts[2 * record + cancelledWithDelay];
    for (let bucket = 0; bucket < cancelledBucket; bucket++) departures += counts[2 * record + bucket];
    let flights = 0;
    for (let bucket = 0; bucket < latenessBuckets; bucket++) flights += counts[2 * record + bucket];
    const told = counts[2 * record + untold] === 0;
    result.flights[row] = flights;
    result.numberedFlights[row] = flights - counts[2 * record + withoutNumber];
    result.departures[row] = departures;
    result.cancelled[row] = told ? counts[2 * record + cancelledBucket] : NaN;
    // 0 / 0 is NaN, which is what a day without departures has for a mean.
    result.meanDepartureDelay[row] = sums[record + delayMinutes] / departures;
    const ofMonth = month[dayOfYear[row]];
    for (let cause = 0; cause < causes.length; cause++) {
      const given = (causesOfMonth[ofMonth] >> cause) & 1;
      minutes[cause][row] = given ? sums[record + minutesBy + cause] : NaN;
    }
    const coded = told && (monthsCoded >> ofMonth) & 1;
    for (let cause = 0; cause < cancellationCauses.length; cause++) {
      byCause[cause][row] = coded ? counts[2 * record + cancelledBy + cause] : NaN;
    }
  }
  return { ...result, ...named(minutesColumns, minutes), ...named(cancelledColumns, byCause) };
}

/** Months whose cancellations have causes, or that have none while others do: a bit for each. */
function codedMonths({ dayOfYear, counts }: Rows, month: Uint8Array): number {
  let cancelled = 0;
  let coded = 0;
  for (let row = 0; row < dayOfYear.length; row++) {
    const record = 2 * row * airportRecordSums;
    const bit = 1 << month[dayOfYear[row]];
    let codes = 0;
    for (let cause = 0; cause < cancellationCauses.length; cause++) codes += counts[record + cancelledBy + cause];
    if (codes > 0) coded |= bit;
    // Where a file does not tell cancellations, those counted are flights without a delay.
    const isTold = counts[record + untold] === 0;
    if (codes > 0 || (isTold && counts[record + cancelledBucket] > 0)) cancelled |= bit;
  }
  return coded === 0 ? 0 : coded | ~cancelled;
}

function named<Name extends string>(names: readonly Name[], columns: Float64Array[]): Record<Name, Float64Array> {
  return Object.fromEntries(names.map((name, index) => [name, columns[index]])) as Record<Name, Float64Array>;
}

function carrierDays({ airports, carriers, segments, carrierDays }: JoinedTables): SegmentDays {
  return {
    segments: segments.map(
      (pair): Segment => ({
        airport: airports[Math.floor(pair / carriersAtAnAirport)],
        carrier: carriers[pair % carriersAtAnAirport],
      }),
    ),
    read: (segment, into) => carrierDays.readAll(segment, into),
  };
}

function destinationDays({ airports, arrivalDays }: JoinedTables): SegmentDays {
  return {
    segments: airports.map((airport) => ({ airport, carrier: null })),
    read: (segment, into) => arrivalDays.readAll(segment, into),
  };
}

function carrierTallies({ carriers, segments, carrierDays }: JoinedTables, { airport, dayOfYear }: Rows): Tallies {
  const ofAirport = Map.groupBy(segments.keys(), (segment) => Math.floor(segments[segment] / carriersAtAnAirport));
  const record = emptyRecord();
  const { counts, sums } = record;
  const visit = (row: number, callback: TallyCallback) => {
    for (const segment of ofAirport.get(airport[row]) ?? []) {
      sums.fill(0);
      carrierDays.add(segment, dayOfYear[row], record);
      let flights = 0;
      for (let bucket = 0; bucket < latenessBuckets; bucket++) flights += counts[bucket];
      if (flights === 0) continue;
      callback(segments[segment] % carriersAtAnAirport, flights, counts[cancelledBucket], sums[lostMinutes]);
    }
  };
  const values = dayOfYear.length > 0 ? carriers : [];
  const ofYear = carrierDays.total(segments.length);
  const total = ({ start }: AirportRows) => {
    const result = { flights: new Float64Array(carriers.length), lost: new Float64Array(carriers.length) };
    for (const segment of ofAirport.get(airport[start]) ?? []) {
      const carrier = segments[segment] % carriersAtAnAirport;
      result.flights[carrier] = ofYear.flights[segment];
      result.lost[carrier] = ofYear.lost[segment];
    }
    return result;
  };
  return { values, visit, total };
}

/** `06–09`, … */
const blockNames = Array.from({ length: hourBlocks }, (_, block) => {
  const hour = (block: number) => String((block * 24) / hourBlocks).padStart(2, '0');
  return `${hour(block)}–${hour(block + 1)}`;
});

function hourTallies({ dayOfYear, counts, sums }: Rows): Tallies {
  const isTold = () => {
    for (let row = 0; row < dayOfYear.length; row++) {
      for (let block = 0; block < hourBlocks; block++) {
        if (counts[2 * row * airportRecordSums + hourFlights + 2 * block] > 0) return true;
      }
    }
    return false;
  };
  const values = isTold() ? blockNames : [];
  const visit = (row: number, callback: TallyCallback) => {
    const record = row * airportRecordSums;
    for (let block = 0; block < values.length; block++) {
      const at = 2 * record + hourFlights + 2 * block;
      if (counts[at] > 0) callback(block, counts[at], counts[at + 1], sums[record + hourLost + block]);
    }
  };
  const total = ({ start, end }: AirportRows) => {
    const result = { flights: new Float64Array(values.length), lost: new Float64Array(values.length) };
    for (let row = start; row < end; row++) {
      const record = row * airportRecordSums;
      for (let block = 0; block < values.length; block++) {
        result.flights[block] += counts[2 * record + hourFlights + 2 * block];
        result.lost[block] += sums[record + hourLost + block];
      }
    }
    return result;
  };
  return { values, visit, total };
}

function destinationTallies({ airports, routes }: JoinedTables, { airport, dayOfYear }: Rows): Tallies {
  const isTold = routes.some(({ lists }) => lists.some(({ length }) => length > 0));
  const values = isTold ? airports : [];
  const visit = (row: number, callback: TallyCallback) => {
    for (const { lists, numbers, airports: airportOf } of routes) {
      const origin = numbers[airport[row]];
      for (const { firstOf, destination, flights, lost } of lists[dayOfYear[row]]) {
        if (origin < 0 || origin + 1 >= firstOf.length) continue;
        for (let at = firstOf[origin]; at < firstOf[origin + 1]; at++) {
          callback(airportOf[destination[at]], flights[at] & mostFlights, flights[at] >> listedCancelled, lost[at]);
        }
      }
    }
  };
  const total = ({ start, end }: AirportRows) => {
    const result = { flights: new Float64Array(values.length), lost: new Float64Array(values.length) };
    for (const { lists, numbers, airports: airportOf } of routes) {
      const origin = numbers[airport[start]];
      for (let row = start; row < end; row++) {
        for (const { firstOf, destination, flights, lost } of lists[dayOfYear[row]]) {
          if (origin < 0 || origin + 1 >= firstOf.length) continue;
          for (let at = firstOf[origin]; at < firstOf[origin + 1]; at++) {
            const value = airportOf[destination[at]];
            result.flights[value] += flights[at] & mostFlights;
            result.lost[value] += lost[at];
          }
        }
      }
    }
    return result;
  };
  return { values, visit, total };
}
