import { openSource, type Source } from '../io/archive.ts';
import type { ByteRange, Storage } from '../io/storage.ts';
import type { Dialect } from './dialect.ts';
import { dateIn } from './field-values.ts';

/** A file that holds flights of the same months as another. */
export interface OverlappingSource {
  source: Source;
  dialect: Dialect;
}

/** Two files that hold the same flights. */
export interface SharedFlights {
  /** Indexes of the two sources. */
  files: [number, number];
  /** Flights that are in both. */
  shared: number;
  /** Flights of the smaller file. */
  of: number;
}

/** Rows are compared by a hash of 40 bits, which leaves 13 bits of a whole number for the file's index. */
const hashes = 2 ** 40;
const mostFiles = 2 ** 13;
/** A carrier uses a number twice a day now and then, so a few flights in common are not the same flights. */
const ordinaryShare = { withNumber: 0.01, withoutNumber: 0.95 };

/**
 * Find two files that hold the same flights. Parts of a year, by carrier, airport or day, share none. A flight is known
 * by its date, origin, carrier and number; in files without numbers its delay stands for the number, and only files that
 * are nearly the same count as such.
 * @returns the pair that shares the most; undefined when no two files hold the same flights
 */
export async function findSharedFlights(
  storage: Storage,
  sources: OverlappingSource[],
): Promise<SharedFlights | undefined> {
  const numbered = sources.every(({ dialect }) => dialect.flightNumber !== undefined && dialect.carrier !== undefined);
  const keys: Float64Array[] = [];
  for (const [file, source] of sources.slice(0, mostFiles).entries()) {
    keys.push(await keysOf(storage, source, { file, numbered }));
  }
  const sorted = new Float64Array(keys.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const each of keys) {
    sorted.set(each, at);
    at += each.length;
  }
  sorted.sort();
  const least = (pair: number) => Math.min(...filesOf(pair).map((file) => keys[file].length));
  const shares = [...countPairs(sorted)].map(([pair, shared]) => ({ files: filesOf(pair), shared, of: least(pair) }));
  const ordinary = numbered ? ordinaryShare.withNumber : ordinaryShare.withoutNumber;
  return shares.filter(({ shared, of }) => shared > ordinary * of).sort((a, b) => b.shared - a.shared)[0];
}

/** A number for each flight of a file: its hash, and behind it the file's index. */
async function keysOf(
  storage: Storage,
  { source, dialect }: OverlappingSource,
  { file, numbered }: { file: number; numbered: boolean },
): Promise<Float64Array> {
  let found = new Float64Array(1 << 16);
  let count = 0;
  for await (const line of linesOf(storage, source)) {
    const key = keyOf(fieldsOf(line), dialect, numbered);
    if (key === undefined) continue;
    if (count === found.length) {
      const larger = new Float64Array(2 * count);
      larger.set(found);
      found = larger;
    }
    found[count++] = hash(key) * mostFiles + file;
  }
  return found.subarray(0, count);
}

/** How many flights each pair of files has in common. */
function countPairs(sorted: Float64Array): Map<number, number> {
  const pairs = new Map<number, number>();
  for (let start = 0, end = 0; start < sorted.length; start = end) {
    const key = Math.floor(sorted[start] / mostFiles);
    const counts = new Map<number, number>();
    for (end = start; end < sorted.length && Math.floor(sorted[end] / mostFiles) === key; end++) {
      const file = sorted[end] - key * mostFiles;
      counts.set(file, (counts.get(file) ?? 0) + 1);
    }
    const files = [...counts];
    for (let i = 1; i < files.length; i++) {
      for (let j = 0; j < i; j++) {
        const pair = files[j][0] * mostFiles + files[i][0];
        pairs.set(pair, (pairs.get(pair) ?? 0) + Math.min(files[i][1], files[j][1]));
      }
    }
  }
  return pairs;
}

function filesOf(pair: number): [number, number] {
  return [Math.floor(pair / mostFiles), pair % mostFiles];
}

/** The lines of a source behind its header. */
async function* linesOf(storage: Storage, source: Source): AsyncIterable<string> {
  const read = (range: ByteRange) => storage.stream(source.object, range);
  let rest = '';
  let isHeader = true;
  for await (const chunk of openSource(source, read)) {
    // Each byte is a letter: what is compared are codes and numbers.
    const lines = (rest + Buffer.from(chunk).toString('latin1')).split('\n');
    rest = lines.pop()!;
    for (const line of lines) {
      if (isHeader) isHeader = false;
      else yield line;
    }
  }
  if (rest !== '') yield rest;
}

const quotedField = /(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g;

function fieldsOf(line: string): string[] {
  if (!line.includes('"')) return line.split(',');
  return Array.from(line.matchAll(quotedField), ([, quoted, plain]) => quoted ?? plain);
}

/** What makes a flight the same in two files; undefined for a row without a date. */
function keyOf(fields: string[], dialect: Dialect, numbered: boolean): string | undefined {
  const { date, origin, carrier = -1, flightNumber = -1, departureDelay } = dialect;
  if (fields.length !== dialect.fieldCount) return undefined;
  const text = (column: number) => fields[column]?.trim() ?? '';
  const day = date.length === 3 ? date.map((column) => Number(text(column))) : dateIn(text(date[0]));
  if (!day) return undefined;
  const number = (column: number) => (text(column) === '' ? '' : String(Number(text(column))));
  const flight = numbered ? [text(carrier), number(flightNumber)] : [number(departureDelay)];
  return [...day, text(origin), ...flight].join();
}

/** 40 bits of a text. Source: the two multiplicative hashes of MurmurHash3's finalizer, run side by side. */
function hash(text: string): number {
  let high = 0xdeadbeef;
  let low = 0x41c6ce57;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    high = Math.imul(high ^ code, 0x85ebca6b);
    low = Math.imul(low ^ code, 0xc2b2ae35);
    high ^= high >>> 15;
    low ^= low >>> 13;
  }
  return ((high >>> 0) * 2 ** 8 + ((low ^ (low >>> 16)) & 0xff)) % hashes;
}
