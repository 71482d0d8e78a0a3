import { availableParallelism } from 'node:os';
import { InputError, YearMissingError } from '../errors.ts';
import type { CountedYear } from '../flights/detect-anomalies.ts';
import { type Dialect, recognizeDialect } from '../flights/dialect.ts';
import type { BadRow } from '../flights/flight-reader.ts';
import { YearTotals } from '../flights/year-totals.ts';
import { type Source, sourcesIn } from '../io/archive.ts';
import type { Input } from '../io/input.ts';
import type { CountedBatch, Part, PartResult } from './count-part.ts';
import { readHeader } from './header.ts';
import { takeThreads } from './threads.ts';

/** Small enough that all threads end at about the same time, large enough that starting a part costs nothing. */
const partBytes = 1 << 25;
/** Over a network a part is a request. A thread reads this many at once, since each of them mostly waits. */
const streamsPerThread = 4;

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

/** A row that was left out, with the file's name and the line's number in the file. */
export interface RejectedRow extends BadRow {
  file: string;
}

/** A year's flights, counted, and how they were read. */
export interface YearRead extends CountedYear {
  files: string[];
  rows: number;
  otherYearRows: number;
  rejectedRows: RejectedRow[];
}

interface PlannedPart extends Part {
  done?: PartResult;
}

/**
 * Read a year's flights on all cores and count them per airport and day.
 * @throws InputError naming file, line and column at the first bad row beyond `maxBadRows`; when two files hold the same
 *   month; when a file holds no flights
 * @throws YearMissingError when no file holds the year
 */
export async function readYear(request: YearRequest): Promise<YearRead> {
  const parts = await plan(request);
  const totals = new YearTotals();
  let bytes = 0;
  await countAll(parts, request, (batch) => {
    totals.add(batch.airports, batch.carriers, batch.counts);
    bytes += batch.bytes;
    request.onProgress(bytes);
  });

  const rejectedRows = rejected(parts, request.maxBadRows);
  checkFiles(parts, request);
  const sum = (count: (part: PartResult) => number) => parts.reduce((total, { done }) => total + count(done!), 0);
  const causesOfMonth = Uint8Array.from({ length: 12 }, (_, month) =>
    parts.reduce((given, { done }) => given | done!.causesOfMonth[month], 0),
  );
  return {
    ...totals.finish(request.year, causesOfMonth),
    files: [...new Set(parts.map(({ source }) => source.name))],
    rows: sum(({ rows }) => rows),
    otherYearRows: sum(({ otherYearRows }) => otherYearRows),
    rejectedRows,
  };
}

/** All headers are read first: a wrong twelfth month is known before the first is counted. */
async function plan({ input, year, ofYearOnly, maxBadRows }: YearRequest): Promise<PlannedPart[]> {
  const { storage, location, objects } = input;
  const sources = (await Promise.all(objects.map((object) => sourcesIn(storage, object)))).flat();
  const planned = sources.map(async (source) => {
    const header = await readHeader(storage, source);
    const dialect: Dialect = recognizeDialect(header.text, source.name);
    const otherYears = ofYearOnly ? ('reject' as const) : ('skip' as const);
    const part = { location, source, headerBytes: header.length, dialect, year, otherYears, maxBadRows };
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

async function countAll(parts: PlannedPart[], request: YearRequest, onBatch: (batch: CountedBatch) => void) {
  const threads = takeThreads();
  const stop = () => void threads.stop();
  request.signal.addEventListener('abort', stop);
  const atOnce = threads.count * (overNetwork(request.input) ? streamsPerThread : 1);
  let badRows = 0;
  const read = async (part: PlannedPart) => {
    // Parts begin in order, so once there are too many bad rows, all that come before the first have been read.
    if (badRows > request.maxBadRows) return;
    part.done = await threads.read(part, onBatch);
    badRows += part.done.badRows.length;
  };
  try {
    await Promise.all(limited(parts, read, atOnce));
  } finally {
    request.signal.removeEventListener('abort', stop);
    await threads.stop();
  }
}

/** Runners that take the next item as soon as they are free. */
function limited<T>(items: T[], action: (item: T) => Promise<void>, runners: number): Promise<void>[] {
  const queue = items.values();
  return Array.from({ length: runners }, async () => {
    for (const item of queue) await action(item);
  });
}

/** Bad rows with their line in the file, in the order of files and lines. */
function rejected(parts: PlannedPart[], maxBadRows: number): RejectedRow[] {
  const rows: RejectedRow[] = [];
  const lines = new Map<string, number>();
  for (const { source, done } of parts) {
    if (!done) break;
    const before = lines.get(source.name) ?? 1;
    for (const bad of done.badRows) rows.push({ ...bad, file: source.name, line: before + bad.line });
    lines.set(source.name, before + done.lines);
    if (rows.length > maxBadRows) throw tooManyBadRows(rows, maxBadRows);
  }
  return rows;
}

function tooManyBadRows(rows: RejectedRow[], maxBadRows: number): InputError {
  const { file, line, column, reason } = rows[maxBadRows];
  const where = `${file}:${line}: ${column ? `column ${column}: ` : ''}${reason}`;
  const way =
    maxBadRows === 0
      ? 'correct the file, or let a few bad rows through with --max-bad-rows'
      : `more than ${maxBadRows} bad rows; correct the file, or raise --max-bad-rows`;
  return new InputError(`${where}; ${way}`);
}

function checkFiles(parts: PlannedPart[], { input, year }: YearRequest): void {
  const months = new Map<string, number>();
  const years = new Set<number>();
  for (const { source, done } of parts) {
    const of = (count: (result: PartResult) => number) =>
      parts.reduce((sum, part) => (part.source === source ? sum + count(part.done!) : sum), 0);
    if (of(({ lines }) => lines) === 0) throw new InputError(`${source.name} holds a header and no flights`);
    for (const seen of done!.years) years.add(seen);
    const before = months.get(source.name) ?? 0;
    months.set(source.name, before | done!.months);
  }
  const taken = new Map<number, string>();
  for (const [file, bits] of months) {
    for (let month = 0; month < 12; month++) {
      if (!((bits >> month) & 1)) continue;
      const other = taken.get(month);
      const name = `${year}-${String(month + 1).padStart(2, '0')}`;
      if (other) throw new InputError(`${file} and ${other} both hold flights of ${name}; remove one of the two`);
      taken.set(month, file);
    }
  }
  if (taken.size === 0) {
    const where = input.objects.map(({ key }) => input.storage.uriOf(key)).join(', ');
    const found = years.size > 0 ? `flights of ${[...years].sort().join(', ')}` : 'no flights that could be read';
    throw new YearMissingError(`the flights of ${year} are not there: ${where} holds ${found}`);
  }
}
