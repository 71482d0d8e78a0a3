import { daySlots, monthOf } from '../summary/calendar.ts';
import { causes } from '../summary/causes.ts';
import { type BadRow, badRowsKept, longestBadRow } from './bad-row.ts';
import { type AirportCodes, type CarrierCodes, mostAirports, oneTooMany } from './codes.ts';
import { DateReader, otherYear } from './date-reader.ts';
import type { Dialect } from './dialect.ts';
import { integerAt, notAnInteger, textAt } from './field-values.ts';
import { batchRows, FlightBatch, flown, noCarrier, noDelay, noDestination, noHour } from './flight-batch.ts';
import { type FlightKeys, hashOf } from './flight-keys.ts';
import { FlightRows, flightRowsBytes, noCode } from './flight-rows.ts';
import { faultOfLine } from './line-fault.ts';
import { hourAt } from './scheduled-hour.ts';
import { StructuralIndex } from './structural-index.ts';

/** What to read, and where it goes. */
export interface FlightReaderOptions {
  dialect: Dialect;
  year: number;
  /** `reject`: a row of another year is bad. `skip`: it is counted and left out. */
  otherYears: 'reject' | 'skip';
  /** Reading stops at one bad row more than this. */
  maxBadRows: number;
  /** Give airports and carriers their numbers. */
  airports: AirportCodes;
  carriers: CarrierCodes;
  onBatch: (batch: FlightBatch) => void;
  /** Takes a number for each flight by which it is recognised in another file. */
  keys?: FlightKeys;
  /** Memory to work in. Only one reader at a time may use it. */
  workspace?: Workspace;
}

/** The memory of a reader. Making it for each part of a file would take longer than reading the part's rows. */
export class Workspace {
  readonly index = new StructuralIndex(blockBytes, flightRowsBytes);
  readonly ordinaryRows = new FlightRows(this.index);
  readonly batch = new FlightBatch();
}

/** Bytes indexed at once: the block, its index and the batch stay in the processor's cache. */
const blockBytes = 1 << 17;
/** A week, in minutes. No flight ever left so early or so late: a larger delay is a typo. */
const longestDelayMinutes = 10_080;

/** After so many rows of a block none of which is as most rows are, its others are not tried any more. */
const attemptsInVain = 16;

/** Bytes of a field or an endless line that are shown in a message. */
const longestQuote = 60;

/** The reason that is given for an airport beyond {@link mostAirports}. */
export const tooManyAirports = `is one airport more than ${mostAirports}; expected a column of airports, of which a year has fewer than 500`;

const newline = 10;
const quote = 34;
const zero = 48;
/** The publisher's codes, in the order of {@link cancellationCauses}. */
const cancellationCodes = ['A', 'B', 'C', 'D'];

/**
 * Reads lines of flights from bytes, pushed in chunks of any size, into {@link FlightBatch}es. A line is a row: quotes
 * may hold commas, but no line end.
 */
export class FlightReader {
  /** The first {@link badRowsKept} bad rows. */
  readonly badRows: BadRow[] = [];
  /** Number of all bad rows. */
  badRowCount = 0;
  /** Why nothing further is read, however many bad rows are let through: this is no file of flights. */
  fault: BadRow | undefined;
  /** Number of lines that were read so far. */
  lines = 0;
  /** Number of the year's rows that were read. */
  rows = 0;
  /** Number of rows of other years that were skipped. */
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
  /** For each month, bit c is set when a row gave minutes for the c-th of {@link causes}. */
  readonly causesOfMonth = new Uint8Array(12);

  readonly #options: FlightReaderOptions;
  readonly #index: StructuralIndex;
  readonly #ordinaryRows: FlightRows;
  readonly #batch: FlightBatch;
  readonly #dates: DateReader;
  /** Bytes at the start of the block that wait for their line end. */
  #pending = 0;

  readonly #monthOfDay: Uint8Array;
  /** For each airport's number, the line on which a flight left it first; 0 where none did. */
  readonly #firstLines = new Uint32Array(2 * mostAirports);
  /** 1 for each carrier's number that was seen. */
  readonly #carriersSeen = new Uint8Array(256);
  readonly #airportHashes: number[] = [];
  readonly #carrierHashes: number[] = [];
  readonly #firstCause: number;
  readonly #lastCause: number;

  constructor(options: FlightReaderOptions) {
    this.#options = options;
    this.#monthOfDay = Uint8Array.from({ length: daySlots }, (_, day) => monthOf(options.year, day));
    const { index, batch, ordinaryRows } = options.workspace ?? new Workspace();
    [this.#index, this.#batch, this.#ordinaryRows] = [index, batch, ordinaryRows];
    batch.clear();
    ordinaryRows.describe(options.dialect, options.year);
    this.#dates = new DateReader(options.dialect.date, options.year, index, ordinaryRows.lastDate);
    const columns = options.dialect.causeMinutes.filter((column) => column >= 0);
    this.#firstCause = Math.min(...columns);
    this.#lastCause = Math.max(...columns);
  }

  /** The years that were seen in the rows. */
  get years(): Set<number> {
    return this.#dates.years;
  }

  /** Bit m is set when a row of the zero-based month m was read. */
  get months(): number {
    return this.days.reduce((months, read, day) => (read ? months | (1 << this.#monthOfDay[day]) : months), 0);
  }

  /** The airports that flights leave, and the line on which each was seen first, counted like those of bad rows. */
  get airportsSeen(): { airport: string; line: number }[] {
    return this.#options.airports.codes
      .map((airport, number) => ({ airport, line: this.#firstLines[number] }))
      .filter(({ line }) => line > 0)
      .sort((a, b) => a.line - b.line);
  }

  /** The carriers that rows name by a code. */
  get carriersSeen(): string[] {
    return this.#options.carriers.codes.filter((_, number) => this.#carriersSeen[number] === 1);
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
    this.#flush();
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

  /** The hot loop of rows that are not as most are: everything a row does not need every time is behind a call. */
  #readLines(lines: number, wellFormed: boolean): void {
    const { positions, ends, block } = this.#index;
    const { dialect, otherYears, maxBadRows, airports, carriers, keys } = this.#options;
    const { fieldCount, endsInComma, origin, departureDelay, cancelled, flightNumber } = dialect;
    const { carrier = -1, destination = -1, scheduledDeparture = -1 } = dialect;
    const batch = this.#batch;
    const firstCause = this.#firstCause;
    const lastCause = this.#lastCause;
    /** Positions from before the first to behind the last cause when all are blank. */
    const blankCauses = lastCause - firstCause + 1;
    const monthOfDay = this.#monthOfDay;
    const dates = this.#dates;
    const firstLines = this.#firstLines;
    const carriersSeen = this.#carriersSeen;
    const firstLine = this.lines;
    let row = batch.rows;
    let dayBefore = -1;
    let start = 0;
    let first = 0;
    let line = 0;
    const mayBeOrdinary = wellFormed && keys === undefined;
    let attempts = mayBeOrdinary ? attemptsInVain : 0;
    let tryOrdinary = mayBeOrdinary;
    for (; line < lines && this.badRowCount <= maxBadRows; line++) {
      if (tryOrdinary) {
        const read = this.#readOrdinary(line, lines);
        tryOrdinary = false;
        if (read === 0) attempts--;
        else {
          attempts = attemptsInVain;
          line += read;
          row = batch.rows;
          first = ends[line - 1] + 1;
          start = positions[first - 1] + 1;
          if (line === lines) break;
        }
      }
      const lineStart = start;
      const lineFirst = first;
      const last = ends[line];
      const lineEnd = positions[last];
      start = lineEnd + 1;
      first = last + 1;

      if (first - lineFirst !== fieldCount || !wellFormed || (endsInComma && lineEnd - positions[last - 1] > 1)) {
        const fault = faultOfLine(block.subarray(lineStart, lineEnd), first - lineFirst, dialect);
        if (fault === 'blank') continue;
        if (fault !== undefined) {
          this.#reject(firstLine + line + 1, lineStart, lineEnd, '', fault);
          continue;
        }
      }

      const day = dates.dayAt(lineStart, lineFirst);
      if (day < 0) {
        if (day === otherYear && otherYears === 'skip') this.otherYearRows++;
        else this.#reject(firstLine + line + 1, lineStart, lineEnd, ...this.#faultOfDate(day, lineStart, lineFirst));
        continue;
      }

      const originStart = origin === 0 ? lineStart : positions[lineFirst + origin - 1] + 1;
      const originEnd = positions[lineFirst + origin];
      const airport = airports.numberAt(block, originStart, originEnd);
      if (airport < 0) {
        if (airport === oneTooMany) {
          const reason = `${this.#quote(originStart, originEnd)} ${tooManyAirports}`;
          const text = block.toString('utf8', lineStart, Math.min(lineEnd, lineStart + longestBadRow));
          this.fault = { line: firstLine + ++line, column: dialect.names[origin], reason, text };
          break;
        }
        const reason = `${this.#quote(originStart, originEnd)} is not an airport; expected a code such as JFK`;
        this.#reject(firstLine + line + 1, lineStart, lineEnd, dialect.names[origin], reason);
        continue;
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

      if (lastCause >= 0) {
        const before = firstCause === 0 ? lineStart - 1 : positions[lineFirst + firstCause - 1];
        if (positions[lineFirst + lastCause] - before > blankCauses) {
          const fault = this.#explain(row, monthOfDay[day], lineStart, lineFirst);
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
      if (firstLines[airport] === 0) firstLines[airport] = firstLine + line + 1;
      batch.origin[row] = airport;
      batch.day[row] = day;
      batch.departureDelay[row] = delay === delay ? delay : noDelay;
      batch.cancellation[row] = flown;
      if (carrier >= 0) {
        const from = carrier === 0 ? lineStart : positions[lineFirst + carrier - 1] + 1;
        const number = carriers.numberAt(block, from, positions[lineFirst + carrier]);
        if (number < 0) this.hasOtherCarriers = true;
        else carriersSeen[number] = 1;
        batch.carrier[row] = number < 0 ? noCarrier : number;
      } else batch.carrier[row] = noCarrier;
      if (destination >= 0) {
        const from = destination === 0 ? lineStart : positions[lineFirst + destination - 1] + 1;
        const number = airports.numberAt(block, from, positions[lineFirst + destination]);
        batch.destination[row] = number < 0 ? noDestination : number;
      } else batch.destination[row] = noDestination;
      if (scheduledDeparture >= 0) {
        const from = scheduledDeparture === 0 ? lineStart : positions[lineFirst + scheduledDeparture - 1] + 1;
        batch.hour[row] = hourAt(block, from, positions[lineFirst + scheduledDeparture]);
      } else batch.hour[row] = noHour;
      if (cancellation === 1) this.#cancel(row, lineStart, lineFirst);
      if (flightNumber !== undefined && !this.#isGiven(lineStart, lineFirst, flightNumber)) {
        batch.unnumbered[batch.unnumberedRows++] = row;
      }
      if (keys !== undefined) this.#addKey(keys, row, lineStart, lineFirst);
      batch.rows = ++row;
      if (row === batchRows) {
        this.#flush();
        row = 0;
      }
      tryOrdinary = attempts > 0;
    }
    this.lines = firstLine + line;
  }

  /**
   * Read the rows that are as most rows are, from a line on to the first one that is not.
   * @returns how many
   */
  #readOrdinary(line: number, lines: number): number {
    const batch = this.#batch;
    let read = 0;
    for (;;) {
      const room = batchRows - batch.rows;
      const found = this.#ordinaryRows.read(line + read, lines, room, this.#dates);
      const taken = this.#take(found, this.lines + line + read + 1);
      read += taken;
      batch.rows += taken;
      if (batch.rows === batchRows) this.#flush();
      if (taken < room) break;
    }
    if (read > 0) {
      this.#dates.years.add(this.#options.year);
      if (this.#options.dialect.cancelled !== undefined) this.saysCancelled = true;
    }
    return read;
  }

  /**
   * Take ordinary rows into the batch.
   * @param firstLine the number of their first line
   * @returns how many; all of them but where there are too many airports
   */
  #take(found: number, firstLine: number): number {
    const rows = this.#ordinaryRows;
    const batch = this.#batch;
    const { airports, carriers } = this.#options;
    const { rows: before } = batch;
    const firstLines = this.#firstLines;
    const carriersSeen = this.#carriersSeen;
    let count = 0;
    for (; count < found; count++) {
      const row = count;
      const airport = airports.numberOfLetters(rows.origin[row]);
      if (airport < 0) break;
      if (firstLines[airport] === 0) firstLines[airport] = firstLine + row;
      batch.origin[before + row] = airport;
      const carrier = rows.carrier[row] === noCode ? noCarrier : carriers.numberOfCharacters(rows.carrier[row]);
      if (carrier < 0) this.hasOtherCarriers = true;
      else if (carrier !== noCarrier) carriersSeen[carrier] = 1;
      batch.carrier[before + row] = carrier < 0 ? noCarrier : carrier;
      const destination = rows.destination[row] === noCode ? -1 : airports.numberOfLetters(rows.destination[row]);
      batch.destination[before + row] = destination < 0 ? noDestination : destination;
      this.days[rows.day[row]] = 1;
    }
    batch.day.set(rows.day.subarray(0, count), before);
    batch.departureDelay.set(rows.departureDelay.subarray(0, count), before);
    batch.hour.set(rows.hour.subarray(0, count), before);
    batch.cancellation.fill(flown, before, before + count);
    const { explainedRows } = rows;
    batch.minutes.set(rows.minutes.subarray(0, explainedRows * causes.length), batch.explainedRows * causes.length);
    for (let i = 0; i < explainedRows && rows.explained[i] < count; i++) {
      batch.explained[batch.explainedRows++] = before + rows.explained[i];
    }
    return count;
  }

  #flush(): void {
    const batch = this.#batch;
    if (batch.rows === 0) return;
    for (let month = 0; month < 12; month++) this.causesOfMonth[month] |= this.#ordinaryRows.causesOfMonth[month];
    this.#options.onBatch(batch);
    this.rows += batch.rows;
    this.unnumberedRows += batch.unnumberedRows;
    batch.clear();
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
    const { departureDelay, cancellation } = this.#batch;
    if (departureDelay[row] === 0) {
      departureDelay[row] = noDelay;
      this.filledDelays++;
    }
    cancellation[row] = 1 + this.#cancellationCause(lineStart, lineFirst);
  }

  /** 1, 2, … for the causes in their order, 0 where the file has none. */
  #cancellationCause(lineStart: number, lineFirst: number): number {
    const { cancellationCode } = this.#options.dialect;
    if (cancellationCode === undefined) return 0;
    return cancellationCodes.indexOf(this.#text(lineStart, lineFirst, cancellationCode)) + 1;
  }

  /** Take a row's minutes by cause: what is wrong with them, or nothing. */
  #explain(row: number, month: number, lineStart: number, lineFirst: number): [string, string] | undefined {
    const { block, positions } = this.#index;
    const { causeMinutes, names } = this.#options.dialect;
    const batch = this.#batch;
    const first = batch.explainedRows * causes.length;
    let given = 0;
    for (let cause = 0; cause < causeMinutes.length; cause++) {
      const column = causeMinutes[cause];
      batch.minutes[first + cause] = 0;
      if (column < 0) continue;
      const start = column === 0 ? lineStart : positions[lineFirst + column - 1] + 1;
      const end = positions[lineFirst + column];
      const minutes = integerAt(block, start, end);
      if (minutes > longestDelayMinutes || minutes < -longestDelayMinutes) {
        const reason = `${this.#quote(start, end)} is not a number of minutes; expected whole minutes, or nothing`;
        return [names[column], reason];
      }
      if (minutes !== minutes) continue;
      batch.minutes[first + cause] = minutes;
      given |= 1 << cause;
    }
    if (given === 0) return undefined;
    this.causesOfMonth[month] |= given;
    batch.explained[batch.explainedRows++] = row;
    return undefined;
  }

  #addKey(keys: FlightKeys, row: number, lineStart: number, lineFirst: number): void {
    const { origin, day, departureDelay, carrier } = this.#batch;
    const { dialect, airports } = this.#options;
    const number =
      keys.by === 'number' ? this.#number(lineStart, lineFirst, dialect.flightNumber!) : departureDelay[row];
    // A carrier may have several flights without a number a day.
    if (keys.by === 'number' && number !== number) return;
    this.#airportHashes[origin[row]] ??= hashOf(airports.codes[origin[row]]);
    let carrierHash = this.#carrierHashes[carrier[row]];
    if (carrierHash === undefined) {
      const code = dialect.carrier === undefined ? '' : this.#text(lineStart, lineFirst, dialect.carrier);
      carrierHash = hashOf(code);
      if (carrier[row] !== noCarrier) this.#carrierHashes[carrier[row]] = carrierHash;
    }
    keys.add(day[row], this.#airportHashes[origin[row]], carrierHash, number);
  }

  /** A flight's number; one that is not all digits by its hash, NaN where there is none. */
  #number(lineStart: number, lineFirst: number, column: number): number {
    const { block, positions } = this.#index;
    const start = this.#start(lineStart, lineFirst, column);
    const number = integerAt(block, start, positions[lineFirst + column]);
    return number === notAnInteger ? hashOf(this.#text(lineStart, lineFirst, column)) : number;
  }

  /** The column and the reason. */
  #faultOfDate(day: number, lineStart: number, lineFirst: number): [string, string] {
    const { dialect, year } = this.#options;
    const text = dialect.date.map((column) => this.#text(lineStart, lineFirst, column)).join('-');
    const column = dialect.date.map((index) => dialect.names[index]).join('-');
    const reason =
      day === otherYear
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
