import { parse } from 'csv-parse/sync';
import { InputError } from '../errors.ts';
import { causes } from './causes.ts';

/** Which column of a file holds what: zero-based indexes, and the file's own names for error messages. */
export interface Dialect {
  /** Fields every row must have. */
  fieldCount: number;
  /** Whether the last header field has no name (a trailing comma), so that rows may leave it out. */
  lastFieldUnnamed: boolean;
  names: string[];
  /** One date column, or the three columns year, month, day. */
  date: [number] | [number, number, number];
  origin: number;
  departureDelay: number;
  /** Absent in the R packages' files. */
  cancelled?: number;
  /** Absent in some extracts; then every row counts as a flight. */
  flightNumber?: number;
  carrier?: number;
  cancellationCode?: number;
  /** Minutes of delay by cause, in the order of {@link causes}; −1 for a cause without a column. */
  causeMinutes: number[];
}

/**
 * Names by which publishers know a column, best first, in lower case without punctuation, so that `FL_DATE`,
 * `FlDate` and `fl_date` are one. Sources: BTS PREZIP and form downloads, Kaggle
 * `airline-delay-and-cancellation-data-2009-2018`, the R packages nycflights13 and hflights, ASA Data Expo 2009.
 */
const aliases = {
  date: ['flightdate', 'fldate'],
  year: ['year'],
  month: ['month'],
  day: ['dayofmonth', 'day'],
  origin: ['origin'],
  departureDelay: ['depdelay'],
  cancelled: ['cancelled', 'canceled'],
  flightNumber: ['flightnumberreportingairline', 'opcarrierflnum', 'flnum', 'flightnum', 'flight'],
  carrier: ['reportingairline', 'opuniquecarrier', 'opcarrier', 'uniquecarrier', 'carrier', 'airline'],
  cancellationCode: ['cancellationcode'],
  carrierMinutes: ['carrierdelay'],
  weatherMinutes: ['weatherdelay'],
  airSystemMinutes: ['nasdelay', 'airsystemdelay'],
  securityMinutes: ['securitydelay'],
  lateAircraftMinutes: ['lateaircraftdelay'],
} as const;

const normalize = (name: string) => name.toLowerCase().replaceAll(/[^a-z0-9]/g, '');

/**
 * Recognise a file's columns by the names in its header line.
 * @param header the first line, without byte-order mark and line end
 * @param file the file's name, for messages
 * @throws InputError when a column that cannot be done without is missing or stands twice
 */
export function recognizeDialect(header: string, file: string): Dialect {
  const names = headerFields(header, file);
  const normalized = names.map(normalize);

  const find = (field: keyof typeof aliases): number | undefined => {
    for (const alias of aliases[field]) {
      const index = normalized.indexOf(alias);
      if (index < 0) continue;
      if (normalized.includes(alias, index + 1)) {
        throw new InputError(`${file}:1: column ${names[index]} stands twice in the header; keep one of the two`);
      }
      return index;
    }
    return undefined;
  };
  const require = (field: keyof typeof aliases, wanted: string): number => {
    const index = find(field);
    if (index !== undefined) return index;
    throw new InputError(
      `${file}:1: no column for ${wanted}; expected one named like ${wanted} among: ${names.join(', ').slice(0, 400)}`,
    );
  };

  const single = find('date');
  const cancelled = find('cancelled');
  const flightNumber = find('flightNumber');
  const carrier = find('carrier');
  const cancellationCode = find('cancellationCode');
  return {
    fieldCount: names.length,
    lastFieldUnnamed: names.at(-1) === '' || normalized.at(-1)!.startsWith('unnamed'),
    names,
    date:
      single === undefined
        ? [require('year', 'FL_DATE (or YEAR, MONTH, DAY)'), require('month', 'MONTH'), require('day', 'DAY')]
        : [single],
    origin: require('origin', 'ORIGIN'),
    departureDelay: require('departureDelay', 'DEP_DELAY'),
    ...(cancelled !== undefined && { cancelled }),
    ...(flightNumber !== undefined && { flightNumber }),
    ...(carrier !== undefined && { carrier }),
    ...(cancellationCode !== undefined && { cancellationCode }),
    causeMinutes: causes.map((cause) => find(`${cause}Minutes`) ?? -1),
  };
}

function headerFields(header: string, file: string): string[] {
  try {
    return (parse(header, { trim: true }) as string[][])[0] ?? [];
  } catch (error) {
    throw new InputError(`${file}:1: the header is not a line of CSV: ${(error as Error).message}`);
  }
}
