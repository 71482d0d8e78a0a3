import { dayOfYear, daySlots, monthOf } from '../summary/calendar.ts';
import { causes } from '../summary/causes.ts';
import type { Dialect } from './dialect.ts';
import { dateIn, integerAt, notAnInteger, textAt } from './field-values.ts';
import { type FlightKeys, hashOf } from './flight-keys.ts';
import { StructuralIndex } from './structural-index.ts';

/**
 * Flights in columns, and apart the few that differ from the rest. An airport-day is the airport's index ×
 * {@link daySlots} + the zero-based day of the year. The arrays are reused for the next batch.
 */
export interface FlightBatch {
  airportDay: Uint32Array;
  /** Whole minutes, NaN where the flight has none. */
  departureDelay: Float32Array;
  /** Index of the carrier's code, or {@link noCarrier}. */
  carrier: Uint8Array;
  /** The flights that were cancelled; null where the file does not say. */
  cancelled: CancelledFlights | null;
  /** The flights whose delay has causes. */
  explained: ExplainedFlights;
  /** Airport-days of the rows without a flight number; empty where the file has no such column. */
  unnumbered: Uint32Array;
}

/** Cancelled flights of a batch. */
export interface CancelledFlights {
  /** Row in the batch. */
  row: Uint32Array;
  /** 1, 2, … for the causes in their order, 0 where the file has none. */
  cause: Uint8Array;
}

/** Flights of a batch of which the file says why they were late. */
export interface ExplainedFlights {
  airportDay: Uint32Array;
  /** Minutes for each of {@link causes}, flight after flight; 0 where the file has none. */
  minutes: Int16Array;
}

/** A flight whose carrier the file does not name by a code, or the 256th carrier of a file. */
export const noCarrier = 255;

/** A row that could not be read, and why. */
export interface BadRow {
  /** Counted from 1 in what was pushed. */
  line: number;
  /** The column's name in the file; '' when the fault is the line's. */
  column: string;
  /** A sentence's end: `"abc" is not …; expected …`. */
  reason: string;
  /** The line, or the beginning of a long one. */
  text: string;
}

/** What to read, and where it goes. */
export interface FlightReaderOptions {
  dialect: Dialect;
  year: number;
  /** `reject`: a row of another year is bad. `skip`: it is counted and left out. */
  otherYears: 'reject' | 'skip';
  /** Reading stops at one bad row more than this. */
  maxBadRows: number;
  onBatch: (batch: FlightBatch) => void;
  /** Takes a number for each flight by which it is known in another file, too. */
  keys?: FlightKeys;
  /** Memory to work in, of which only one reader at a time may make use. */
  workspace?: Workspace;
}

/** What a reader needs megabytes for; making it anew for each part of a file would take longer than its rows. */
export class Workspace {
  readonly index = new StructuralIndex(blockBytes);
  readonly batch = {
    airportDay: new Uint32Array(batchRows),
    departureDelay: new Float32Array(batchRows),
    carrier: new Uint8Array(batchRows),
    cancelled: { row: new Uint32Array(batchRows), cause: new Uint8Array(batchRows) },
    explained: { airportDay: new Uint32Array(batchRows), minutes: new Int16Array(batchRows * causes.length) },
    unnumbered: new Uint32Array(batchRows),
  };
}

/** Bytes indexed at once: the block, its index and the batch stay in the processor's cache. */
const blockBytes = 1 << 17;
const batchRows = 1 << 16;
/** Sooner or later than any flight ever left (a week): a typo, not a delay. */
const longestDelayMinutes = 10_080;

/** Bytes of a field or an endless line that are shown in a message. */
const longestQuote = 60;

/**
 * Bad rows of which a reader keeps the reason and the text; all are counted. A file of nothing but bad rows would else
 * be kept in memory whole.
 */
export const badRowsKept = 10_000;
/** Bytes of a bad row that are kept, several times as many as a flight has. */
const longestBadRow = 1_000;

/**
 * More than there are: the largest year has fewer than 500, and all years since 1987 have 2,154 between them. A column of
 * something else than airports is noticed before its counts fill the memory.
 */
export const mostAirports = 3_000;
/** What is said of an airport beyond them. */
export const tooManyAirports = `is one airport more than ${mostAirports}; expected a column of airports, of which a year has fewer than 500`;

const newline = 10;
const quote = 34;
const dash = 45;
const zero = 48;
const letterA = 65;
const letterCount = 26;
/** In the order of {@link cancellationCauses}. */
const cancellationCodes = ['A', 'B', 'C', 'D'];

const badDate = -1;
const otherYear = -2;
const badAirport = -1;
const oneTooMany = -2;
const airportCode = /^[A-Z0-9]{2,5}$/;
/** `PA (1)` is an earlier carrier of the code PA. */
const carrierCode = /^[A-Z0-9]{2,3}(?: \(\d\))?$/;

/**
 * Reads lines of flights from bytes, pushed in chunks of any size, into {@link FlightBatch}es. A line is a row: quotes
 * may hold commas, but no line end.
 */
export class FlightReader {
  /** Codes of the airports seen, by airport index. */
  readonly airports: string[] = [];
  /** The line on which each of them was seen first, counted like those of bad rows. */
  readonly airportLines: number[] = [];
  /** Codes of the carriers seen, by carrier index. */
  readonly carriers: string[] = [];
  /** The first {@link badRowsKept} bad rows. */
  readonly badRows: BadRow[] = [];
  /** All of them. */
  badRowCount = 0;
  /** Why nothing further is read, however many bad rows are let through: this is no file of flights. */
  fault: BadRow | undefined;
  /** Years seen in the rows. */
  readonly years = new Set<number>();
  /** Lines read so far. */
  lines = 0;
  /** Rows of the year that were read. */
  rows = 0;
  /** Rows of other years that were skipped. */
  otherYearRows = 0;
  /** 1 for each day of the year of which a row was read. */
  readonly days = new Uint8Array(daySlots);
  /** Rows of the year without a flight number, where there is such a column. */
  unnumberedRows = 0;
  /** Whether a row names its carrier by anything but a code, or not at all. */
  hasOtherCarriers = false;
  /** Whether any row says that its flight was cancelled, or that it was not. */
  saysCancelled = false;
  /** Cancelled flights with a delay of 0, which says that a blank was filled; they have no departure delay. */
  filledDelays = 0;
  /** Of each month, bit c is set when a row gave minutes for the c-th of {@link causes}. */
  readonly causesOfMonth = new Uint8Array(12);

  readonly #options: FlightReaderOptions;
  readonly #index: StructuralIndex;
  /** Bytes at the start of the block that wait for their line end. */
  #pending = 0;

  readonly #batch: Workspace['batch'];
  #batchRows = 0;
  #cancelledRows = 0;
  #explainedRows = 0;
  #unnumberedRows = 0;

  readonly #monthOfDay: Uint8Array;
  readonly #airportIndexes = new Map<string, number>();
  /** Three capital letters read as a number → airport index, or −1. */
  readonly #airportOfLetters = new Int16Array(letterCount ** 3).fill(badAirport);
  /** Two bytes read as a number → carrier index, or {@link noCarrier}. */
  readonly #carrierOfBytes = new Uint8Array(1 << 16).fill(noCarrier);
  readonly #airportHashes: number[] = [];
  readonly #carrierHashes: number[] = [];
  readonly #firstCause: number;
  readonly #lastCause: number;

  /** The bytes of the last date and what they came to: neighbouring rows mostly share it. */
  readonly #lastDate = new DataView(new ArrayBuffer(32));
  #lastDateLength = -1;
  #lastDay = badDate;

  constructor(options: FlightReaderOptions) {
    this.#options = options;
    this.#monthOfDay = Uint8Array.from({ length: daySlots }, (_, day) => monthOf(options.year, day));
    ({ index: this.#index, batch: this.#batch } = options.workspace ?? new Workspace());
    const columns = options.dialect.causeMinutes.filter((column) => column >= 0);
    this.#firstCause = Math.min(...columns);
    this.#lastCause = Math.max(...columns);
  }

  /** Bit m is set when a row of the zero-based month m was read. */
  get months(): number {
    return this.days.reduce((months, read, day) => (read ? months | (1 << this.#monthOfDay[day]) : months), 0);
  }

  /** More than `maxBadRows` rows were bad, or this is no file of flights; nothing further is read. */
  get gaveUp(): boolean {
    return this.fault !== undefined || this.badRowCount > this.#options.maxBadRows;
  }

  /**
   * Read the lines that end in this chunk; the rest waits for the next.
   */
  push(chunk: Uint8Array): void {
    const { block } = this.#index;
    for (let taken = 0; taken < chunk.length && !this.gaveUp; ) {
      const size = Math.min(chunk.length - taken, blockBytes - this.#pending);
      block.set(chunk.subarray(taken, taken + size), this.#pending);
      taken += size;
      this.#pending += size;
      const end = block.lastIndexOf(newline, this.#pending - 1) + 1;
      if (end > 0) this.#readBlock(end);
      else if (this.#pending === blockBytes) {
        const reason = `is longer than ${blockBytes} bytes; expected a CSV file of flights`;
        this.fault = {
          line: ++this.lines,
          column: '',
          reason,
          text: this.#index.block.toString('utf8', 0, longestQuote),
        };
      }
    }
  }

  /** Read what is left (a last line without a line end) and hand over the last batch. */
  end(): void {
    if (this.#pending > 0 && !this.gaveUp) this.push(Uint8Array.of(newline));
    this.#flush(this.#batchRows);
    this.#batchRows = 0;
  }

  #readBlock(end: number): void {
    const { block } = this.#index;
    // Copied, since indexing clears the bytes behind the block.
    const rest = Buffer.from(block.subarray(end, this.#pending));
    // Bytes that are not UTF-8 stand in names of cities; the fields that are read allow letters and digits only.
    const wellFormed = !block.subarray(0, end).includes(0);
    this.#readLines(this.#index.index(end), wellFormed);
    block.set(rest);
    this.#pending = rest.length;
  }

  /** The hot loop: everything a row does not need every time is behind a call. */
  #readLines(lines: number, wellFormed: boolean): void {
    const { positions, ends, block } = this.#index;
    const { dialect, otherYears, maxBadRows, keys } = this.#options;
    const { fieldCount, endsInComma, origin, departureDelay, cancelled, flightNumber, carrier = -1 } = dialect;
    const { airportDay: airportDays, departureDelay: delays, carrier: carriers } = this.#batch;
    const airportOfLetters = this.#airportOfLetters;
    const carrierOfBytes = this.#carrierOfBytes;
    const firstCause = this.#firstCause;
    const lastCause = this.#lastCause;
    /** Positions from before the first to behind the last cause when all are blank. */
    const blankCauses = lastCause - firstCause + 1;
    const monthOfDay = this.#monthOfDay;
    const firstLine = this.lines;
    let batchRow = this.#batchRows;
    let dayBefore = -1;
    let start = 0;
    let first = 0;
    let line = 0;
    for (; line < lines && this.badRowCount <= maxBadRows; line++) {
      const lineStart = start;
      const lineFirst = first;
      const last = ends[line];
      const lineEnd = positions[last];
      start = lineEnd + 1;
      first = last + 1;

      if (first - lineFirst !== fieldCount || !wellFormed || (endsInComma && lineEnd - positions[last - 1] > 1)) {
        const fault = this.#faultOfLine(lineStart, lineEnd, first - lineFirst);
        if (fault === 'blank') continue;
        if (fault !== undefined) {
          this.#reject(firstLine + line + 1, lineStart, lineEnd, '', fault);
          continue;
        }
      }

      const day = this.#dayAt(lineStart, lineFirst);
      if (day < 0) {
        if (day === otherYear && otherYears === 'skip') this.otherYearRows++;
        else this.#reject(firstLine + line + 1, lineStart, lineEnd, ...this.#faultOfDate(lineStart, lineFirst));
        continue;
      }

      let originStart = origin === 0 ? lineStart : positions[lineFirst + origin - 1] + 1;
      let originEnd = positions[lineFirst + origin];
      if (originEnd - originStart === 5 && block[originStart] === quote && block[originEnd - 1] === quote) {
        originStart++;
        originEnd--;
      }
      let airport = badAirport;
      if (originEnd - originStart === 3) {
        const a = block[originStart] - letterA;
        const b = block[originStart + 1] - letterA;
        const c = block[originStart + 2] - letterA;
        if (a >>> 0 < letterCount && b >>> 0 < letterCount && c >>> 0 < letterCount) {
          airport = airportOfLetters[(a * letterCount + b) * letterCount + c];
        }
      }
      if (airport === badAirport) {
        airport = this.#airportAt(originStart, originEnd, firstLine + line + 1);
        if (airport === oneTooMany) {
          const reason = `${this.#quote(originStart, originEnd)} ${tooManyAirports}`;
          const text = block.toString('utf8', lineStart, Math.min(lineEnd, lineStart + longestBadRow));
          this.fault = { line: firstLine + ++line, column: dialect.names[origin], reason, text };
          break;
        }
        if (airport === badAirport) {
          const reason = `${this.#quote(originStart, originEnd)} is not an airport; expected a code such as JFK`;
          this.#reject(firstLine + line + 1, lineStart, lineEnd, dialect.names[origin], reason);
          continue;
        }
      }

      const delayStart = departureDelay === 0 ? lineStart : positions[lineFirst + departureDelay - 1] + 1;
      const delayEnd = positions[lineFirst + departureDelay];
      const delay = integerAt(block, delayStart, delayEnd);
      if (delay > longestDelayMinutes || delay < -longestDelayMinutes) {
        const what = delay === notAnInteger ? 'is not a delay' : 'is longer than a week';
        const reason = `${this.#quote(delayStart, delayEnd)} ${what}; expected whole minutes, or nothing, NA or \\N`;
        this.#reject(firstLine + line + 1, lineStart, lineEnd, dialect.names[departureDelay], reason);
        continue;
      }

      let cancellation = 0;
      if (cancelled !== undefined) {
        const flagStart = cancelled === 0 ? lineStart : positions[lineFirst + cancelled - 1] + 1;
        const flagEnd = positions[lineFirst + cancelled];
        cancellation = integerAt(block, flagStart, flagEnd);
        if (cancellation === notAnInteger) cancellation = flagIn(textAt(block, flagStart, flagEnd));
        if (cancellation === cancellation) this.saysCancelled = true;
        if (cancellation !== 0 && cancellation !== 1) {
          if (cancellation === cancellation) {
            const reason = `${this.#quote(flagStart, flagEnd)} is neither 0 (flown) nor 1 (cancelled)`;
            this.#reject(firstLine + line + 1, lineStart, lineEnd, dialect.names[cancelled], reason);
            continue;
          }
          cancellation = 0;
        }
      }

      const airportDay = airport * daySlots + day;
      if (lastCause >= 0) {
        const before = firstCause === 0 ? lineStart - 1 : positions[lineFirst + firstCause - 1];
        if (positions[lineFirst + lastCause] - before > blankCauses) {
          const fault = this.#explain(airportDay, monthOfDay[day], lineStart, lineFirst);
          if (fault !== undefined) {
            this.#reject(firstLine + line + 1, lineStart, lineEnd, ...fault);
            continue;
          }
        }
      }

      if (day !== dayBefore) {
        this.days[day] = 1;
        dayBefore = day;
      }
      airportDays[batchRow] = airportDay;
      delays[batchRow] = delay;
      if (carrier >= 0) {
        const start = carrier === 0 ? lineStart : positions[lineFirst + carrier - 1] + 1;
        const end = positions[lineFirst + carrier];
        const bare = block[start] === quote ? 1 : 0;
        const known =
          end - start - 2 * bare === 2
            ? carrierOfBytes[(block[start + bare] << 8) | block[start + bare + 1]]
            : noCarrier;
        carriers[batchRow] = known === noCarrier ? this.#carrierAt(start, end) : known;
      } else carriers[batchRow] = noCarrier;
      if (cancellation === 1) this.#cancel(batchRow, lineStart, lineFirst);
      if (flightNumber !== undefined && !this.#isGiven(lineStart, lineFirst, flightNumber)) {
        this.#batch.unnumbered[this.#unnumberedRows++] = airportDay;
      }
      if (keys !== undefined) this.#addKey(keys, batchRow, lineStart, lineFirst);
      if (++batchRow === batchRows) {
        this.#flush(batchRow);
        batchRow = 0;
      }
    }
    this.#batchRows = batchRow;
    this.lines = firstLine + line;
  }

  #flush(rows: number): void {
    const { airportDay, departureDelay, carrier, cancelled, explained, unnumbered } = this.#batch;
    if (rows === 0) return;
    this.#options.onBatch({
      airportDay: airportDay.subarray(0, rows),
      departureDelay: departureDelay.subarray(0, rows),
      carrier: carrier.subarray(0, rows),
      cancelled:
        this.#options.dialect.cancelled === undefined
          ? null
          : {
              row: cancelled.row.subarray(0, this.#cancelledRows),
              cause: cancelled.cause.subarray(0, this.#cancelledRows),
            },
      explained: {
        airportDay: explained.airportDay.subarray(0, this.#explainedRows),
        minutes: explained.minutes.subarray(0, this.#explainedRows * causes.length),
      },
      unnumbered: unnumbered.subarray(0, this.#unnumberedRows),
    });
    this.rows += rows;
    this.unnumberedRows += this.#unnumberedRows;
    this.#cancelledRows = 0;
    this.#explainedRows = 0;
    this.#unnumberedRows = 0;
  }

  #start(lineStart: number, lineFirst: number, column: number): number {
    return column === 0 ? lineStart : this.#index.positions[lineFirst + column - 1] + 1;
  }

  #text(lineStart: number, lineFirst: number, column: number): string {
    const start = this.#start(lineStart, lineFirst, column);
    return textAt(this.#index.block, start, this.#index.positions[lineFirst + column]);
  }

  #isGiven(lineStart: number, lineFirst: number, column: number): boolean {
    const { block, positions } = this.#index;
    const start = this.#start(lineStart, lineFirst, column);
    const digit = block[block[start] === quote ? start + 1 : start] - zero;
    return (digit >= 0 && digit <= 9) || textAt(block, start, positions[lineFirst + column]) !== '';
  }

  #cancel(row: number, lineStart: number, lineFirst: number): void {
    const { cancelled } = this.#batch;
    if (this.#batch.departureDelay[row] === 0) {
      this.#batch.departureDelay[row] = NaN;
      this.filledDelays++;
    }
    cancelled.row[this.#cancelledRows] = row;
    cancelled.cause[this.#cancelledRows++] = this.#cancellationCause(lineStart, lineFirst);
  }

  #cancellationCause(lineStart: number, lineFirst: number): number {
    const { cancellationCode } = this.#options.dialect;
    if (cancellationCode === undefined) return 0;
    return cancellationCodes.indexOf(this.#text(lineStart, lineFirst, cancellationCode)) + 1;
  }

  /** Take a row's minutes by cause: what is wrong with them, or nothing. */
  #explain(airportDay: number, month: number, lineStart: number, lineFirst: number): [string, string] | undefined {
    const { block, positions } = this.#index;
    const { causeMinutes, names } = this.#options.dialect;
    const { explained } = this.#batch;
    const first = this.#explainedRows * causes.length;
    let given = 0;
    for (let cause = 0; cause < causeMinutes.length; cause++) {
      const column = causeMinutes[cause];
      explained.minutes[first + cause] = 0;
      if (column < 0) continue;
      const start = column === 0 ? lineStart : positions[lineFirst + column - 1] + 1;
      const end = positions[lineFirst + column];
      const minutes = integerAt(block, start, end);
      if (minutes > longestDelayMinutes || minutes < -longestDelayMinutes) {
        const reason = `${this.#quote(start, end)} is not a part of a delay; expected whole minutes, or nothing`;
        return [names[column], reason];
      }
      if (minutes !== minutes) continue;
      explained.minutes[first + cause] = minutes;
      given |= 1 << cause;
    }
    if (given === 0) return undefined;
    this.causesOfMonth[month] |= given;
    explained.airportDay[this.#explainedRows++] = airportDay;
    return undefined;
  }

  /** Index of a carrier that the table of bytes does not know yet, or `noCarrier`. */
  #carrierAt(start: number, end: number): number {
    const code = textAt(this.#index.block, start, end);
    if (!carrierCode.test(code)) {
      this.hasOtherCarriers = true;
      return noCarrier;
    }
    let carrier = this.carriers.indexOf(code);
    if (carrier < 0 && this.carriers.length < noCarrier) carrier = this.carriers.push(code) - 1;
    if (carrier < 0) return noCarrier;
    if (code.length === 2) this.#carrierOfBytes[(code.charCodeAt(0) << 8) | code.charCodeAt(1)] = carrier;
    return carrier;
  }

  #addKey(keys: FlightKeys, row: number, lineStart: number, lineFirst: number): void {
    const { airportDay, departureDelay, carrier } = this.#batch;
    const { dialect } = this.#options;
    const number =
      keys.by === 'delay' ? departureDelay[row] : this.#number(lineStart, lineFirst, dialect.flightNumber!);
    // A carrier may have several flights without a number a day.
    if (keys.by === 'number' && number !== number) return;
    const airport = (airportDay[row] / daySlots) | 0;
    this.#airportHashes[airport] ??= hashOf(this.airports[airport]);
    let carrierHash = this.#carrierHashes[carrier[row]];
    if (carrierHash === undefined) {
      const code = dialect.carrier === undefined ? '' : this.#text(lineStart, lineFirst, dialect.carrier);
      carrierHash = hashOf(code);
      if (carrier[row] !== noCarrier) this.#carrierHashes[carrier[row]] = carrierHash;
    }
    keys.add(airportDay[row] - airport * daySlots, this.#airportHashes[airport], carrierHash, number);
  }

  /** A flight's number; one that is not all digits by its hash, NaN where there is none. */
  #number(lineStart: number, lineFirst: number, column: number): number {
    const { block, positions } = this.#index;
    const start = this.#start(lineStart, lineFirst, column);
    const number = integerAt(block, start, positions[lineFirst + column]);
    return number === notAnInteger ? hashOf(this.#text(lineStart, lineFirst, column)) : number;
  }

  /** Zero-based day of the year asked for, `otherYear` or `badDate`. */
  #dayAt(lineStart: number, lineFirst: number): number {
    const { date } = this.#options.dialect;
    const { block, positions } = this.#index;
    if (date.length === 3) {
      const [year, month, day] = date.map((column) => {
        return integerAt(block, this.#start(lineStart, lineFirst, column), positions[lineFirst + column]);
      });
      return this.#dayOf(year, month, day);
    }
    const start = this.#start(lineStart, lineFirst, date[0]);
    const length = positions[lineFirst + date[0]] - start;
    if (this.#isLastDate(start, length)) return this.#lastDay;
    const parts = isoDateAt(block, start, length) ?? dateIn(textAt(block, start, start + length));
    const day = parts ? this.#dayOf(...parts) : badDate;
    if (length >= 4 && length <= this.#lastDate.byteLength) {
      block.copy(new Uint8Array(this.#lastDate.buffer), 0, start, start + length);
      this.#lastDateLength = length;
      this.#lastDay = day;
    }
    return day;
  }

  /** Whether these bytes are the last date's, four at a time; the last four may overlap the ones before. */
  #isLastDate(start: number, length: number): boolean {
    if (length !== this.#lastDateLength) return false;
    const { view } = this.#index;
    const last = this.#lastDate;
    for (let at = 0; at < length - 4; at += 4) if (view.getUint32(start + at) !== last.getUint32(at)) return false;
    return view.getUint32(start + length - 4) === last.getUint32(length - 4);
  }

  #dayOf(year: number, month: number, day: number): number {
    const result = Number.isInteger(year) ? dayOfYear(year, month, day) : badDate;
    if (result === badDate) return badDate;
    this.years.add(year);
    return year === this.#options.year ? result : otherYear;
  }

  /** Index of an airport that the table of letters does not know yet, `badAirport` or `oneTooMany`. */
  #airportAt(start: number, end: number, line: number): number {
    const code = textAt(this.#index.block, start, end);
    if (!airportCode.test(code)) return badAirport;
    const known = this.#airportIndexes.get(code);
    if (known !== undefined) return known;
    if (this.airports.length === mostAirports) return oneTooMany;
    const airport = this.airports.push(code) - 1;
    this.#airportIndexes.set(code, airport);
    this.airportLines.push(line);
    if (/^[A-Z]{3}$/.test(code)) {
      const [a, b, c] = [...code].map((letter) => letter.charCodeAt(0) - letterA);
      this.#airportOfLetters[(a * letterCount + b) * letterCount + c] = airport;
    }
    return airport;
  }

  /** What is wrong with a line of an unexpected number of fields or with odd bytes: a reason, `blank`, or nothing. */
  #faultOfLine(start: number, end: number, fields: number): string | undefined {
    const { fieldCount, endsInComma, names } = this.#options.dialect;
    const line = this.#index.block.subarray(start, end);
    if (line.includes(0)) return 'holds a NUL byte; expected text';
    const text = line.toString();
    if (text.trim() === '') return 'blank';
    if ([...text].filter((character) => character === '"').length % 2 === 1) {
      return 'opens a quote that is not closed on the same line';
    }
    if (fields === fieldCount) {
      if (!endsInComma || /,(?:"")?\s*$/.test(text)) return undefined;
      return 'has something behind its last comma; expected nothing, since the header ends in a comma';
    }
    const source = fieldCount === names.length ? 'the header' : 'the first row';
    return `has ${fields} ${fields === 1 ? 'field' : 'fields'}; expected ${fieldCount} as in ${source}`;
  }

  /** The column and the reason. */
  #faultOfDate(lineStart: number, lineFirst: number): [string, string] {
    const { dialect, year } = this.#options;
    const text = dialect.date.map((column) => this.#text(lineStart, lineFirst, column)).join('-');
    const column = dialect.date.map((index) => dialect.names[index]).join('-');
    const isDate = this.#dayAt(lineStart, lineFirst) === otherYear;
    const reason = isDate
      ? `"${text}" is not in ${year}; expected flights of that year only`
      : `"${text}" is not a date; expected one like ${year}-01-31 or 1/31/${year}`;
    return [column, reason];
  }

  #reject(line: number, lineStart: number, lineEnd: number, column: string, reason: string): void {
    this.badRowCount++;
    if (this.badRows.length >= badRowsKept) return;
    const end = Math.min(lineEnd, lineStart + longestBadRow);
    const text = this.#index.block.toString('utf8', lineStart, end).replace(/\r$/, '');
    this.badRows.push({ line, column, reason, text });
  }

  #quote(start: number, end: number): string {
    return JSON.stringify(this.#index.block.toString('utf8', start, Math.min(end, start + longestQuote)).trim());
  }
}

/** What pandas writes for a flag; {@link notAnInteger} for anything else. */
function flagIn(text: string): number {
  const flag = ['false', 'true'].indexOf(text.toLowerCase());
  return flag < 0 ? notAnInteger : flag;
}

/** The parts of `2013-01-31` without a detour over text; undefined for anything else. */
function isoDateAt(bytes: Buffer, start: number, length: number): [number, number, number] | undefined {
  if (length !== 10 || bytes[start + 4] !== dash || bytes[start + 7] !== dash) return undefined;
  const year = digitsAt(bytes, start, start + 4);
  const month = digitsAt(bytes, start + 5, start + 7);
  const day = digitsAt(bytes, start + 8, start + 10);
  return year >= 0 && month >= 0 && day >= 0 ? [year, month, day] : undefined;
}

/** NaN where there is anything but digits. */
function digitsAt(bytes: Buffer, start: number, end: number): number {
  let value = 0;
  for (let at = start; at < end; at++) {
    const digit = bytes[at] - zero;
    if (digit >>> 0 > 9) return NaN;
    value = value * 10 + digit;
  }
  return value;
}
