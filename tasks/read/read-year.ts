import { availableParallelism } from 'node:os';
import pMap from 'p-map';
import { InputError, YearMissingError } from '../errors.ts';
import { kindOf, type Source, sourcesIn } from '../io/archive.ts';
import type { Input } from '../io/input.ts';
import { daySlots } from '../summary/calendar.ts';
import type { CountedYear } from '../summary/counted-year.ts';
import type { InputFile } from '../summary/summary-file.ts';
import { type BadRow, badRowsKept } from './bad-row.ts';
import { mostAirports } from './codes.ts';
import type { Part, PartResult } from './count-part.ts';
import type { CounterTables } from './counter-tables.ts';
import { type Dialect, recognizeDialect } from './dialect.ts';
import { tooManyAirports } from './flight-reader.ts';
import { readHeader } from './header.ts';
import { joinTables } from './joined-tables.ts';
import { type FileOfFlights, findSharedFlights } from './shared-flights.ts';
import { type Threads, takeThreads } from './threads.ts';
import { yearCounts } from './year-counts.ts';

/**
 * Size of a part: small enough that all threads end at about the same time, large enough that starting a part costs
 * nothing.
 */
const partBytes = 1 << 25;
/** Over a network a part is a request. A thread reads this many at once, since each of them mostly waits. */
const streamsPerThread = 4;
const rowGroupsPerThread = 2;

/** What to read. */
export interface YearRequest {
  input: Input;
  year: number;
  /** Whether the input's address is for this year only, so that other years in it are an error. */
  ofYearOnly: boolean;
  maxBadRows: number;
  signal: AbortSignal;
  /** Called now and then with the bytes of the input's objects read so far. */
  onProgress: (bytes: number) => void;
}

/** A row that was left out, with the file's name and the line's number in the file: in a Parquet file, the row's. */
export interface RejectedRow extends BadRow {
  file: string;
  /** Number of the row group of a Parquet file, counted from 1. */
  rowGroup: number | undefined;
}

/** A year's flights, counted, and how they were read. */
export interface YearRead extends CountedYear {
  files: InputFile[];
  rows: number;
  otherYearRows: number;
  /** The first {@link badRowsKept} rows that were left out, in the order of files and lines. */
  rejectedRows: RejectedRow[];
  /** Number of all rows that were left out. */
  rejectedCount: number;
  /** Number of cancelled flights whose delay of 0 was left out. */
  filledDelays: number;
}

interface PlannedPart extends Part {
  done?: PartResult;
}

/**
 * Read a year's flights on all cores and count them per airport and day.
 * @throws InputError naming file, line and column at the first bad row beyond `maxBadRows`, or at one airport too many;
 *   when two files hold the same flights; when a file holds no flights
 * @throws YearMissingError when no file holds the year
 */
export async function readYear(request: YearRequest): Promise<YearRead> {
  return await readParts(await plan(request), request);
}

async function readParts(parts: PlannedPart[], request: YearRequest): Promise<YearRead> {
  let total = 0;
  const tables = await countAll(parts, request, (bytes) => {
    total += bytes;
    request.onProgress(total);
  });

  const { rejectedRows, rejectedCount } = rejected(parts, request.maxBadRows);
  await checkFiles(parts, request);
  if (ignoreBlankCancellations(parts)) return await readParts(parts, request);
  const sum = (count: (part: PartResult) => number) => parts.reduce((total, { done }) => total + count(done!), 0);
  const rows = sum(({ rows }) => rows);
  return {
    ...yearCounts(joinTables(tables), { year: request.year, rows, causesOfMonth: causesOfMonth(parts) }),
    files: [...new Set(parts.map(({ source }) => source))].map(({ name, object }) => ({
      name,
      size: object.size,
      ...(object.etag && { etag: object.etag }),
    })),
    rows,
    otherYearRows: sum(({ otherYearRows }) => otherYearRows),
    rejectedRows,
    rejectedCount,
    filledDelays: sum(({ filledDelays }) => filledDelays),
  };
}

/** The causes that have minutes in a month, in all of the files that hold flights of the month. */
function causesOfMonth(parts: PlannedPart[]): Uint8Array {
  const lacking = ({ dialect }: Part) =>
    dialect.causeMinutes.reduce((bits, column, cause) => (column < 0 ? bits | (1 << cause) : bits), 0);
  return Uint8Array.from({ length: 12 }, (_, month) => {
    const ofMonth = parts.filter(({ done }) => (done!.months >> month) & 1);
    const given = ofMonth.reduce((bits, { done }) => bits | done!.causesOfMonth[month], 0);
    return given & ~ofMonth.reduce((bits, part) => bits | lacking(part), 0);
  });
}

/**
 * Take a column of cancellations that is blank in a whole file for absent. It is rare and known only at the file's end,
 * so the year is then read a second time.
 * @returns whether there is such a file
 */
function ignoreBlankCancellations(parts: PlannedPart[]): boolean {
  const saying = new Set(parts.filter(({ done }) => done!.saysCancelled).map(({ source }) => source));
  const blank = parts.filter(({ dialect, source }) => dialect.cancelled !== undefined && !saying.has(source));
  for (const part of blank) {
    const { cancelled: _, ...dialect } = part.dialect;
    part.dialect = dialect;
  }
  return blank.length > 0;
}

/** All headers are read first: a wrong twelfth month is known before the first is counted. */
async function plan({ input, year, ofYearOnly, maxBadRows }: YearRequest): Promise<PlannedPart[]> {
  const { storage, location, objects } = input;
  const sources = (await Promise.all(objects.map((object) => sourcesIn(storage, object)))).flat();
  const planned = sources.map(async (source) => {
    const otherYears = ofYearOnly ? ('reject' as const) : ('skip' as const);
    const common = { location, source, year, otherYears, maxBadRows };
    if (source.kind === 'parquet') {
      // The code that reads Parquet files is loaded only where there are any.
      const { parquetParts } = await import('./parquet-parts.ts');
      const { dialect, rowGroups } = await parquetParts(storage, source);
      return rowGroups.map((rowGroup) => ({ ...common, headerBytes: 0, dialect, rowGroup }));
    }
    const header = await readHeader(storage, source);
    const dialect: Dialect = recognizeDialect(header.text, source.name, header.firstRow);
    const part = { ...common, headerBytes: header.length, dialect };
    if (source.kind !== 'csv') return [part];
    const bytes = source.object.size - header.length;
    const size = overNetwork(input)
      ? Math.max(partBytes, Math.ceil(bytes / (availableParallelism() * streamsPerThread)))
      : partBytes;
    return ranges(source, header.length, size).map((range) => ({ ...part, range }));
  });
  return (await Promise.all(planned)).flat();
}

const overNetwork = ({ location }: Input): boolean => !location.root.startsWith('file:');

/** The bytes from `from` on, in parts of a size. */
function ranges({ object }: Source, from: number, size: number): { start: number; end: number }[] {
  const count = Math.max(1, Math.ceil((object.size - from) / size));
  return Array.from({ length: count }, (_, index) => ({
    start: from + index * size,
    end: Math.min(object.size, from + (index + 1) * size),
  }));
}

async function countAll(
  parts: PlannedPart[],
  request: YearRequest,
  onBytes: (bytes: number) => void,
): Promise<CounterTables[]> {
  // A signal that has aborted already tells nobody who listens only now.
  request.signal.throwIfAborted();
  const threads = takeThreads();
  const stop = () => void threads.stop();
  request.signal.addEventListener('abort', stop);
  let badRows = 0;
  let gaveUp = false;
  const airports = new Set<string>();
  const read = async (part: PlannedPart) => {
    // Parts begin in order, so once there are too many bad rows or airports, all that come before have been read.
    if (gaveUp) return;
    part.done = await threads.read(part, onBytes);
    for (const { airport } of part.done.airports) airports.add(airport);
    badRows += part.done.badRowCount;
    gaveUp ||= badRows > request.maxBadRows || part.done.fault !== undefined || airports.size > mostAirports;
    forgetBadRowsBeyondKept(parts);
  };
  try {
    await pMap(parts, read, { concurrency: partsAtOnce(threads, request.input) });
    return await threads.tables();
  } finally {
    request.signal.removeEventListener('abort', stop);
    await threads.stop();
  }
}

function partsAtOnce({ count }: Threads, input: Input): number {
  if (!overNetwork(input)) return count;
  // Reading a row group takes a request for each column.
  const asksMuch = input.objects.some(({ key }) => kindOf(key) === 'parquet');
  return count * (asksMuch ? rowGroupsPerThread : streamsPerThread);
}

/** Forget all bad rows of the year but the first {@link badRowsKept}, so that memory does not grow with them. */
function forgetBadRowsBeyondKept(parts: PlannedPart[]): void {
  let before = 0;
  for (const { done } of parts) {
    if (!done) continue;
    done.badRows.length = Math.min(done.badRows.length, Math.max(0, badRowsKept - before));
    before += done.badRows.length;
  }
}

/**
 * Bad rows with their line in the file, in the order of files and lines.
 * @throws InputError when there are too many of them, or too many airports, or when a file is none of flights
 */
function rejected(parts: PlannedPart[], maxBadRows: number): Pick<YearRead, 'rejectedRows' | 'rejectedCount'> {
  const rejectedRows: RejectedRow[] = [];
  let rejectedCount = 0;
  const airports = new Set<string>();
  const lines = new Map<Source, number>();
  for (const { source, rowGroup, done, dialect } of parts) {
    if (!done) break;
    const before = lines.get(source) ?? (rowGroup ? 0 : 1);
    const inFile = (row: BadRow) => ({
      ...row,
      file: source.name,
      line: before + row.line,
      rowGroup: rowGroup?.number,
    });
    for (const bad of done.badRows) rejectedRows.push(inFile(bad));
    rejectedCount += done.badRowCount;
    lines.set(source, before + done.lines);
    if (rejectedCount > maxBadRows) throw tooManyBadRows(rejectedRows, maxBadRows);
    if (done.fault) throw new InputError(placed(inFile(done.fault)));
    for (const { airport, line } of done.airports) {
      airports.add(airport);
      if (airports.size <= mostAirports) continue;
      const reason = `${JSON.stringify(airport)} ${tooManyAirports}`;
      const column = dialect.names[dialect.origin];
      throw new InputError(placed(inFile({ line, column, reason, text: '' })));
    }
  }
  return { rejectedRows, rejectedCount };
}

function placed({ file, line, rowGroup, column, reason }: RejectedRow): string {
  const where = rowGroup === undefined ? `${file}:${line}` : `${file}: row ${line} (row group ${rowGroup})`;
  return `${where}: ${column ? `column ${column}: ` : ''}${reason}`;
}

/** @param rows the first bad rows; those of a file of nothing else are not all known */
function tooManyBadRows(rows: RejectedRow[], maxBadRows: number): InputError {
  if (maxBadRows === 0) {
    return new InputError(`${placed(rows[0])}; correct the file, or let a few bad rows through with --max-bad-rows`);
  }
  const way = `more than ${maxBadRows} bad rows${rows[maxBadRows] ? '' : ', of which this is the first'}`;
  return new InputError(`${placed(rows[maxBadRows] ?? rows[0])}; ${way}; correct the file, or raise --max-bad-rows`);
}

async function checkFiles(parts: PlannedPart[], request: YearRequest): Promise<void> {
  const { input, year } = request;
  const sources = new Set(parts.map(({ source }) => source));
  const months = new Map<Source, number>();
  const years = new Set<number>();
  for (const source of sources) {
    const done = parts.filter((part) => part.source === source).map((part) => part.done!);
    const isEmpty = done.every(({ rows, otherYearRows, badRows }) => rows + otherYearRows + badRows.length === 0);
    if (isEmpty) {
      const what = source.kind === 'parquet' ? 'no rows; expected flights' : 'a header and no flights';
      throw new InputError(`${source.name} holds ${what}`);
    }
    for (const part of done) for (const seen of part.years) years.add(seen);
    months.set(
      source,
      done.reduce((bits, part) => bits | part.months, 0),
    );
  }
  if ([...months.values()].every((bits) => bits === 0)) {
    const where = input.objects.map(({ key }) => input.storage.uriOf(key)).join(', ');
    const found = years.size > 0 ? `flights of ${[...years].sort().join(', ')}` : 'no flights that could be read';
    throw new YearMissingError(`the flights of ${year} are not there: ${where} holds ${found}`);
  }
  if (sources.size === 1) return;
  const list = [...sources];
  const found = await findShared(list, parts, request);
  if (!found) return;
  const [one, other] = found.files.map((file) => list[file].name);
  throw new InputError(
    `${one} and ${other} hold the same flights: ${found.shared} of the ${found.of} flights of the smaller file are in both; remove one of the two`,
  );
}

/** Look for flights that are in two files. Files are read a second time only when they may hold the same flights. */
async function findShared(sources: Source[], parts: PlannedPart[], request: YearRequest) {
  request.signal.throwIfAborted();
  let threads: Threads | undefined;
  const stop = () => void threads?.stop();
  request.signal.addEventListener('abort', stop);
  const partsOf = (source: Source) => parts.filter((part) => part.source === source);
  const files = sources.map((source) => describe(partsOf(source)));
  try {
    return await findSharedFlights(files, async (indexes, keys) => {
      request.signal.throwIfAborted();
      const reading = (threads ??= takeThreads());
      const ofParts = indexes.flatMap((file) => partsOf(sources[file]).map((part) => ({ file, part })));
      const found = await pMap(
        ofParts,
        async ({ file, part: { done: _, ...part } }) => ({ file, keys: await reading.keysOf(part, keys) }),
        { concurrency: partsAtOnce(reading, request.input) },
      );
      return indexes.map((file) => joined(found.filter((each) => each.file === file).map(({ keys }) => keys)));
    });
  } finally {
    request.signal.removeEventListener('abort', stop);
    await threads?.stop();
  }
}

/** Describe a file by the results of its parts. */
function describe(parts: PlannedPart[]): FileOfFlights {
  const done = parts.map((part) => part.done!);
  const [{ dialect }] = parts;
  const sum = (count: (part: PartResult) => number) => done.reduce((total, part) => total + count(part), 0);
  const isNumbered = dialect.flightNumber !== undefined && dialect.carrier !== undefined;
  const namesAll = dialect.carrier !== undefined && !done.some(({ hasOtherCarriers }) => hasOtherCarriers);
  return {
    days: Uint8Array.from({ length: daySlots }, (_, day) => (done.some(({ days }) => days[day]) ? 1 : 0)),
    airports: new Set(done.flatMap(({ airports }) => airports.map(({ airport }) => airport))),
    carriers: namesAll ? new Set(done.flatMap(({ carriers }) => carriers)) : undefined,
    rows: sum(({ rows }) => rows),
    numberedRows: isNumbered ? sum(({ rows, unnumberedRows }) => rows - unnumberedRows) : 0,
  };
}

function joined(arrays: Float64Array[]): Float64Array {
  const all = new Float64Array(arrays.reduce((total, { length }) => total + length, 0));
  let at = 0;
  for (const each of arrays) {
    all.set(each, at);
    at += each.length;
  }
  return all;
}
