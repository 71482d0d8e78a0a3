import type { SchemaElement, TimeUnit } from 'hyparquet';
import { parseDecimal, parseFloat16 } from 'hyparquet/src/convert.js';
import type { ParquetColumnType } from '../io/open-parquet.ts';

/** What a column of flights is for. */
export type Role = 'date' | 'number' | 'code' | 'flag' | 'time';

/** What Parquet's types are to a table of flights. */
type Kind = 'text' | 'number' | 'boolean' | 'date' | 'time' | 'timestamp' | 'instant' | 'nothing';

/** Which types can be what. Codes of airports are numbers in some files. */
const fitting: Record<Role, Kind[]> = {
  date: ['date', 'timestamp', 'instant', 'text', 'number'],
  number: ['number', 'text'],
  code: ['text', 'number'],
  flag: ['boolean', 'number', 'text'],
  time: ['number', 'text', 'time', 'timestamp'],
};
const expected: Record<Role, string> = {
  date: 'a date, a timestamp or text',
  number: 'numbers or text',
  code: 'text',
  flag: 'booleans, numbers or text',
  time: 'numbers, times or text',
};

const secondsPerDay = 86_400;
const perSecond: Record<TimeUnit, number> = { MILLIS: 1e3, MICROS: 1e6, NANOS: 1e9 };
const julianDayOfEpoch = 2_440_588n;
/** Longer than any value that says something; the rest is left out. */
const longestText = 500;

/** Makes the text of a value that it has in a CSV file; '' for one that says nothing. */
export type Format = (value: any) => string;

/**
 * How to write the values of a column, so that they read as those of a CSV file.
 * @returns a sentence's end where the column's type does not fit: `is a list or a struct; expected …`
 */
export function formatOf({ element }: Pick<ParquetColumnType, 'element'>, role: Role): Format | string {
  const kind = element && kindOf(element);
  if (kind === 'nothing') return () => '';
  if (kind === 'instant' && role === 'time') return `holds times in UTC; expected the local time, as ${expected.time}`;
  if (!kind || !fitting[role].includes(kind)) return `is ${typeName(element)}; expected ${expected[role]}`;
  return formats[kind](element, role);
}

const formats: Record<Exclude<Kind, 'nothing'>, (element: SchemaElement, role: Role) => Format> = {
  text: () => (value: Uint8Array) => quoted(Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString()),
  boolean: () => (value: boolean) => (value ? '1' : '0'),
  number: (element, role) => {
    const number = numberOf(element);
    if (role === 'date') return (value) => dateInDigits(number(value));
    return (value) => {
      const found = number(value);
      return Number.isNaN(found) ? '' : String(found);
    };
  },
  date: () => (value: number) => isoDate(value * secondsPerDay),
  time: (element) => {
    const unit = perSecond[unitOf(element)];
    return (value) => clock(Number(value) / unit);
  },
  timestamp: (element, role) => {
    const unit = perSecond[unitOf(element)];
    return role === 'date' ? (value) => isoDate(Number(value) / unit) : (value) => clock(Number(value) / unit);
  },
  // A moment is a date only at midnight in UTC. The local date of any other moment depends on the place.
  instant: (element) => {
    const seconds =
      element.type === 'INT96'
        ? (value: bigint) =>
            Number((value >> 64n) - julianDayOfEpoch) * secondsPerDay + Number(value & (2n ** 64n - 1n)) / 1e9
        : (value: bigint | number) => Number(value) / perSecond[unitOf(element)];
    return (value) => {
      const found = seconds(value);
      return found % secondsPerDay === 0 ? isoDate(found) : `${isoDate(found)}T${clock(found)}Z`;
    };
  },
};

function kindOf({ type, converted_type, logical_type }: SchemaElement): Kind | undefined {
  switch (logical_type?.type) {
    case 'NULL':
      return 'nothing';
    case 'TIMESTAMP':
      return logical_type.isAdjustedToUTC ? 'instant' : 'timestamp';
    case 'FLOAT16':
      return 'number';
    case undefined:
    case 'STRING':
    case 'ENUM':
    case 'JSON':
    case 'DATE':
    case 'TIME':
    case 'INTEGER':
    case 'DECIMAL':
      break;
    default:
      return undefined;
  }
  switch (converted_type) {
    case 'DATE':
      return 'date';
    case 'TIME_MILLIS':
    case 'TIME_MICROS':
      return 'time';
    case 'TIMESTAMP_MILLIS':
    case 'TIMESTAMP_MICROS':
      return 'instant';
    case 'DECIMAL':
      return 'number';
    case 'BSON':
    case 'INTERVAL':
      return undefined;
  }
  if (logical_type?.type === 'TIME') return 'time';
  if (logical_type?.type === 'DATE') return 'date';
  switch (type) {
    case 'BOOLEAN':
      return 'boolean';
    case 'INT96':
      return 'instant';
    case 'BYTE_ARRAY':
      return 'text';
    case 'FIXED_LEN_BYTE_ARRAY':
      return logical_type?.type === 'DECIMAL' ? 'number' : 'text';
    default:
      return 'number';
  }
}

function unitOf({ logical_type, converted_type }: SchemaElement): TimeUnit {
  if (logical_type?.type === 'TIMESTAMP' || logical_type?.type === 'TIME') return logical_type.unit;
  return converted_type?.endsWith('MILLIS') ? 'MILLIS' : 'MICROS';
}

function numberOf({ type, converted_type, logical_type, scale }: SchemaElement): (value: any) => number {
  if (logical_type?.type === 'FLOAT16') return (value) => parseFloat16(value)!;
  if (converted_type === 'DECIMAL' || logical_type?.type === 'DECIMAL') {
    const digits = logical_type?.type === 'DECIMAL' ? logical_type.scale : scale;
    const unit = 10 ** (digits ?? 0);
    return (value) => (value instanceof Uint8Array ? parseDecimal(value) : Number(value)) / unit;
  }
  const isUnsigned = converted_type?.startsWith('UINT') || (logical_type?.type === 'INTEGER' && !logical_type.isSigned);
  return type === 'INT32' && isUnsigned ? (value) => value >>> 0 : Number;
}

/** What people call a type. */
function typeName(element: SchemaElement | undefined): string {
  if (!element) return 'a list, a map or a struct';
  return `of type ${element.logical_type?.type ?? element.converted_type ?? element.type}`;
}

/** The date of seconds since 1970, such as `2018-01-31`; the number itself where it lies outside of the calendar. */
function isoDate(seconds: number): string {
  const date = new Date(Math.floor(seconds) * 1_000);
  return Number.isNaN(date.getTime()) ? String(seconds) : date.toISOString().split('T')[0];
}

/** The date that a number like 20180131 stands for, as `2018-01-31`; the number itself for any other number. */
function dateInDigits(number: number): string {
  const digits = String(number);
  return /^\d{8}$/.test(digits) ? digits.replace(/(....)(..)(..)/, '$1-$2-$3') : digits;
}

/** `05:15` */
function clock(seconds: number): string {
  const minutes = Math.floor(seconds / 60);
  const two = (value: number) => String(((value % 24) + 24) % 24).padStart(2, '0');
  return `${two(Math.floor(minutes / 60))}:${String(((minutes % 60) + 60) % 60).padStart(2, '0')}`;
}

/** A field of a CSV file; a line end in it becomes a blank, since a line is a row. */
function quoted(text: string): string {
  const short = text.length > longestText ? text.slice(0, longestText) : text;
  if (!/[",\r\n]/.test(short)) return short;
  return `"${short.replaceAll('"', '""').replaceAll(/[\r\n]/g, ' ')}"`;
}
