import { dayOfYear, daySlots, monthOf } from '../summary/calendar.ts';
import { causes } from '../summary/causes.ts';
import type { DateReader } from './date-reader.ts';
import type { Dialect } from './dialect.ts';
import { batchRows } from './flight-batch.ts';
import { flightRowsWasm } from './flight-rows.wasm.ts';
import type { StructuralIndex } from './structural-index.ts';

interface Exports {
  describe(from: number): void;
  read(line: number, lines: number, most: number, dateLength: number, dateDay: number): number;
  explainedRows: WebAssembly.Global;
}

/** What `noCode` stands for: a carrier or a destination without a column. */
export const noCode = 65_535;
const longestDate = 32;
const numbersDescribed = 32;
/** Bytes that it needs behind a {@link StructuralIndex}. */
export const flightRowsBytes = batchRows * (2 * 6 + 1 + 2 * causes.length) + 2_048;

let compiled: WebAssembly.Module | undefined;

/**
 * Reads the rows of an indexed block that are as most rows are: their columns, of the last call. The memory is used again
 * for the next one.
 */
export class FlightRows {
  /** Three letters as a number in base 26. */
  readonly origin: Uint16Array;
  readonly day: Uint16Array;
  readonly departureDelay: Int16Array;
  /** Two bytes as a number, or {@link noCode}. */
  readonly carrier: Uint16Array;
  /** Number of the destination's airport, counted like the origin's, or {@link noCode}. */
  readonly destination: Uint16Array;
  readonly hour: Uint8Array;
  /** Rows that have minutes by cause, and the minutes. */
  readonly explained: Uint16Array;
  readonly minutes: Int16Array;
  /** For each month, bit c is set when a row since {@link describe} gave minutes for the c-th cause. */
  readonly causesOfMonth: Uint8Array;
  /** Memory for the bytes of the date that was read last. */
  readonly lastDate: DataView;
  readonly #index: StructuralIndex;
  readonly #firstDays: Uint16Array;
  readonly #monthOfDay: Uint8Array;
  readonly #causeColumns: Int32Array;
  readonly #description: Int32Array;
  readonly #exports: Exports;

  /** @param index has {@link flightRowsBytes} of memory behind it */
  constructor(index: StructuralIndex) {
    this.#index = index;
    const { memory } = index;
    let free = index.end;
    const place = (bytes: number) => {
      const at = free;
      free += Math.ceil(bytes / 8) * 8;
      return at;
    };
    const words = (count: number) => new Uint16Array(memory.buffer, place(2 * count), count);
    const bytes = (count: number) => new Uint8Array(memory.buffer, place(count), count);
    this.origin = words(batchRows);
    this.day = words(batchRows);
    this.departureDelay = new Int16Array(memory.buffer, place(2 * batchRows), batchRows);
    this.carrier = words(batchRows);
    this.destination = words(batchRows);
    this.hour = bytes(batchRows);
    this.explained = words(batchRows);
    this.minutes = new Int16Array(memory.buffer, place(2 * batchRows * causes.length), batchRows * causes.length);
    this.causesOfMonth = bytes(12);
    this.lastDate = new DataView(memory.buffer, place(longestDate), longestDate);
    this.#firstDays = words(13);
    this.#monthOfDay = bytes(daySlots);
    this.#causeColumns = new Int32Array(memory.buffer, place(4 * causes.length), causes.length);
    this.#description = new Int32Array(memory.buffer, place(4 * numbersDescribed), numbersDescribed);
    compiled ??= new WebAssembly.Module(Buffer.from(flightRowsWasm, 'base64'));
    this.#exports = new WebAssembly.Instance(compiled, { env: { memory } }).exports as unknown as Exports;
  }

  /** Say what the rows of a file look like. */
  describe(dialect: Dialect, year: number): void {
    const { block, positions, ends } = this.#index;
    this.causesOfMonth.fill(0);
    this.#firstDays.set(Array.from({ length: 12 }, (_, month) => dayOfYear(year, month + 1, 1)));
    this.#firstDays[12] = dayOfYear(year, 12, 31) + 1;
    this.#monthOfDay.set(Array.from({ length: daySlots }, (_, day) => monthOf(year, day)));
    this.#causeColumns.set(dialect.causeMinutes);
    const ofCauses = dialect.causeMinutes.filter((column) => column >= 0);
    const [date, month = -1, dayOfMonth = -1] = dialect.date;
    const { cancelled = -1, carrier = -1, destination = -1, scheduledDeparture = -1, flightNumber = -1 } = dialect;
    // The order is that of the variables in flight-rows.as.ts.
    const addresses = [
      ...[block, positions, ends, this.lastDate, this.#firstDays, this.#monthOfDay, this.#causeColumns],
      ...[this.origin, this.day, this.departureDelay, this.carrier, this.destination, this.hour],
      ...[this.explained, this.minutes, this.causesOfMonth],
    ].map(({ byteOffset }) => byteOffset);
    const columns = [
      ...[dialect.fieldCount, Number(dialect.endsInComma), year, date, month, dayOfMonth],
      ...[dialect.origin, dialect.departureDelay, cancelled, carrier, destination, scheduledDeparture, flightNumber],
      ...(ofCauses.length > 0 ? [Math.min(...ofCauses), Math.max(...ofCauses)] : [-1, -1]),
      causes.length,
    ];
    this.#description.set([...addresses, ...columns]);
    this.#exports.describe(this.#description.byteOffset);
  }

  /** How many rows of the last call have minutes by cause. */
  get explainedRows(): number {
    return this.#exports.explainedRows.value;
  }

  /**
   * Read rows until one is not as most are.
   * @param line the first to read
   * @param lines of the block
   * @param most rows to read, no more than a batch has
   * @param dates knows what date was read last
   * @returns how many were read
   */
  read(line: number, lines: number, most: number, { lastLength, lastDay }: DateReader): number {
    return this.#exports.read(line, lines, most, lastDay < 0 ? 0 : lastLength, lastDay);
  }
}
