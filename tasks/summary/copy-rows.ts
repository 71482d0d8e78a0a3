import { type AirportDays, airportRows } from './airport-days.ts';
import { epochDay } from './calendar.ts';
import { columnName, columns } from './columns.ts';

/** The columns of {@link copyRows}, as table `airport_days` names them. */
export const copyColumns = ['airport', 'flight_date', ...columns.map(columnName)];

const header = Buffer.from('PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0', 'latin1');
const trailer = Buffer.from([0xff, 0xff]);
const chunkBytes = 1 << 16;
/** Upper limit of the bytes of a row without its texts: 2 bytes, then 4 bytes and the value for each field. */
const longestRowBytes = 1_024;
/** Postgres counts days from 1 January 2000. */
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
  let view = viewOf(chunk);
  let at = 0;
  // A DataView writes numbers several times as fast as a Buffer.
  const length = (bytes: number) => {
    view.setInt32(at, bytes);
    at += 4;
  };
  const nothing = () => length(-1);
  const int = (value: number) => {
    if (Number.isNaN(value)) return nothing();
    length(4);
    view.setInt32(at, value);
    at += 4;
  };
  const double = (value: number) => {
    if (Number.isNaN(value)) return nothing();
    length(8);
    view.setFloat64(at, value);
    at += 8;
  };
  const text = (value: string | null) => {
    if (value === null) return nothing();
    length(Buffer.byteLength(value));
    at += chunk.write(value, at);
  };
  const flag = (value: number) => {
    length(1);
    view.setInt8(at++, value);
  };
  const writers = columns.map(({ property, type }): ((row: number) => void) => {
    const values = days[property];
    if (type === 'text') return (row) => text(values[row] as string | null);
    const write = { integer: int, number: double, flag }[type];
    return (row) => write(values[row] as number);
  });
  const texts = columns
    .filter(({ type }) => type === 'text')
    .map(({ property }) => days[property] as (string | null)[]);
  for (const { airport, start, end } of airportRows(days)) {
    for (let row = start; row < end; row++) {
      let room = longestRowBytes;
      for (const values of texts) room += 3 * (values[row]?.length ?? 0);
      if (at > chunk.length - room) {
        yield chunk.subarray(0, at);
        onRows(row);
        chunk = Buffer.allocUnsafe(Math.max(chunkBytes, room));
        view = viewOf(chunk);
        at = 0;
      }
      view.setInt16(at, copyColumns.length);
      at += 2;
      text(airport);
      int(firstDay + days.dayOfYear[row]);
      for (const write of writers) write(row);
    }
  }
  yield chunk.subarray(0, at);
  yield trailer;
}

function viewOf({ buffer, byteOffset, byteLength }: Buffer): DataView {
  return new DataView(buffer, byteOffset, byteLength);
}
