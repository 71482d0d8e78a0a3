import { openSource, type Source } from '../io/archive.ts';
import { type ByteRange, openStorage, type Storage, type StorageLocation } from '../io/storage.ts';
import { type AirportDayCounts, countFlights } from './airport-day-counts.ts';
import type { Dialect } from './dialect.ts';
import { FlightKeys, type KeyRequest } from './flight-keys.ts';
import { type BadRow, type FlightBatch, FlightReader, Workspace } from './flight-reader.ts';
import { linesStartingIn } from './line-range.ts';

/** A part: a whole source, or a range of an uncompressed one. */
export interface Part {
  location: StorageLocation;
  source: Source;
  /** Undefined for a source that can only be read from its beginning. */
  range?: ByteRange;
  headerBytes: number;
  dialect: Dialect;
  year: number;
  otherYears: 'reject' | 'skip';
  maxBadRows: number;
}

/** What a part came to. */
export interface PartResult {
  /** Lines read, without the header. */
  lines: number;
  rows: number;
  otherYearRows: number;
  /** Rows of the year without a flight number, where there is such a column. */
  unnumberedRows: number;
  /** 1 for each day of the year of which a row was read. */
  days: Uint8Array;
  months: number;
  /** Codes of all airports and carriers seen. */
  airports: string[];
  carriers: string[];
  /** Whether a row names its carrier by anything but a code, or not at all. */
  hasOtherCarriers: boolean;
  causesOfMonth: Uint8Array;
  /** Whether any row says that its flight was cancelled, or that it was not. */
  saysCancelled: boolean;
  /** Cancelled flights whose delay of 0 was left out. */
  filledDelays: number;
  years: number[];
  /** The first bad rows. Line numbers count from the part's first line. */
  badRows: BadRow[];
  /** All bad rows. */
  badRowCount: number;
  /** Why the part was not read to its end, whatever is let through. */
  fault: BadRow | undefined;
  /** The lines on which each of the airports was seen first. */
  airportLines: number[];
}

/** The counts of a batch, sent while the part is being read. */
export interface CountedBatch {
  /** All airports of the part so far. */
  airports: string[];
  /** The same of carriers. */
  carriers: string[];
  counts: AirportDayCounts;
  /** Bytes of the object, compressed or not, read since the last message. */
  bytes: number;
}

const idleWorkspaces: Workspace[] = [];
const storages = new Map<string, Promise<Storage>>();

/**
 * Read a part of the input, and count its flights per airport and day.
 * @throws InputError when the file is truncated, damaged or has changed
 */
export async function countPart(part: Part, onBatch: (batch: CountedBatch) => void): Promise<PartResult> {
  let bytes = 0;
  const reader = await readPart(part, {
    onBatch: (batch, { airports, carriers }) => {
      onBatch({ airports, carriers, counts: countFlights(batch), bytes });
      bytes = 0;
    },
    onBytes: (read) => {
      bytes += read;
    },
  });
  const { lines, rows, otherYearRows, unnumberedRows, days, months, airports, carriers } = reader;
  const { hasOtherCarriers, causesOfMonth, saysCancelled, filledDelays, years } = reader;
  const { badRows, badRowCount, fault, airportLines } = reader;
  return {
    lines,
    rows,
    otherYearRows,
    unnumberedRows,
    days,
    months,
    airports,
    carriers,
    hasOtherCarriers,
    causesOfMonth,
    saysCancelled,
    filledDelays,
    years: [...years],
    badRows,
    badRowCount,
    fault,
    airportLines,
  };
}

/** Read a part of the input for what its flights are known by in another file, too. */
export async function keysOfPart(part: Part, request: KeyRequest): Promise<Float64Array<ArrayBuffer>> {
  const keys = new FlightKeys(request);
  await readPart(part, { keys });
  return keys.all;
}

interface PartReading {
  keys?: FlightKeys;
  onBatch?: (batch: FlightBatch, reader: FlightReader) => void;
  /** Called with the number of bytes that were read of the object, compressed or not. */
  onBytes?: (bytes: number) => void;
}

async function readPart(part: Part, { keys, onBatch, onBytes }: PartReading): Promise<FlightReader> {
  const { location, source, range, headerBytes, ...options } = part;
  if (!storages.has(location.root)) storages.set(location.root, openStorage(location));
  const storage = await storages.get(location.root)!;
  const workspace = idleWorkspaces.pop() ?? new Workspace();
  const reader: FlightReader = new FlightReader({
    ...options,
    workspace,
    ...(keys && { keys }),
    onBatch: (batch) => onBatch?.(batch, reader),
  });
  const read = async function* (range: ByteRange) {
    for await (const chunk of storage.stream(source.object, range)) {
      onBytes?.(chunk.length);
      yield chunk;
    }
  };
  const chunks = range
    ? linesStartingIn(range, { firstLineStart: headerBytes, size: source.object.size, read })
    : skip(headerBytes, openSource(source, read));
  for await (const chunk of chunks) {
    reader.push(chunk);
    if (reader.gaveUp) break;
  }
  reader.end();
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
