import { type AirportDays, airportRows } from './airport-days.ts';
import { epochDay } from './calendar.ts';

/** The columns of {@link copyRows}, as table `airport_days` names them. */
export const copyColumns = [
  'airport',
  'flight_date',
  'flights',
  'departures',
  'cancelled',
  'mean_departure_delay',
  'z_score',
  'is_outlier',
];

const header = Buffer.from('PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0', 'latin1');
const trailer = Buffer.from([0xff, 0xff]);
const chunkBytes = 1 << 16;
/** More than a row takes: 2 bytes, and for each field 4 and its value. */
const longestRowBytes = 512;
/** Postgres counts days from here. */
const postgresEpochDay = epochDay(2000, 0);

/**
 * The rows of a year in the binary format of Postgres' COPY, in chunks. Numbers go as they are, so they are the same to
 * the last bit, and neither side has to write or read digits.
 * @param onRows called with the number of rows that have gone so far
 * Source: https://www.postgresql.org/docs/current/sql-copy.html, "Binary Format".
 */
export function* copyRows(days: AirportDays, onRows: (rows: number) => void = () => {}): Iterable<Buffer> {
  yield header;
  const firstDay = epochDay(days.year, 0) - postgresEpochDay;
  let chunk = Buffer.allocUnsafe(chunkBytes);
  let at = 0;
  const int = (value: number) => {
    at = chunk.writeInt32BE(4, at);
    at = chunk.writeInt32BE(value, at);
  };
  const nothing = () => {
    at = chunk.writeInt32BE(-1, at);
  };
  const double = (value: number) => {
    if (Number.isNaN(value)) return nothing();
    at = chunk.writeInt32BE(8, at);
    at = chunk.writeDoubleBE(value, at);
  };
  for (const { airport, start, end } of airportRows(days)) {
    for (let row = start; row < end; row++) {
      if (at > chunkBytes - longestRowBytes) {
        yield chunk.subarray(0, at);
        onRows(row);
        chunk = Buffer.allocUnsafe(chunkBytes);
        at = 0;
      }
      at = chunk.writeInt16BE(copyColumns.length, at);
      at = chunk.writeInt32BE(airport.length, at);
      at += chunk.write(airport, at, 'latin1');
      int(firstDay + days.dayOfYear[row]);
      int(days.flights[row]);
      int(days.departures[row]);
      if (days.cancelled) int(days.cancelled[row]);
      else nothing();
      double(days.meanDepartureDelay[row]);
      double(days.zScore[row]);
      at = chunk.writeInt32BE(1, at);
      at = chunk.writeInt8(days.isOutlier[row], at);
    }
  }
  yield chunk.subarray(0, at);
  yield trailer;
}
