import type { CounterTables } from '../../tasks/read/counter-tables.ts';
import {
  batchRows,
  FlightBatch,
  flown,
  noCarrier,
  noDelay,
  noDestination,
  noHour,
} from '../../tasks/read/flight-batch.ts';
import { FlightCounters } from '../../tasks/read/flight-counters.ts';
import { joinTables } from '../../tasks/read/joined-tables.ts';
import { yearCounts } from '../../tasks/read/year-counts.ts';
import { monthOf } from '../../tasks/summary/calendar.ts';
import { causes } from '../../tasks/summary/causes.ts';
import type { CountedYear } from '../../tasks/summary/counted-year.ts';

/** A flight as a file has it, of which a test says only what matters. */
export interface Flight {
  airport?: string;
  /** Zero-based day of the year. */
  day: number;
  /** Minutes, NaN where the file has none. */
  delay?: number;
  cancelled?: boolean;
  /** A, B, C or D; anything else is no code. */
  code?: string;
  carrier?: string;
  destination?: string;
  /** Hour of the scheduled departure. */
  hour?: number;
  /** For each of the causes, as far as there are any. */
  minutes?: number[];
  numbered?: boolean;
}

export interface Files {
  year?: number;
  /** Whether there is a column for it. */
  saysCancelled?: boolean;
}

/** What a thread counts of some flights. */
export function tablesOf(flights: Flight[], { saysCancelled = true }: Files = {}): CounterTables {
  const counters = new FlightCounters();
  for (let first = 0; first < flights.length; first += batchRows) {
    counters.add(batchOf(flights.slice(first, first + batchRows), counters), saysCancelled);
  }
  return counters.tables();
}

function batchOf(flights: Flight[], { airports, carriers }: FlightCounters): FlightBatch {
  const batch = new FlightBatch();
  const numberIn = (codes: typeof airports | typeof carriers, code: string) =>
    codes.numberAt(Buffer.from(code), 0, code.length);
  flights.forEach((flight, row) => {
    const delay = delayOf(flight);
    batch.origin[row] = numberIn(airports, airportOf(flight));
    batch.day[row] = flight.day;
    batch.departureDelay[row] = Number.isNaN(delay) ? noDelay : delay;
    batch.cancellation[row] = flight.cancelled ? 2 + [...'ABCD'].indexOf(flight.code ?? '') : flown;
    batch.carrier[row] = flight.carrier ? numberIn(carriers, flight.carrier) : noCarrier;
    batch.destination[row] = flight.destination ? numberIn(airports, flight.destination) : noDestination;
    batch.hour[row] = flight.hour ?? noHour;
    if (flight.numbered === false) batch.unnumbered[batch.unnumberedRows++] = row;
    if (flight.minutes) {
      causes.forEach((_, cause) => {
        batch.minutes[batch.explainedRows * causes.length + cause] = flight.minutes![cause] ?? 0;
      });
      batch.explained[batch.explainedRows++] = row;
    }
  });
  batch.rows = flights.length;
  return batch;
}

/** Flights of a year, counted as they are when each of the threads reads some of them. */
export function countedYear(threads: Flight[][], files: Files = {}): CountedYear {
  const { year = 2013 } = files;
  const flights = threads.flat();
  return yearCounts(joinTables([tablesOf([], files), ...threads.map((each) => tablesOf(each, files))]), {
    year,
    rows: flights.length,
    causesOfMonth: causesOfMonth(flights, year),
  });
}

/** For each month, a bit for each cause that a flight has minutes of. */
export function causesOfMonth(flights: Flight[], year: number): Uint8Array {
  const given = new Uint8Array(12);
  for (const { day, minutes = [] } of flights) {
    minutes.forEach((each, cause) => {
      if (!Number.isNaN(each)) given[monthOf(year, day)] |= 1 << cause;
    });
  }
  return given;
}

export const airportOf = ({ airport = 'JFK' }: Flight): string => airport;
export const delayOf = ({ delay, cancelled }: Flight): number => delay ?? (cancelled ? NaN : 0);
