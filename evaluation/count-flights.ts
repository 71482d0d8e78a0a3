import { batchRows, FlightBatch, flown, noCarrier, noDelay, noDestination } from '../tasks/read/flight-batch.ts';
import { FlightCounters } from '../tasks/read/flight-counters.ts';
import { joinTables } from '../tasks/read/joined-tables.ts';
import { yearCounts } from '../tasks/read/year-counts.ts';
import type { CountedYear } from '../tasks/summary/counted-year.ts';
import type { AirportYearOfFlights } from './airport-year-of-flights.ts';

/** Why cancelled flights were cancelled does not matter here. */
const cancelledSomehow = 1;

/**
 * Count flights as `detect` would have counted them.
 * @param airportYears of one year, at least one
 */
export function countFlights(airportYears: AirportYearOfFlights[]): CountedYear {
  const counters = new FlightCounters();
  const numbers = { airports: numbered(counters.airports), carriers: numbered(counters.carriers) };
  const batch = new FlightBatch();
  let rows = 0;
  const flush = () => {
    rows += batch.rows;
    counters.add(batch, true);
    batch.clear();
  };
  for (const { airport, dayOfYear, flights } of airportYears) {
    const origin = numbers.airports(airport);
    flights.forEach((ofDay, day) => {
      for (const { delay, cancelled, carrier, destination, hour } of ofDay) {
        const row = batch.rows++;
        batch.origin[row] = origin;
        batch.day[row] = dayOfYear[day];
        batch.departureDelay[row] = Number.isNaN(delay) ? noDelay : delay;
        batch.cancellation[row] = cancelled ? cancelledSomehow : flown;
        batch.carrier[row] = carrier === '' ? noCarrier : numbers.carriers(carrier);
        batch.destination[row] = destination === '' ? noDestination : numbers.airports(destination);
        batch.hour[row] = hour;
        if (batch.rows === batchRows) flush();
      }
    });
  }
  flush();
  return yearCounts(joinTables([counters.tables()]), {
    year: airportYears[0].year,
    rows,
    causesOfMonth: new Uint8Array(12),
  });
}

/** Numbers of codes. Each code is looked up once. */
function numbered(codes: { numberAt(bytes: Buffer, start: number, end: number): number }): (code: string) => number {
  const known = new Map<string, number>();
  return (code) => {
    let number = known.get(code);
    if (number === undefined) {
      number = codes.numberAt(Buffer.from(code), 0, code.length);
      known.set(code, number);
    }
    return number;
  };
}
