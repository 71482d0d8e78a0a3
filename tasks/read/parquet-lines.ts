import { InputError } from '../errors.ts';
import { DamagedError, type ReadRange } from '../io/archive.ts';
import type { BitRuns } from '../io/bit-runs.ts';
import { joinRanges } from '../io/joined-ranges.ts';
import type { ParquetChunk } from '../io/open-parquet.ts';
import { type Dictionary, type Page, pagesOf } from '../io/parquet-pages.ts';
import type { PlainValues } from '../io/plain-values.ts';
import { blank, FieldTable, fieldBytes, fieldWords } from './field-table.ts';
import { type Format, formatOf, type Role } from './parquet-values.ts';

/** Rows taken from the columns at once. */
const rowsAtOnce = 1 << 12;
const lineBytes = 1 << 17;
const newline = 10;

/** The columns of flights in a row group. */
export interface RowGroup {
  /** Number of the row group, counted from 1. */
  number: number;
  rows: number;
  columns: FlightColumn[];
}

/** A column of flights in a row group. */
export interface FlightColumn extends ParquetChunk {
  role: Role;
}

/**
 * The rows of a row group as lines of a CSV file that has these columns, so that one reader reads both.
 * @param file its name, for messages
 * @throws DamagedError naming file, column and row group
 */
export async function* linesOfRowGroup(
  { rows, columns }: RowGroup,
  file: string,
  read: ReadRange,
): AsyncIterable<Uint8Array> {
  const joined = joinRanges(
    columns.map(({ range }) => range),
    read,
  );
  const readers = columns.map((column) => new ColumnReader(column, file, joined.read));
  const lines = Buffer.allocUnsafe(lineBytes);
  const view = new DataView(lines.buffer, lines.byteOffset, lines.byteLength);
  let used = 0;
  for (let left = rows; left > 0; ) {
    await Promise.all(readers.filter((reader) => reader.left === 0).map((reader) => reader.turn()));
    const size = Math.min(rowsAtOnce, ...readers.map((reader) => reader.left));
    for (const reader of readers) reader.take(size);
    const longestLine = readers.reduce((sum, { table }) => sum + table.longest, 0);
    for (let row = 0; row < size; ) {
      const end = Math.min(size, row + Math.floor((lines.length - used) / longestLine));
      used = writeLines(readers, { row, end, lines, view, start: used });
      row = end;
      if (row === size) break;
      yield lines.subarray(0, used);
      used = 0;
    }
    left -= size;
  }
  yield lines.subarray(0, used);
  await Promise.all(readers.map((reader) => reader.end()));
  await joined.end();
}

interface Destination {
  /** The rows to write, from `row` up to `end`. */
  row: number;
  end: number;
  lines: Buffer;
  /** The same memory. */
  view: DataView;
  /** Where to write; there is room for fields as long as the longest. */
  start: number;
}

function writeLines(readers: ColumnReader[], { row: first, end, lines, view, start }: Destination): number {
  let at = start;
  for (let row = first; row < end; row++) {
    for (let column = 0; column < readers.length; column++) {
      const { fields, table } = readers[column];
      const field = fields[row];
      const { words } = table;
      const size = table.sizes[field];
      if (size <= fieldBytes) {
        const word = field * fieldWords;
        view.setInt32(at, words[word], true);
        view.setInt32(at + 4, words[word + 1], true);
        view.setInt32(at + 8, words[word + 2], true);
      } else lines.set(table.long.get(field)!, at);
      at += size;
    }
    // The line end takes the place of the last field's comma.
    lines[at - 1] = newline;
  }
  return at;
}

/** Reads a column a few rows at a time. */
class ColumnReader {
  /** Number of rows that are left of the page. */
  left = 0;
  /** For each row that was taken, the number of its field, or {@link blank}. */
  readonly fields = new Int32Array(rowsAtOnce);
  /** The fields. */
  table: FieldTable;

  readonly #file: string;
  readonly #column: FlightColumn;
  readonly #pages: AsyncGenerator<Page>;
  readonly #format: Format;
  /** Fields of values that are in no dictionary. */
  readonly #others: FieldTable;
  #page: Page | undefined;
  #dictionary: Dictionary | undefined;
  #entries: FieldTable;
  readonly #present = new Uint8Array(rowsAtOnce);
  readonly #indexes = new Int32Array(rowsAtOnce);

  constructor(column: FlightColumn, file: string, read: ReadRange) {
    const format = formatOf(column, column.role);
    if (typeof format === 'string') throw new InputError(`${file}: column ${column.name} ${format}`);
    this.#format = format;
    this.#column = column;
    this.#file = file;
    this.#pages = pagesOf(column, file, read);
    this.#others = new FieldTable(format);
    this.#entries = this.#others;
    this.table = this.#others;
  }

  /** Go on to the next page. */
  async turn(): Promise<void> {
    const { value } = await this.#pages.next();
    const page = value as Page;
    this.#page = page;
    this.left = page.rows;
    if (!('dictionary' in page.values)) {
      this.table = this.#others;
      return;
    }
    const { dictionary } = page.values;
    if (dictionary !== this.#dictionary) {
      this.#entries = new FieldTable(this.#format);
      this.#attempt(() => this.#entries.addAll(dictionary));
      this.#dictionary = dictionary;
    }
    this.table = this.#entries;
  }

  /** Let go of the pages. */
  async end(): Promise<void> {
    await this.#pages.return(undefined);
  }

  /** Take rows of the page. */
  take(rows: number): void {
    this.left -= rows;
    this.#attempt(() => this.#takeFields(this.#page!, rows));
  }

  #takeFields({ present, values }: Page, rows: number): void {
    const all = present?.sameFor(rows) ?? 1;
    present?.read(this.#present, rows);
    let count = all === 1 ? rows : 0;
    if (all < 0) for (let row = 0; row < rows; row++) count += this.#present[row];
    const fields = this.fields;
    const found = count === rows ? fields : this.#indexes;
    if ('dictionary' in values) this.#takeIndexes(values.indexes, found, count);
    else this.#takeValues(values, found, count);
    if (count === rows) return;
    for (let row = 0, at = 0; row < rows; row++) fields[row] = this.#present[row] === 1 ? found[at++] : blank;
  }

  #takeIndexes(indexes: BitRuns, found: Int32Array, count: number): void {
    const entries = this.#dictionary!.count;
    indexes.read(found, count);
    for (let at = 0; at < count; at++) {
      const index = found[at];
      if (index >= entries) throw new Error(`entry ${index} of a dictionary of ${entries}`);
      found[at] = index + 1;
    }
  }

  #takeValues(values: PlainValues, found: Int32Array, count: number): void {
    this.#others.clearWhenFull();
    this.#others.numbersOf(values, found, count);
  }

  #attempt(action: () => void): void {
    try {
      action();
    } catch (error) {
      const { name, rowGroup } = this.#column;
      throw new DamagedError(
        this.#file,
        `is damaged (column ${name}, row group ${rowGroup}: ${(error as Error).message})`,
      );
    }
  }
}
