import {
  bool,
  type Column,
  columnFromArray,
  columnFromValues,
  dateDay,
  dictionary,
  float64,
  int32,
  tableFromColumns,
  tableFromIPC,
  tableToIPC,
  utf8,
} from '@uwdata/flechette';
import { InputError } from '../errors.ts';
import { type AirportDays, airportRows } from './airport-days.ts';
import { epochDay } from './calendar.ts';

/** Where a summary comes from; kept in the file's schema metadata. */
export interface Provenance {
  /** When `detect` began, ISO 8601. */
  startedAt: string;
  codeVersion: string;
  /** Rows of flights of the year. */
  flightsRead: number;
  /** Rows left out with their reason in `rejects/{year}.csv`. */
  rejectedRows: number;
  /** The files read. */
  files: string[];
}

/** A year's airport-days and where they come from: what `summaries/{year}.arrow` holds. */
export interface Summary {
  days: AirportDays;
  provenance: Provenance;
}

const provenanceKey = 'delaywatch';
const dayMilliseconds = 86_400_000;

/** Encode as an Arrow IPC file with the columns of table `airport_days`. */
export function encodeSummary({ days, provenance }: Summary): Uint8Array {
  const firstDay = epochDay(days.year, 0);
  const table = tableFromColumns({
    airport: columnFromValues((visit) => {
      for (const { airport, start, end } of airportRows(days)) for (let row = start; row < end; row++) visit(airport);
    }, dictionary(utf8())),
    flight_date: columnFromArray(
      Array.from(days.dayOfYear, (day) => (firstDay + day) * dayMilliseconds),
      dateDay(),
    ),
    flights: counts(days.flights),
    departures: counts(days.departures),
    cancelled: days.cancelled
      ? counts(days.cancelled)
      : columnFromArray(Array(days.flights.length).fill(null), int32()),
    mean_departure_delay: numbers(days.meanDepartureDelay),
    z_score: numbers(days.zScore),
    is_outlier: columnFromArray(days.isOutlier, bool()),
  });
  table.schema.metadata = new Map([[provenanceKey, JSON.stringify({ year: days.year, ...provenance })]]);
  return tableToIPC(table, { format: 'file' })!;
}

const counts = (values: Uint32Array): Column<unknown> => columnFromArray(new Int32Array(values));

/** NaN becomes null; a column without any is taken as it is. */
function numbers(values: Float64Array): Column<unknown> {
  if (!values.some(Number.isNaN)) return columnFromArray(values);
  return columnFromArray(
    Array.from(values, (value) => (Number.isNaN(value) ? null : value)),
    float64(),
  );
}

/**
 * Decode what {@link encodeSummary} wrote.
 * @param file its name, for messages
 * @throws InputError when it is not such a file, or one of another version
 */
export function decodeSummary(bytes: Uint8Array, file: string): Summary {
  try {
    const table = tableFromIPC(bytes, { useDate: false });
    const { year, ...provenance } = JSON.parse(table.schema.metadata!.get(provenanceKey)!);
    const column = (name: string) => table.getChild(name)!.toArray() as ArrayLike<number | null>;
    const rows = table.numRows;
    const counts = (name: string) => Uint32Array.from(column(name) as ArrayLike<number>);
    const numbers = (name: string) => {
      const values = column(name);
      const filled = new Float64Array(rows);
      for (let row = 0; row < rows; row++) filled[row] = values[row] ?? NaN;
      return filled;
    };
    const dates = column('flight_date') as ArrayLike<number>;
    const firstDay = epochDay(year, 0);
    const cancelled = column('cancelled');
    return {
      provenance,
      days: {
        year,
        ...airportsIn(table.getChild('airport')!.toArray() as string[]),
        dayOfYear: Uint16Array.from(dates, (date) => date / dayMilliseconds - firstDay),
        flights: counts('flights'),
        departures: counts('departures'),
        cancelled: cancelled[0] === null ? null : counts('cancelled'),
        meanDepartureDelay: numbers('mean_departure_delay'),
        zScore: numbers('z_score'),
        isOutlier: Uint8Array.from(column('is_outlier'), Number),
      },
    };
  } catch (error) {
    throw new InputError(
      `${file} is not a summary of this version (${(error as Error).message}); run \`detect\` for the year again`,
    );
  }
}

/** The airports of rows that are sorted by them, and each one's first row. */
function airportsIn(airportOfRow: string[]): { airports: string[]; firstRow: Uint32Array } {
  const airports: string[] = [];
  const firstRow: number[] = [];
  airportOfRow.forEach((airport, row) => {
    if (airport === airports.at(-1)) return;
    airports.push(airport);
    firstRow.push(row);
  });
  return { airports, firstRow: Uint32Array.from([...firstRow, airportOfRow.length]) };
}
