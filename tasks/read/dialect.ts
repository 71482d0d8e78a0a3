import { parse } from 'csv-parse/sync';
import { InputError } from '../errors.ts';
import { causes } from '../summary/causes.ts';

/** Which column of a file holds what: zero-based indexes, and the file's own names for error messages. */
export interface Dialect {
  /** Number of fields that every row must have. */
  fieldCount: number;
  /** Whether every row ends in a comma, so that its last field belongs to no column and must be blank. */
  endsInComma: boolean;
  names: string[];
  /** One date column, or the three columns year, month, day. */
  date: [number] | [number, number, number];
  origin: number;
  departureDelay: number;
  /** Undefined in the files of the R packages. */
  cancelled?: number;
  /** Undefined in some extracts; then every row counts as a flight. */
  flightNumber?: number;
  carrier?: number;
  destination?: number;
  /** Local time as `hhmm`. */
  scheduledDeparture?: number;
  cancellationCode?: number;
  /** Minutes of delay by cause, in the order of {@link causes}; −1 for a cause without a column. */
  causeMinutes: number[];
}

/**
 * Names by which publishers know a column, best first, in lower case without punctuation, so that `FL_DATE`,
 * `FlDate` and `fl_date` are one. Sources: BTS PREZIP and form downloads, Kaggle
 * `airline-delay-and-cancellation-data-2009-2018`, `flight-delays` (2015), `flight-delay-and-cancellation-dataset-2019-2023`
 * and `flight-delay-dataset-20182022` (`Combined_Flights`), the R packages nycflights13 and hflights, ASA Data Expo 2009,
 * the marketing carriers' files of BTS since 2018. The operating carrier comes before a name that may be the marketing
 * carrier's, and a code before a name in words.
 */
const aliases = {
  date: ['flightdate', 'fldate'],
  year: ['year'],
  month: ['month'],
  day: ['dayofmonth', 'day'],
  origin: ['origin', 'originairport'],
  destination: ['dest', 'destinationairport', 'destination'],
  scheduledDeparture: ['crsdeptime', 'scheduleddeparture', 'scheddeptime', 'crsdeparturetime'],
  departureDelay: ['depdelay', 'departuredelay'],
  cancelled: ['cancelled', 'canceled'],
  flightNumber: [
    'flightnumberreportingairline',
    'flightnumberoperatingairline',
    'opcarrierflnum',
    'flnum',
    'flnumber',
    'flightnum',
    'flightnumber',
    'flight',
  ],
  carrier: [
    'reportingairline',
    'opuniquecarrier',
    'opcarrier',
    'uniquecarrier',
    'operatingairline',
    'iatacodeoperatingairline',
    'airlinecode',
    'carrier',
    'airline',
  ],
  cancellationCode: ['cancellationcode', 'cancellationreason'],
  carrierMinutes: ['carrierdelay', 'airlinedelay', 'delayduecarrier'],
  weatherMinutes: ['weatherdelay', 'delaydueweather'],
  airSystemMinutes: ['nasdelay', 'airsystemdelay', 'delayduenas'],
  securityMinutes: ['securitydelay', 'delayduesecurity'],
  lateAircraftMinutes: ['lateaircraftdelay', 'delayduelateaircraft'],
} as const;

const normalize = (name: string) => name.toLowerCase().replaceAll(/[^a-z0-9]/g, '');

/**
 * Recognise a file's columns by the names in its header line.
 * @param header the first line, without byte-order mark and line end
 * @param file the file's name, for messages
 * @param firstRow the first line behind the header that is not blank: it tells whether the rows of a header that ends in
 *   a comma do so as well
 * @throws InputError when the line is no header, or a column that cannot be done without is missing or stands twice
 */
export function recognizeDialect(header: string, file: string, firstRow = ''): Dialect {
  checkSeparators(header, file);
  const names = fieldsOf(header, file);
  const last = names.at(-1)!;
  const lastIsUnnamed = last === '' || normalize(last).startsWith('unnamed');
  const endsInComma = lastIsUnnamed && !leavesOutComma(firstRow, names.length - 1);
  return {
    ...columnsOf(names, `${file}:1`),
    fieldCount: lastIsUnnamed && !endsInComma ? names.length - 1 : names.length,
    endsInComma,
    names,
  };
}

/** Which column holds what. */
export type ColumnRoles = Omit<Dialect, 'fieldCount' | 'endsInComma' | 'names'>;

/**
 * Recognise a table's columns by their names.
 * @param where the names stand, for messages
 * @throws InputError when a column that cannot be done without is missing or stands twice
 */
export function columnsOf(names: string[], where: string): ColumnRoles {
  const normalized = names.map(normalize);

  const find = (field: keyof typeof aliases): number | undefined => {
    for (const alias of aliases[field]) {
      const index = normalized.indexOf(alias);
      if (index < 0) continue;
      if (normalized.includes(alias, index + 1)) {
        throw new InputError(`${where}: column ${names[index]} appears twice in the header; keep one of the two`);
      }
      return index;
    }
    return undefined;
  };
  const require = (field: keyof typeof aliases, wanted: string): number => {
    const index = find(field);
    if (index !== undefined) return index;
    throw new InputError(
      `${where}: no column for ${wanted}; expected one named like ${wanted} among: ${names.join(', ').slice(0, 400)}`,
    );
  };

  const single = find('date');
  const cancelled = find('cancelled');
  const flightNumber = find('flightNumber');
  const carrier = find('carrier');
  const destination = find('destination');
  const scheduledDeparture = find('scheduledDeparture');
  const cancellationCode = find('cancellationCode');
  return {
    date:
      single === undefined
        ? [require('year', 'FL_DATE (or YEAR, MONTH, DAY)'), require('month', 'MONTH'), require('day', 'DAY')]
        : [single],
    origin: require('origin', 'ORIGIN'),
    departureDelay: require('departureDelay', 'DEP_DELAY'),
    ...(cancelled !== undefined && { cancelled }),
    ...(flightNumber !== undefined && { flightNumber }),
    ...(carrier !== undefined && { carrier }),
    ...(destination !== undefined && { destination }),
    ...(scheduledDeparture !== undefined && { scheduledDeparture }),
    ...(cancellationCode !== undefined && { cancellationCode }),
    causeMinutes: causes.map((cause) => find(`${cause}Minutes`) ?? -1),
  };
}

/** Tell what a header is that is none, or not one of commas and line feeds. */
function checkSeparators(header: string, file: string): void {
  const fault = (found: string, expected: string) => new InputError(`${file}:1: ${found}; expected ${expected}`);
  if (header.trim() === '') throw fault('the line is blank', 'the header; remove the blank line');
  if (/^sep=.?$/i.test(header)) throw fault(`the line is ${header}`, 'the header; remove the line');
  if (header.includes('\r')) throw fault('lines end in a carriage return', 'line feeds; convert the line ends');
  if (header.includes(',')) return;
  if (header.includes('\t')) throw fault('tabs separate the columns', 'commas; write the file as CSV again');
  if (header.includes(';')) throw fault('semicolons separate the columns', 'commas; write the file as CSV again');
}

/**
 * Whether a row has as many fields as there are named columns. Where the last of them is blank, the row may as well have
 * lost a field and end in a comma; then it does not count as such.
 */
function leavesOutComma(row: string, columns: number): boolean {
  const fields = row.replaceAll(/"[^"]*"/g, 'quoted').split(',');
  return fields.length === columns && !/(?:^|,)\s*(?:"\s*")?\s*$/.test(row);
}

function fieldsOf(header: string, file: string): string[] {
  try {
    return (parse(header, { trim: true }) as string[][])[0] ?? [];
  } catch (error) {
    throw new InputError(`${file}:1: the header is not a line of CSV: ${(error as Error).message}`);
  }
}
