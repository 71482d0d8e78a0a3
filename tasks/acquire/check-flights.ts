import { InputError } from '../errors.ts';
import { decompressed, isCsv, type Kind } from '../io/archive.ts';
import { readZipStream } from '../io/zip-stream.ts';
import { AirportCodes, CarrierCodes } from '../read/codes.ts';
import { recognizeDialect } from '../read/dialect.ts';
import { FlightReader, Workspace } from '../read/flight-reader.ts';
import { type Header, headerIn, wholeHeader } from '../read/header.ts';
import { missingMonthsError } from './missing-months.ts';
import { monthName, monthSpans } from './months.ts';

/** A file with more unreadable rows than this is not a file of flights. */
const mostUnreadableRows = 1_000;

const idleWorkspaces: Workspace[] = [];

/** What a file should contain. */
export interface Expected {
  /** Name of the file in messages. */
  name: string;
  kind: Kind;
  year: number;
  /** The months, from 1 to 12, that it must hold, and no others. */
  months: number[];
}

/** What a file holds. */
export interface FlightsFound {
  rows: number;
  unreadableRows: number;
}

/**
 * Read a file to its end while it arrives, every row of it.
 * @throws DamagedError when it is truncated or damaged
 * @throws InputError when it is no file of flights, holds flights of another month, or lacks months of a year long past
 * @throws YearMissingError when it lacks months that may still come
 */
export async function checkFlights(bytes: AsyncIterable<Uint8Array>, expected: Expected): Promise<FlightsFound> {
  const { name, kind, year } = expected;
  const readers: FlightReader[] = [];
  if (kind === 'zip') {
    for await (const entry of readZipStream(bytes, name)) {
      if (isCsv(entry.name)) readers.push(await readFlights(entry.content, { name: `${name}#${entry.name}`, year }));
      else for await (const _ of entry.content);
    }
    if (readers.length === 0) throw new InputError(`${name} holds no .csv file; expected flights`);
  } else if (kind === 'parquet') {
    throw new InputError(
      `${name} is a Parquet file, which acquire cannot check while it arrives; put it into the year's folder yourself`,
    );
  } else {
    readers.push(await readFlights(decompressed(bytes, { kind, name }), { name, year }));
  }
  checkMonths(readers, expected);
  return {
    rows: readers.reduce((sum, { rows }) => sum + rows, 0),
    unreadableRows: readers.reduce((sum, { badRowCount }) => sum + badRowCount, 0),
  };
}

async function readFlights(
  text: AsyncIterable<Uint8Array>,
  { name, year }: { name: string; year: number },
): Promise<FlightReader> {
  const workspace = idleWorkspaces.pop() ?? new Workspace();
  const open = (header: Header) =>
    new FlightReader({
      dialect: recognizeDialect(header.text, name, header.firstRow),
      year,
      otherYears: 'skip',
      maxBadRows: mostUnreadableRows,
      airports: new AirportCodes(),
      carriers: new CarrierCodes(),
      onBatch: () => {},
      workspace,
    });
  let head = Buffer.alloc(0);
  let reader: FlightReader | undefined;
  for await (const chunk of text) {
    if (!reader) {
      head = Buffer.concat([head, chunk]);
      const header = headerIn(head, name);
      if (!header) continue;
      reader = open(header);
      reader.push(head.subarray(header.length));
    } else reader.push(chunk);
    if (reader.gaveUp) throw tooManyUnreadable(reader, name);
  }
  if (!reader) {
    const header = wholeHeader(head, name);
    reader = open(header);
    reader.push(head.subarray(header.length));
  }
  reader.end();
  if (reader.gaveUp) throw tooManyUnreadable(reader, name);
  idleWorkspaces.push(workspace);
  return reader;
}

function tooManyUnreadable({ badRows, fault }: FlightReader, name: string): InputError {
  const { line, column, reason } = fault ?? badRows[0];
  // Lines are counted from the header's.
  const where = `${name}:${line + 1}: ${column ? `column ${column}: ` : ''}${reason}`;
  if (fault) return new InputError(where);
  return new InputError(`${where}; more than ${mostUnreadableRows} rows like this: expected a CSV file of flights`);
}

function checkMonths(readers: FlightReader[], { name, year, months }: Expected): void {
  const wanted = months.map((month) => monthName(year, month));
  const otherYears = readers.reduce((sum, { otherYearRows }) => sum + otherYearRows, 0);
  const bits = readers.reduce((all, reader) => all | reader.months, 0);
  const held = Array.from({ length: 12 }, (_, index) => index + 1).filter((month) => (bits >> (month - 1)) & 1);
  const years = [...new Set(readers.flatMap((reader) => [...reader.years]))].filter((other) => other !== year);
  const others = [
    ...held.filter((month) => !months.includes(month)).map((month) => monthName(year, month)),
    ...(otherYears > 0 ? years.map(String) : []),
  ];
  if (others.length > 0) {
    throw new InputError(
      `${name} holds flights of ${others.join(', ')}; expected only flights of ${wanted.join(', ')}`,
    );
  }
  const missing = months.filter((month) => !held.includes(month));
  if (missing.length > 0) throw missingMonthsError(year, `${name} holds no flights of ${monthSpans(year, missing)}`);
}
