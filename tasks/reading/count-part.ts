import { type AirportDayCounts, countFlights } from '../flights/airport-day-counts.ts';
import type { Dialect } from '../flights/dialect.ts';
import { type BadRow, FlightReader, Workspace } from '../flights/flight-reader.ts';
import { openSource, type Source } from '../io/archive.ts';
import { type ByteRange, openStorage, type Storage, type StorageLocation } from '../io/storage.ts';
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
  months: number;
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
  /** The airports, and the lines on which each was seen first. */
  airports: string[];
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
  const { location, source, range, headerBytes, ...options } = part;
  if (!storages.has(location.root)) storages.set(location.root, openStorage(location));
  const storage = await storages.get(location.root)!;
  let bytes = 0;
  const workspace = idleWorkspaces.pop() ?? new Workspace();
  const reader = new FlightReader({
    ...options,
    workspace,
    onBatch: (batch) => {
      const { airports, carriers } = reader;
      onBatch({ airports, carriers, counts: countFlights(batch), bytes });
      bytes = 0;
    },
  });
  const read = async function* (range: ByteRange) {
    for await (const chunk of storage.stream(source.object, range)) {
      bytes += chunk.length;
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
  const { lines, rows, otherYearRows, months, causesOfMonth, saysCancelled, filledDelays, years } = reader;
  const { badRows, badRowCount, fault, airports, airportLines } = reader;
  return {
    lines,
    rows,
    otherYearRows,
    months,
    causesOfMonth,
    saysCancelled,
    filledDelays,
    years: [...years],
    badRows,
    badRowCount,
    fault,
    airports,
    airportLines,
  };
}

async function* skip(bytes: number, chunks: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  let left = bytes;
  for await (const chunk of chunks) {
    if (left < chunk.length) yield left === 0 ? chunk : chunk.subarray(left);
    left = Math.max(0, left - chunk.length);
  }
}
