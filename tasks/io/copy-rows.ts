import type { Table, TableColumn } from './table.ts';

const header = Buffer.from('PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0', 'latin1');
const trailer = Buffer.from([0xff, 0xff]);
const chunkBytes = 1 << 16;
/** Upper limit of the bytes of a field besides its text: its length, and a number. */
const fieldBytes = 12;
/** A list of texts begins with its dimensions, whether it has nulls, its type, its length and where it begins. */
const listBytes = 20;
const textType = 25;
/** Upper limit of the bytes of a UTF-16 unit in UTF-8. */
const letterBytes = 3;
/** Postgres counts days from 1 January 2000: so many days after 1 January 1970. */
const postgresEpochDay = 10_957;

/** The command that takes what {@link copyRows} gives. */
export function copyStatement(name: string, { columns }: Pick<Table, 'columns'>): string {
  return `COPY ${name} (${columns.map((column) => column.name).join(', ')}) FROM STDIN (FORMAT binary)`;
}

/**
 * The rows of a table in the binary format of Postgres' COPY, in chunks. Numbers go as they are, so they are the same to
 * the last bit, and neither side has to write or read digits. An integer is Postgres' `integer`, a number its
 * `double precision`.
 * @param onRows called with the number of rows that have gone so far
 * Source: https://www.postgresql.org/docs/current/sql-copy.html, "Binary Format"; for lists, `array_recv` of PostgreSQL.
 */
export function* copyRows({ columns, rows }: Table, onRows: (rows: number) => void = () => {}): Iterable<Buffer> {
  yield header;
  let chunk = Buffer.allocUnsafe(chunkBytes);
  let view = viewOf(chunk);
  let at = 0;
  // A DataView writes numbers several times as fast as a Buffer.
  const int = (value: number) => {
    view.setInt32(at, value);
    at += 4;
  };
  const nothing = () => int(-1);
  const text = (value: string) => {
    int(Buffer.byteLength(value));
    at += chunk.write(value, at);
  };
  const integer = (value: number) => {
    if (Number.isNaN(value)) return nothing();
    int(4);
    int(value);
  };
  const number = (value: number) => {
    if (Number.isNaN(value)) return nothing();
    int(8);
    view.setFloat64(at, value);
    at += 8;
  };
  const flag = (value: number) => {
    int(1);
    view.setInt8(at++, value);
  };
  const texts = (list: readonly string[]) => {
    const start = at;
    at += 4;
    // A list without values has no dimension.
    int(list.length > 0 ? 1 : 0);
    int(0);
    int(textType);
    if (list.length > 0) {
      int(list.length);
      int(1);
      for (const value of list) text(value);
    }
    view.setInt32(start, at - start - 4);
  };
  const writerOf = ({ type, values }: TableColumn): ((row: number) => void) => {
    switch (type) {
      case 'text':
        return (row) => {
          const value = values[row];
          if (value === null) nothing();
          else text(value);
        };
      case 'texts':
        return (row) => texts(values[row]);
      case 'date':
        return (row) => integer(values[row] - postgresEpochDay);
      case 'integer':
        return (row) => integer(values[row]);
      case 'number':
        return (row) => number(values[row]);
      case 'flag':
        return (row) => flag(values[row]);
    }
  };
  const writers = columns.map(writerOf);
  const roomOf = columns.flatMap(({ type, values }): ((row: number) => number)[] => {
    if (type === 'text') return [(row) => letterBytes * (values[row]?.length ?? 0)];
    if (type === 'texts')
      return [(row) => values[row].reduce((room, value) => room + fieldBytes + letterBytes * value.length, listBytes)];
    return [];
  });
  for (let row = 0; row < rows; row++) {
    let room = 2 + fieldBytes * columns.length;
    for (const roomFor of roomOf) room += roomFor(row);
    if (at > chunk.length - room) {
      yield chunk.subarray(0, at);
      onRows(row);
      // A chunk's memory must not be used again before the server has it.
      chunk = Buffer.allocUnsafe(Math.max(chunkBytes, room));
      view = viewOf(chunk);
      at = 0;
    }
    view.setInt16(at, columns.length);
    at += 2;
    for (const write of writers) write(row);
  }
  yield chunk.subarray(0, at);
  yield trailer;
}

function viewOf({ buffer, byteOffset, byteLength }: Buffer): DataView {
  return new DataView(buffer, byteOffset, byteLength);
}
