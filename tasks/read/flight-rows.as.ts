// AssemblyScript, not TypeScript: `npm run build:wasm` compiles it into flight-rows.wasm.ts.
//
// Reads the rows that are as most rows are: airports of three letters, a carrier of two characters, whole numbers, not
// cancelled. It stops at the first row that is anything else, which flight-reader.ts reads. Codes are told as they are
// written, in a number of 16 bits, since the reader has the lists of them.

const noDelay: i32 = -32768;
const noHour: i32 = 255;
const noCode: i32 = 65535;
const longestDelay: i32 = 10080;
/** What `integer` answers for a blank field, and for anything but a whole number. */
const blank: i32 = i32.MIN_VALUE;
const odd: i32 = i32.MIN_VALUE + 1;

// What is read, and where it goes, as flight-rows.ts describes it: addresses, …
let block: usize = 0;
let positions: usize = 0;
let ends: usize = 0;
let lastDate: usize = 0;
let firstDays: usize = 0;
let monthOfDay: usize = 0;
let causeColumns: usize = 0;
let origins: usize = 0;
let days: usize = 0;
let delays: usize = 0;
let carriers: usize = 0;
let destinations: usize = 0;
let hours: usize = 0;
let explained: usize = 0;
let minutes: usize = 0;
let causesOfMonth: usize = 0;
// … and columns, −1 for one that the file does not have.
let fieldCount: u32 = 0;
let endsInComma: u32 = 0;
let year: i32 = 0;
let date: i32 = 0;
let month: i32 = 0;
let dayOfMonth: i32 = 0;
let origin: i32 = 0;
let departureDelay: i32 = 0;
let cancelled: i32 = 0;
let carrier: i32 = 0;
let destination: i32 = 0;
let scheduledDeparture: i32 = 0;
let flightNumber: i32 = 0;
let firstCause: i32 = 0;
let lastCause: i32 = 0;
// At most eight, since causesOfMonth has a bit for each.
let causes: i32 = 0;

/** @param from address of the 32 numbers above, of 32 bits each */
export function describe(from: usize): void {
  block = load<u32>(from);
  positions = load<u32>(from, 4);
  ends = load<u32>(from, 8);
  lastDate = load<u32>(from, 12);
  firstDays = load<u32>(from, 16);
  monthOfDay = load<u32>(from, 20);
  causeColumns = load<u32>(from, 24);
  origins = load<u32>(from, 28);
  days = load<u32>(from, 32);
  delays = load<u32>(from, 36);
  carriers = load<u32>(from, 40);
  destinations = load<u32>(from, 44);
  hours = load<u32>(from, 48);
  explained = load<u32>(from, 52);
  minutes = load<u32>(from, 56);
  causesOfMonth = load<u32>(from, 60);
  fieldCount = load<u32>(from, 64);
  endsInComma = load<u32>(from, 68);
  year = load<i32>(from, 72);
  date = load<i32>(from, 76);
  month = load<i32>(from, 80);
  dayOfMonth = load<i32>(from, 84);
  origin = load<i32>(from, 88);
  departureDelay = load<i32>(from, 92);
  cancelled = load<i32>(from, 96);
  carrier = load<i32>(from, 100);
  destination = load<i32>(from, 104);
  scheduledDeparture = load<i32>(from, 108);
  flightNumber = load<i32>(from, 112);
  firstCause = load<i32>(from, 116);
  lastCause = load<i32>(from, 120);
  causes = load<i32>(from, 124);
  isoDate = 0;
}

/** Rows of the last call that have minutes by cause. */
export let explainedRows: u32 = 0;

/** The first eight bytes of the last date like 2018-01-31, its last two, and the day that it is. */
let isoDate: u64 = 0;
let isoDay: u32 = 0;
let isoDayOfYear: i32 = 0;

/**
 * Read rows until one is not as most are.
 * @param line the first to read
 * @param lines how many there are
 * @param most rows to read
 * @param dateLength bytes of the last date that the reader has read itself; 0 where there is none
 * @param dateDay the day that it is
 * @returns rows that were read
 */
export function read(line: u32, lines: u32, most: u32, dateLength: u32, dateDay: i32): u32 {
  explainedRows = 0;
  let lineFirst: u32 = line == 0 ? 0 : load<u32>(ends + ((line - 1) << 2)) + 1;
  let lineStart: u32 = line == 0 ? 0 : load<u32>(positions + ((lineFirst - 1) << 2)) + 1;
  let row: u32 = 0;
  for (; line < lines && row < most; line++, row++) {
    const last = load<u32>(ends + (line << 2));
    const next = last + 1;
    if (next - lineFirst != fieldCount) return row;
    const lineEnd = load<u32>(positions + (last << 2));
    if (endsInComma != 0 && lineEnd - load<u32>(positions + ((last - 1) << 2)) > 1) return row;
    const day = dayOfRow(lineStart, lineFirst, dateLength, dateDay);
    if (day < 0) return row;

    const from = letters(find(lineStart, lineFirst, origin));
    if (from == noCode) return row;
    const delay = integer(find(lineStart, lineFirst, departureDelay));
    if (delay == odd || delay > longestDelay || (delay < -longestDelay && delay != blank)) return row;
    if (cancelled >= 0 && integer(find(lineStart, lineFirst, cancelled)) != 0) return row;
    let by: i32 = noCode;
    if (carrier >= 0) {
      by = twoCharacters(find(lineStart, lineFirst, carrier));
      if (by == noCode) return row;
    }
    let to: i32 = noCode;
    if (destination >= 0) {
      to = letters(find(lineStart, lineFirst, destination));
      if (to == noCode) return row;
    }
    let hour = noHour;
    if (scheduledDeparture >= 0) {
      const time = integer(find(lineStart, lineFirst, scheduledDeparture));
      if (time == odd) return row;
      if (time >= 0 && time <= 2400 && time % 100 <= 59) hour = (time / 100) % 24;
    }
    if (flightNumber >= 0) {
      const field = find(lineStart, lineFirst, flightNumber);
      if (startOf(field) == endOf(field) || !isDigit(load<u8>(block + startOf(field)))) return row;
    }
    if (lastCause >= 0) {
      const before = firstCause == 0 ? lineStart - 1 : load<u32>(positions + ((lineFirst + firstCause - 1) << 2));
      const length = load<u32>(positions + ((lineFirst + lastCause) << 2)) - before;
      if (<i32>length > lastCause - firstCause + 1 && !explain(lineStart, lineFirst, row, day)) return row;
    }

    store<u16>(origins + (row << 1), <u16>from);
    store<u16>(days + (row << 1), <u16>day);
    store<i16>(delays + (row << 1), <i16>(delay == blank ? noDelay : delay));
    store<u16>(carriers + (row << 1), <u16>by);
    store<u16>(destinations + (row << 1), <u16>to);
    store<u8>(hours + row, <u8>hour);
    lineFirst = next;
    lineStart = lineEnd + 1;
  }
  return row;
}

/** The row's day of the year; negative where it has no date of the year, or one that is written in an odd way. */
function dayOfRow(lineStart: u32, lineFirst: u32, dateLength: u32, dateDay: i32): i32 {
  if (month >= 0) {
    if (integer(find(lineStart, lineFirst, date)) != year) return -1;
    const monthOfYear = integer(find(lineStart, lineFirst, month));
    return dayOf(monthOfYear, integer(find(lineStart, lineFirst, dayOfMonth)));
  }
  const field = find(lineStart, lineFirst, date);
  const at = block + startOf(field);
  if (endOf(field) - startOf(field) == 10 && load<u8>(at, 4) == 45 && load<u8>(at, 7) == 45) {
    const first = load<u64>(at);
    const rest = <u32>load<u16>(at, 8);
    if (first == isoDate && rest == isoDay) return isoDayOfYear;
    if (digits(at, 4) != year) return -1;
    const day = dayOf(digits(at + 5, 2), digits(at + 8, 2));
    if (day < 0) return -1;
    isoDate = first;
    isoDay = rest;
    isoDayOfYear = day;
    return day;
  }
  const from = date == 0 ? lineStart : load<u32>(positions + ((lineFirst + date - 1) << 2)) + 1;
  const to = load<u32>(positions + ((lineFirst + date) << 2));
  if (dateLength < 8 || to - from != dateLength) return -1;
  for (let offset: u32 = 0; offset + 8 < dateLength; offset += 8) {
    if (load<u64>(block + from + offset) != load<u64>(lastDate + offset)) return -1;
  }
  // The last eight bytes may overlap those before.
  return load<u64>(block + to - 8) == load<u64>(lastDate + dateLength - 8) ? dateDay : -1;
}

function dayOf(monthOfYear: i32, day: i32): i32 {
  if (monthOfYear < 1 || monthOfYear > 12 || day < 1) return -1;
  const first = <i32>load<u16>(firstDays + ((monthOfYear - 1) << 1));
  const next = <i32>load<u16>(firstDays + (monthOfYear << 1));
  return day <= next - first ? first + day - 1 : -1;
}

/** So many digits as a number; −1 for anything else. */
function digits(at: usize, count: i32): i32 {
  let value: i32 = 0;
  for (let i = 0; i < count; i++) {
    const byte = <u32>load<u8>(at + i);
    if (!isDigit(byte)) return -1;
    value = value * 10 + <i32>(byte - 48);
  }
  return value;
}

/** Where a field begins and ends, without quotes: two numbers of 32 bits in one. */
// @ts-ignore: a decorator of AssemblyScript
@inline
function find(lineStart: u32, lineFirst: u32, column: i32): u64 {
  let start = column == 0 ? lineStart : load<u32>(positions + ((lineFirst + column - 1) << 2)) + 1;
  let end = load<u32>(positions + ((lineFirst + column) << 2));
  if (load<u8>(block + start) == 34 && end - start >= 2 && load<u8>(block + end - 1) == 34) {
    start++;
    end--;
  }
  return (<u64>end << 32) | <u64>start;
}

// @ts-ignore: a decorator of AssemblyScript
@inline
function startOf(field: u64): u32 {
  return <u32>field;
}

// @ts-ignore: a decorator of AssemblyScript
@inline
function endOf(field: u64): u32 {
  return <u32>(field >> 32);
}

/** A number for three capital letters; `noCode` for anything else. */
// @ts-ignore: a decorator of AssemblyScript
@inline
function letters(field: u64): i32 {
  const start = startOf(field);
  if (endOf(field) - start != 3) return noCode;
  const a = <u32>load<u8>(block + start) - 65;
  const b = <u32>load<u8>(block + start, 1) - 65;
  const c = <u32>load<u8>(block + start, 2) - 65;
  return a < 26 && b < 26 && c < 26 ? (a * 26 + b) * 26 + c : noCode;
}

/** A number for two letters or digits; `noCode` for anything else, and for NA, which says that there is no carrier. */
// @ts-ignore: a decorator of AssemblyScript
@inline
function twoCharacters(field: u64): i32 {
  const start = startOf(field);
  if (endOf(field) - start != 2) return noCode;
  const a = <u32>load<u8>(block + start);
  const b = <u32>load<u8>(block + start, 1);
  if ((!isDigit(a) && a - 65 >= 26) || (!isDigit(b) && b - 65 >= 26)) return noCode;
  return a == 78 && b == 65 ? noCode : (a << 8) | b;
}

// @ts-ignore: a decorator of AssemblyScript
@inline
function isDigit(byte: u32): bool {
  return byte - 48 < 10;
}

/** The whole number in the field, which may end in `.0`. */
function integer(field: u64): i32 {
  let at = startOf(field);
  const end = endOf(field);
  if (at == end) return blank;
  const negative = load<u8>(block + at) == 45;
  if (negative) at++;
  const first = at;
  let value: i32 = 0;
  for (; at < end; at++) {
    const byte = <u32>load<u8>(block + at);
    if (!isDigit(byte)) break;
    value = value * 10 + <i32>(byte - 48);
  }
  // More digits than a delay has may be too many for 32 bits.
  if (at == first || at - first > 6) return odd;
  if (at < end && load<u8>(block + at) == 46) {
    for (at++; at < end && load<u8>(block + at) == 48; ) at++;
  }
  if (at < end) return odd;
  return negative ? -value : value;
}

/** Take the row's minutes by cause; false where one of them is odd. */
function explain(lineStart: u32, lineFirst: u32, row: u32, day: i32): bool {
  const to = minutes + explainedRows * causes * 2;
  let ofRow: u32 = 0;
  for (let cause = 0; cause < causes; cause++) {
    store<i16>(to + (cause << 1), 0);
    const column = load<i32>(causeColumns + (cause << 2));
    if (column < 0) continue;
    const value = integer(find(lineStart, lineFirst, column));
    if (value == blank) continue;
    if (value == odd || value > longestDelay || value < -longestDelay) return false;
    store<i16>(to + (cause << 1), <i16>value);
    ofRow |= 1 << cause;
  }
  if (ofRow == 0) return true;
  const known = causesOfMonth + load<u8>(monthOfDay + day);
  store<u8>(known, load<u8>(known) | <u8>ofRow);
  store<u16>(explained + (explainedRows << 1), <u16>row);
  explainedRows++;
  return true;
}
