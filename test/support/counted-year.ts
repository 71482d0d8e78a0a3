import type { CountedYear } from '../../tasks/detect/detect-anomalies.ts';
import { countFlights } from '../../tasks/read/airport-day-counts.ts';
import { type FlightBatch, noCarrier } from '../../tasks/read/flight-reader.ts';
import { YearTotals } from '../../tasks/read/year-totals.ts';
import { daySlots, monthOf } from '../../tasks/summary/calendar.ts';
import { causes } from '../../tasks/summary/causes.ts';

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
  /** For each of the causes, as far as there are any. */
  minutes?: number[];
  numbered?: boolean;
}

export interface Files {
  year?: number;
  /** Whether there is a column for it. */
  saysCancelled?: boolean;
  /** How the batch numbers airports and carriers. */
  airports?: string[];
  carriers?: string[];
}

/** Flights as the reader hands them over. */
export function batchOf(flights: Flight[], { saysCancelled = true, ...files }: Files = {}) {
  const airports = files.airports ?? [...new Set(flights.map(airportOf))];
  const carriers = files.carriers ?? [...new Set(flights.flatMap(({ carrier }) => carrier ?? []))];
  const airportDayOf = (flight: Flight) => airports.indexOf(airportOf(flight)) * daySlots + flight.day;
  const cancelled = [...flights.keys()].filter((row) => flights[row].cancelled);
  const explained = flights.filter(({ minutes }) => minutes);
  const batch: FlightBatch = {
    airportDay: Uint32Array.from(flights, airportDayOf),
    departureDelay: Float32Array.from(flights, delayOf),
    carrier: Uint8Array.from(flights, ({ carrier }) => (carrier ? carriers.indexOf(carrier) : noCarrier)),
    cancelled: saysCancelled
      ? {
          row: Uint32Array.from(cancelled),
          cause: Uint8Array.from(cancelled, (row) => [...'ABCD'].indexOf(flights[row].code ?? '') + 1),
        }
      : null,
    explained: {
      airportDay: Uint32Array.from(explained, airportDayOf),
      minutes: Int16Array.from(explained.flatMap(({ minutes }) => causes.map((_, cause) => minutes![cause] ?? 0))),
    },
    unnumbered: Uint32Array.from(flights.filter(({ numbered = true }) => !numbered).map(airportDayOf)),
  };
  return { airports, carriers, batch };
}

/** Flights of a year, counted as they are when the batches are read one after the other. */
export function countedYear(batches: Flight[][], files: Files = {}): CountedYear {
  const { year = 2013 } = files;
  const totals = new YearTotals();
  for (const flights of batches) {
    const { airports, carriers, batch } = batchOf(flights, files);
    totals.add(airports, carriers, countFlights(batch));
  }
  return totals.finish(year, causesOfMonth(batches.flat(), year));
}

/** Of each month, a bit for each cause that a flight has minutes of. */
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
