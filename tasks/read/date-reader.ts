import { dayOfYear } from '../summary/calendar.ts';
import type { Dialect } from './dialect.ts';
import { dateIn, integerAt, textAt } from './field-values.ts';
import type { StructuralIndex } from './structural-index.ts';

/** What {@link DateReader.dayAt} answers for a field that holds no date. */
const badDate = -1;
/** What {@link DateReader.dayAt} answers for a date of another year. */
export const otherYear = -2;

const dash = 45;
const zero = 48;

/** Reads the dates of one file's rows. */
export class DateReader {
  /** The years that were seen. */
  readonly years = new Set<number>();
  readonly #columns: Dialect['date'];
  readonly #year: number;
  readonly #index: StructuralIndex;

  /** The bytes of the last date. They are kept because neighbouring rows mostly have the same date. */
  readonly #lastDate: DataView;
  /** Number of bytes of the last date; −1 for one that is too long to be kept, and before the first. */
  lastLength = -1;
  /** The day that the last date was read as. */
  lastDay = badDate;

  /** @param lastDate memory for the last date */
  constructor(columns: Dialect['date'], year: number, index: StructuralIndex, lastDate: DataView) {
    this.#lastDate = lastDate;
    this.#columns = columns;
    this.#year = year;
    this.#index = index;
  }

  /**
   * Zero-based day of the year asked for, {@link otherYear} or {@link badDate}.
   * @param lineStart offset of the row in the indexed block
   * @param lineFirst index of the row's first separator
   */
  dayAt(lineStart: number, lineFirst: number): number {
    const columns = this.#columns;
    const { block, positions } = this.#index;
    const startOf = (column: number) => (column === 0 ? lineStart : positions[lineFirst + column - 1] + 1);
    if (columns.length === 3) {
      const [year, month, day] = columns.map((column) =>
        integerAt(block, startOf(column), positions[lineFirst + column]),
      );
      return this.#dayOf(year, month, day);
    }
    const [column] = columns;
    const start = column === 0 ? lineStart : positions[lineFirst + column - 1] + 1;
    const length = positions[lineFirst + column] - start;
    if (this.#isLastDate(start, length)) return this.lastDay;
    const parts = isoDateAt(block, start, length) ?? dateIn(textAt(block, start, start + length));
    const day = parts ? this.#dayOf(...parts) : badDate;
    if (length >= 4 && length <= this.#lastDate.byteLength) {
      block.copy(new Uint8Array(this.#lastDate.buffer, this.#lastDate.byteOffset), 0, start, start + length);
      this.lastLength = length;
      this.lastDay = day;
    }
    return day;
  }

  /** Whether these bytes are the last date's, four at a time; the last four may overlap the ones before. */
  #isLastDate(start: number, length: number): boolean {
    if (length !== this.lastLength) return false;
    const { view } = this.#index;
    const last = this.#lastDate;
    for (let at = 0; at < length - 4; at += 4) if (view.getUint32(start + at) !== last.getUint32(at)) return false;
    return view.getUint32(start + length - 4) === last.getUint32(length - 4);
  }

  #dayOf(year: number, month: number, day: number): number {
    const result = Number.isInteger(year) ? dayOfYear(year, month, day) : badDate;
    if (result === badDate) return badDate;
    this.years.add(year);
    return year === this.#year ? result : otherYear;
  }
}

/** The parts of `2013-01-31` without a detour over text; undefined for anything else. */
function isoDateAt(bytes: Buffer, start: number, length: number): [number, number, number] | undefined {
  if (length !== 10 || bytes[start + 4] !== dash || bytes[start + 7] !== dash) return undefined;
  const year = digitsAt(bytes, start, start + 4);
  const month = digitsAt(bytes, start + 5, start + 7);
  const day = digitsAt(bytes, start + 8, start + 10);
  return year >= 0 && month >= 0 && day >= 0 ? [year, month, day] : undefined;
}

/** The number that digits stand for; NaN where there is anything else. */
function digitsAt(bytes: Buffer, start: number, end: number): number {
  let value = 0;
  for (let at = start; at < end; at++) {
    const digit = bytes[at] - zero;
    if (digit >>> 0 > 9) return NaN;
    value = value * 10 + digit;
  }
  return value;
}
