import { openSource, type Source } from '../io/archive.ts';
import { openStorage, type StorageLocation } from '../io/open-storage.ts';
import type { ByteRange, Storage } from '../io/storage.ts';
import type { BadRow } from './bad-row.ts';
import { AirportCodes, CarrierCodes } from './codes.ts';
import type { Dialect } from './dialect.ts';
import type { FlightCounters } from './flight-counters.ts';
import { FlightKeys, type KeyRequest } from './flight-keys.ts';
import { FlightReader, type FlightReaderOptions, Workspace } from './flight-reader.ts';
import { linesStartingIn } from './line-range.ts';
import type { RowGroup } from './parquet-lines.ts';

/** A part: a whole source, a range of an uncompressed one, or a row group of a Parquet file. */
export interface Part {
  location: StorageLocation;
  source: Source;
  /** The bytes of the part; undefined for a source that can only be read from its beginning. */
  range?: ByteRange;
  /** The row group, where the part is one of a Parquet file. */
  rowGroup?: RowGroup;
  headerBytes: number;
  dialect: Dialect;
  year: number;
  otherYears: 'reject' | 'skip';
  maxBadRows: number;
}

/** What is known of a part when it has been read. */
export interface PartResult {
  /** Number of lines that were read, without the header. */
  lines: number;
  rows: number;
  otherYearRows: number;
  /** Number of the year's rows without a flight number, where there is such a column. */
  unnumberedRows: number;
  /** 1 for each day of the year of which a row was read. */
  days: Uint8Array;
  months: number;
  /** The airports that flights leave, and the line on which each was seen first. */
  airports: { airport: string; line: number }[];
  /** Codes of all carriers seen. */
  carriers: string[];
  /** Whether a row names its carrier by anything but a code, or not at all. */
  hasOtherCarriers: boolean;
  causesOfMonth: Uint8Array;
  /** Whether any row says that its flight was cancelled, or that it was not. */
  saysCancelled: boolean;
  /** Cancelled flights whose delay of 0 was left out. */
  filledDelays: number;
  years: number[];
  /** The first bad rows. Their line numbers count from the part's first line. */
  badRows: BadRow[];
  /** Number of all bad rows. */
  badRowCount: number;
  /** Why the part was not read to its end, however many bad rows are let through. */
  fault: BadRow | undefined;
}

/** Number of bytes after which progress is reported. */
const bytesTold = 1 << 22;
const idleWorkspaces: Workspace[] = [];
const storages = new Map<string, Promise<Storage>>();

/**
 * Read a part of the input, and count its flights.
 * @param onBytes called now and then with the bytes of the object, compressed or not, read since the last call
 * @param betweenChunks is waited for after each chunk; the reading ends with what it throws
 * @throws InputError when the file is truncated, damaged or has changed
 */
export async function countPart(
  part: Part,
  counters: FlightCounters,
  onBytes: (bytes: number) => void,
  betweenChunks?: () => Promise<void>,
): Promise<PartResult> {
  const { airports, carriers } = counters;
  const saysCancelled = part.dialect.cancelled !== undefined;
  const reader = await readPart(part, {
    airports,
    carriers,
    onBatch: (batch) => counters.add(batch, saysCancelled),
    onBytes,
    betweenChunks,
  });
  const { lines, rows, otherYearRows, unnumberedRows, days, months, hasOtherCarriers, causesOfMonth } = reader;
  const { filledDelays, badRows, badRowCount, fault } = reader;
  return {
    lines,
    rows,
    otherYearRows,
    unnumberedRows,
    days,
    months,
    airports: reader.airportsSeen,
    carriers: reader.carriersSeen,
    hasOtherCarriers,
    causesOfMonth,
    saysCancelled: reader.saysCancelled,
    filledDelays,
    years: [...reader.years],
    badRows,
    badRowCount,
    fault,
  };
}

/** Read a part of the input for the keys by which its flights are recognised in another file. */
export async function keysOfPart(
  part: Part,
  request: KeyRequest,
  betweenChunks?: () => Promise<void>,
): Promise<Float64Array<ArrayBuffer>> {
  const keys = new FlightKeys(request);
  const [airports, carriers] = [new AirportCodes(), new CarrierCodes()];
  await readPart(part, { airports, carriers, keys, onBatch: () => {}, onBytes: () => {}, betweenChunks });
  return keys.all;
}

type PartReading = Pick<FlightReaderOptions, 'airports' | 'carriers' | 'keys' | 'onBatch'> & {
  /** Called now and then with the bytes of the object, compressed or not, read since the last call. */
  onBytes: (bytes: number) => void;
  betweenChunks: (() => Promise<void>) | undefined;
};

async function readPart(part: Part, { onBytes, betweenChunks, ...reading }: PartReading): Promise<FlightReader> {
  const { location, source, range, rowGroup, headerBytes, ...options } = part;
  if (!storages.has(location.root)) storages.set(location.root, openStorage(location));
  const storage = await storages.get(location.root)!;
  const workspace = idleWorkspaces.pop() ?? new Workspace();
  const reader = new FlightReader({ ...options, ...reading, workspace });
  let bytes = 0;
  const linesOf = async () => {
    if (rowGroup) {
      // The code that reads Parquet files is loaded only where there are any.
      const { linesOfRowGroup } = await import('./parquet-lines.ts');
      return linesOfRowGroup(rowGroup, source.name, read);
    }
    if (range) return linesStartingIn(range, { firstLineStart: headerBytes, size: source.object.size, read });
    return skip(headerBytes, openSource(source, read));
  };
  const read = async function* (range: ByteRange) {
    for await (const chunk of storage.stream(source.object, range)) {
      bytes += chunk.length;
      if (bytes >= bytesTold) {
        onBytes(bytes);
        bytes = 0;
      }
      yield chunk;
    }
  };
  for await (const chunk of await linesOf()) {
    reader.push(chunk);
    if (reader.gaveUp) break;
    await betweenChunks?.();
  }
  reader.end();
  onBytes(bytes);
  idleWorkspaces.push(workspace);
  return reader;
}

async function* skip(bytes: number, chunks: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  let left = bytes;
  for await (const chunk of chunks) {
    if (left < chunk.length) yield left === 0 ? chunk : chunk.subarray(left);
    left = Math.max(0, left - chunk.length);
  }
}
