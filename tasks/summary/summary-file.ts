import { createHash } from 'node:crypto';
import {
  Column as ArrowColumn,
  batchType,
  bool,
  columnFromArray,
  columnFromValues,
  type DataType,
  dateDay,
  dictionary,
  float64,
  int32,
  Type,
  tableFromColumns,
  tableFromIPC,
  tableToIPC,
  utf8,
} from '@uwdata/flechette';
import { InputError } from '../errors.ts';
import { type AirportDays, airportRows } from './airport-days.ts';
import { epochDay } from './calendar.ts';
import { type Column, columnName, columns } from './columns.ts';
import type { Contributor } from './contributors.ts';
import type { Dimension } from './counted-year.ts';
import { decodeRows, encodeRows } from './rows-as-json.ts';
import type { SegmentAnomaly } from './segment-anomalies.ts';
import { decodeTypicalDays, encodeTypicalDays, type TypicalDays } from './typical-days.ts';

/** Where a summary comes from; kept in the file's schema metadata. */
export interface Provenance {
  codeVersion: string;
  /** Number of rows that are flights of the year. */
  flightsRead: number;
  /** Number of rows that were left out; `rejects/{year}.csv` has their reasons. */
  rejectedRows: number;
  /** Share of blanks in each column that is read, by its name. */
  blanks: Record<string, number>;
  /** How many months are there from January on: 12, or fewer of a year that was taken so far. */
  months: number;
  /** What these months lack, in words. */
  missing: string[];
  /** `anomalyScore` from which on a day is an anomaly. */
  threshold: number;
  /** The dimensions that the files have columns for. */
  dimensions: Dimension[];
  /** The files that were read. */
  files: InputFile[];
}

/** A file of flights, as it was when it was read. */
export interface InputFile {
  name: string;
  /** Bytes of the object it lies in. */
  size: number;
  /** What S3 calls the object's content. */
  etag?: string;
}

/** A year's airport-days, what goes with them, and where they come from: what `summaries/{year}.arrow` holds. */
export interface Summary {
  days: AirportDays;
  contributors: Contributor[];
  segmentAnomalies: SegmentAnomaly[];
  typicalDays: TypicalDays;
  provenance: Provenance;
}

/** A summary as it was read. */
export interface StoredSummary extends Summary {
  /** SHA-256 of the file, in hexadecimal: the identity that all that is made of the summary carries. */
  sha256: string;
}

const provenanceKey = 'delaywatch';
/** Keys of the schema metadata. An Arrow file holds one table, so small tables are kept in its metadata. */
const contributorsKey = 'delaywatch_contributors';
const segmentAnomaliesKey = 'delaywatch_segment_anomalies';
const typicalDaysKey = 'delaywatch_typical_days';
const contributorProperties = [
  ...(['row', 'dimension', 'value', 'flights', 'cancelled', 'lostMinutes', 'excessMinutes', 'share'] as const),
  'standsOut',
] as const;
const segmentProperties = [
  ...(['kind', 'airport', 'carrier', 'dayOfYear', 'flights', 'cancelled', 'meanDepartureDelay'] as const),
  ...(['anomalyScore', 'lateBy', 'lateShare', 'usualLateShare', 'eventId'] as const),
] as const;
/** The file carries its own hash, which is made with these zeros in its place. */
const noHash = '0'.repeat(64);
const hashMark = '{"sha256":"';
/** The hash stands within this many bytes of a summary's beginning, however many files the summary names. */
export const headBytes = 1 << 16;
/** Bytes that follow the footer: its length and the letters ARROW1. */
const footerTailBytes = 10;
const dayMilliseconds = 86_400_000;

/**
 * Encode as an Arrow IPC file with the columns of table `airport_days`. The same summary gives the same bytes.
 * @returns the file in pieces. Most are columns as they lie in memory, so that hardly anything is copied.
 */
export function encodeSummary({
  days,
  contributors,
  segmentAnomalies,
  typicalDays,
  provenance,
}: Summary): Uint8Array[] {
  const firstDay = epochDay(days.year, 0);
  const table = tableFromColumns({
    airport: columnFromValues((visit) => {
      for (const { airport, start, end } of airportRows(days)) for (let row = start; row < end; row++) visit(airport);
    }, dictionary(utf8())),
    flight_date: numbers(
      Float64Array.from(days.dayOfYear, (day) => firstDay + day),
      dateDay(),
    ),
    ...Object.fromEntries(columns.map((column) => [columnName(column), encodeColumn(days, column)])),
  });
  // The last entry comes first in the file, as `headBytes` explains.
  table.schema.metadata = new Map([
    [contributorsKey, encodeRows(contributorProperties, contributors)],
    [segmentAnomaliesKey, encodeRows(segmentProperties, segmentAnomalies)],
    [typicalDaysKey, encodeTypicalDays(typicalDays)],
    [provenanceKey, JSON.stringify({ sha256: noHash, year: days.year, ...provenance })],
  ]);
  const pieces: Buffer[] = [];
  const take = ({ buffer, byteOffset, length }: Uint8Array) => pieces.push(Buffer.from(buffer, byteOffset, length));
  const sink = { write: take, pad: (bytes: number) => take(new Uint8Array(bytes)), finish: () => null };
  tableToIPC(table, { format: 'file', sink });
  const hash = createHash('sha256');
  for (const piece of pieces) hash.update(piece);
  const sha256 = hash.digest('hex');
  const isMarked = (piece: Buffer) => piece.includes(hashMark);
  for (const piece of [pieces.find(isMarked)!, pieces.findLast(isMarked)!]) {
    piece.write(sha256, piece.indexOf(hashMark) + hashMark.length);
  }
  return pieces;
}

/** SHA-256 of a summary with {@link noHash} in the place of its hash. */
function hashOf(bytes: Buffer): string {
  const hash = createHash('sha256');
  let hashed = 0;
  for (const at of hashPositions(bytes)) {
    hash.update(bytes.subarray(hashed, at)).update(noHash);
    hashed = at + noHash.length;
  }
  return hash.update(bytes.subarray(hashed)).digest('hex');
}

/**
 * Where the hash stands: in the schema at the file's beginning, and in the footer, which repeats the schema.
 * Source: https://arrow.apache.org/docs/format/Columnar.html, "IPC File Format".
 */
function hashPositions(bytes: Buffer): number[] {
  const footerEnd = bytes.length - footerTailBytes;
  const footer = footerEnd - bytes.readInt32LE(footerEnd);
  return [0, footer].map((from) => bytes.indexOf(hashMark, from) + hashMark.length);
}

/**
 * The hash that a summary carries, without a look at the rest; undefined for a file that carries none.
 * @param head the file's first {@link headBytes}, or more of it
 */
export function carriedHash(head: Uint8Array): string | undefined {
  const bytes = Buffer.from(head.buffer, head.byteOffset, head.length);
  const at = bytes.indexOf(hashMark);
  return at < 0 ? undefined : bytes.toString('latin1', at + hashMark.length, at + hashMark.length + noHash.length);
}

function encodeColumn(days: AirportDays, { property, type }: Column): ArrowColumn<unknown> {
  const values = days[property];
  switch (type) {
    case 'flag':
      return columnFromArray(values, bool());
    case 'text':
      return columnFromArray(values, dictionary(utf8()));
    default:
      return numbers(values as Float64Array, type === 'integer' ? int32() : float64());
  }
}

/**
 * NaN becomes null; under a null of type float64 stands NaN, so that `decodeColumn` finds it there. Made by hand, since
 * flechette's builder goes over nulls value by value.
 */
function numbers(values: Float64Array, type: DataType): ArrowColumn<unknown> {
  const validity = new Uint8Array(Math.ceil(values.length / 8));
  let nullCount = 0;
  for (let row = 0; row < values.length; row++) {
    if (Number.isNaN(values[row])) nullCount++;
    else validity[row >> 3] |= 1 << (row & 7);
  }
  const batch = new (batchType(type) as any)({
    length: values.length,
    nullCount,
    type,
    validity: nullCount > 0 ? validity : new Uint8Array(0),
    values: type.typeId === Type.Float ? values : new Int32Array(values),
  });
  return new ArrowColumn([batch], type);
}

/**
 * Decode what {@link encodeSummary} wrote.
 * @param file its name, for messages
 * @throws InputError when it is not such a file, or one of another version, or not as it was written
 */
export function decodeSummary(bytes: Uint8Array, file: string): StoredSummary {
  // The hash is checked before decoding, since a length with a flipped bit would make gigabytes of rows.
  if (isDamaged(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length))) {
    throw new InputError(`${file} is damaged: its content is not what was written; run \`detect\` for the year again`);
  }
  return decode(bytes, file);
}

/** Whether a file carries a hash, and it is that of another content. */
function isDamaged(bytes: Buffer): boolean {
  const hash = carriedHash(bytes);
  if (hash === undefined) return false;
  const footerEnd = bytes.length - footerTailBytes;
  const footerBytes = footerEnd < 0 ? -1 : bytes.readInt32LE(footerEnd);
  if (footerBytes < 0 || footerBytes > footerEnd || hashOf(bytes) !== hash) return true;
  return hashPositions(bytes).some((at) => bytes.toString('latin1', at, at + noHash.length) !== hash);
}

function decode(bytes: Uint8Array, file: string): StoredSummary {
  try {
    const table = tableFromIPC(bytes, { useDate: false });
    const { sha256, year, ...provenance } = JSON.parse(table.schema.metadata!.get(provenanceKey)!);
    const dates = table.getChild('flight_date')!.toArray() as ArrayLike<number>;
    const firstDay = epochDay(year, 0);
    const dayOfYear = new Uint16Array(dates.length);
    for (let row = 0; row < dates.length; row++) dayOfYear[row] = dates[row] / dayMilliseconds - firstDay;
    const decoded = columns.map((column) => [
      column.property,
      decodeColumn(table.getChild(columnName(column))!, column),
    ]);
    if (typeof sha256 !== 'string') throw new Error('it carries no hash');
    if (!Number.isInteger(provenance.months)) throw new Error('it does not tell its months');
    return {
      sha256,
      provenance,
      contributors: decodeRows<Contributor>(table.schema.metadata!.get(contributorsKey)!, []),
      segmentAnomalies: decodeRows<SegmentAnomaly>(table.schema.metadata!.get(segmentAnomaliesKey)!, [
        ...(['meanDepartureDelay', 'lateBy', 'eventId'] as const),
      ]),
      typicalDays: decodeTypicalDays(table.schema.metadata!.get(typicalDaysKey)!),
      days: {
        year,
        ...airportsIn(table.getChild('airport')!.toArray() as string[]),
        dayOfYear,
        ...Object.fromEntries(decoded),
      },
    };
  } catch (error) {
    throw new InputError(
      `${file} is not a summary of this version (${(error as Error).message}); run \`detect\` for the year again`,
    );
  }
}

function decodeColumn(column: ArrowColumn<any>, { type }: Column) {
  if (type === 'text') return column.toArray();
  // The values lie in the file as they are needed. A copy would take nearly as much memory as the file.
  if (type === 'number' && column.data.length === 1) return column.data[0].values as Float64Array;
  const decoded = type === 'flag' ? new Uint8Array(column.length) : new Float64Array(column.length);
  let start = 0;
  for (const batch of column.data) {
    const rows = decoded.subarray(start, start + batch.length);
    if (type === 'flag') for (let row = 0; row < rows.length; row++) rows[row] = bitAt(batch.values, row);
    // Encoded by hand like `numbers`, for the same reason.
    else rows.set(batch.values as Float64Array | Int32Array);
    if (batch.nullCount > 0)
      for (let row = 0; row < rows.length; row++) if (!bitAt(batch.validity, row)) rows[row] = NaN;
    start += batch.length;
  }
  return decoded;
}

function bitAt(bits: any, index: number): number {
  return (bits[index >> 3] >> (index & 7)) & 1;
}

/** The airports of rows that are sorted by them, and each one's first row. */
function airportsIn(airportOfRow: string[]): { airports: string[]; firstRow: Uint32Array } {
  const airports: string[] = [];
  const firstRow: number[] = [];
  for (let row = 0; row < airportOfRow.length; row++) {
    if (row > 0 && airportOfRow[row] === airportOfRow[row - 1]) continue;
    airports.push(airportOfRow[row]);
    firstRow.push(row);
  }
  return { airports, firstRow: Uint32Array.from([...firstRow, airportOfRow.length]) };
}
