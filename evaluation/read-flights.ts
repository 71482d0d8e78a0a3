import { InputError } from '../tasks/errors.ts';
import { openSource, sourcesIn } from '../tasks/io/archive.ts';
import { findInput } from '../tasks/io/input.ts';
import { AirportCodes, CarrierCodes } from '../tasks/read/codes.ts';
import { recognizeDialect } from '../tasks/read/dialect.ts';
import { type FlightBatch, flown, noCarrier, noDelay, noDestination } from '../tasks/read/flight-batch.ts';
import { FlightReader } from '../tasks/read/flight-reader.ts';
import { readHeader } from '../tasks/read/header.ts';
import type { AirportYearOfFlights, Flight } from './airport-year-of-flights.ts';

/** A flight, and where and when it left. */
interface DatedFlight extends Flight {
  airport: string;
  day: number;
}

/**
 * Read all flights of a year and keep them, which `detect` does not do: airports by code, days in their order.
 * @param uri a file, or with a trailing `/` a folder; `{year}` is replaced
 * @throws InputError at the first row that cannot be read
 */
export async function readFlights(uri: string, year: number): Promise<AirportYearOfFlights[]> {
  const { storage, objects } = await findInput(uri, year, false);
  const sources = (await Promise.all(objects.map((object) => sourcesIn(storage, object)))).flat();
  const airports = new AirportCodes();
  const carriers = new CarrierCodes();
  const daysOf = new Map<string, Map<number, Flight[]>>();
  for (const source of sources) {
    const header = await readHeader(storage, source);
    const dialect = recognizeDialect(header.text, source.name, header.firstRow);
    const flights: DatedFlight[] = [];
    const reader = new FlightReader({
      dialect,
      year,
      otherYears: uri.includes('{year}') ? 'reject' : 'skip',
      maxBadRows: 0,
      airports,
      carriers,
      onBatch: (batch) => flights.push(...flightsIn(batch, airports.codes, carriers.codes)),
    });
    let before = header.length;
    for await (const chunk of openSource(source, (range) => storage.stream(source.object, range))) {
      if (before < chunk.length) reader.push(chunk.subarray(before));
      before = Math.max(0, before - chunk.length);
    }
    reader.end();
    const bad = reader.fault ?? reader.badRows[0];
    if (bad) {
      const { line, reason } = bad;
      throw new InputError(`${source.name}:${line + 1}: ${reason}; correct the file`);
    }
    for (const { airport, day, ...flight } of flights) {
      // If a file does not say which flights were cancelled, those without a delay count as cancelled.
      if (!reader.saysCancelled) flight.cancelled = Number.isNaN(flight.delay);
      const days = daysOf.get(airport) ?? new Map<number, Flight[]>();
      const ofDay = days.get(day) ?? [];
      ofDay.push(flight);
      daysOf.set(airport, days.set(day, ofDay));
    }
  }
  return [...daysOf.keys()].sort().map((airport) => {
    const days = [...daysOf.get(airport)!].sort(([a], [b]) => a - b);
    return {
      airport,
      year,
      dayOfYear: Uint16Array.from(days, ([day]) => day),
      flights: days.map(([, flights]) => flights),
    };
  });
}

function flightsIn(batch: FlightBatch, airports: string[], carriers: string[]): DatedFlight[] {
  return Array.from({ length: batch.rows }, (_, row) => ({
    airport: airports[batch.origin[row]],
    day: batch.day[row],
    delay: batch.departureDelay[row] === noDelay ? NaN : batch.departureDelay[row],
    cancelled: batch.cancellation[row] !== flown,
    carrier: batch.carrier[row] === noCarrier ? '' : carriers[batch.carrier[row]],
    destination: batch.destination[row] === noDestination ? '' : airports[batch.destination[row]],
    hour: batch.hour[row],
  }));
}
