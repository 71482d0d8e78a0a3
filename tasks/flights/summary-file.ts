import {
  bool,
  type Column,
  columnFromArray,
  columnFromValues,
  type DataType,
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

/** Encode as an Arrow IPC file with the columns of table `airport_days`. */
export function encodeSummary({ days, provenance }: Summary): Uint8Array {
  const rows = days.dayOfYear.length;
  const firstDay = epochDay(days.year, 0);
  const airports: string[] = [];
  for (const { airport, start, end } of airportRows(days)) airports.push(...Array(end - start).fill(airport));
  const numbers = (values: Float64Array) => optional(rows, float64(), (row) => values[row]);
  const table = tableFromColumns({
    airport: columnFromArray(airports, dictionary(utf8())),
    flight_date: columnFromValues((visit) => {
      for (const day of days.dayOfYear) visit(new Date((firstDay + day) * 86_400_000));
    }, dateDay()),
    flights: columnFromArray(Int32Array.from(days.flights), int32()),
    departures: columnFromArray(Int32Array.from(days.departures), int32()),
    cancelled: optional(rows, int32(), (row) => days.cancelled?.[row] ?? NaN),
    mean_departure_delay: numbers(days.meanDepartureDelay),
    z_score: numbers(days.zScore),
    is_outlier: optional(rows, bool(), (row) => days.isOutlier[row] === 1),
  });
  table.schema.metadata = new Map([[provenanceKey, JSON.stringify({ year: days.year, ...provenance })]]);
  return tableToIPC(table, { format: 'file' })!;
}

/** A column of values of which NaN stands for null. */
function optional(rows: number, type: DataType, value: (row: number) => number | boolean): Column<unknown> {
  return columnFromValues((visit) => {
    for (let row = 0; row < rows; row++) {
      const given = value(row);
      visit(Number.isNaN(given) ? null : given);
    }
  }, type);
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
    const airportOfRow = table.getChild('airport')!.toArray() as string[];
    const airports = [...new Set(airportOfRow)];
    const firstRow = Uint32Array.from([...airports.map((airport) => airportOfRow.indexOf(airport)), table.numRows]);
    const firstDay = epochDay(year, 0);
    const values = (name: string) => Array.from(table.getChild(name)!) as (number | null)[];
    const numbers = (name: string) => Float64Array.from(values(name), (value) => value ?? NaN);
    const counts = (name: string) => Uint32Array.from(values(name), (value) => value ?? 0);
    return {
      provenance,
      days: {
        year,
        airports,
        firstRow,
        dayOfYear: Uint16Array.from(values('flight_date'), (date) => Math.round(date! / 86_400_000) - firstDay),
        flights: counts('flights'),
        departures: counts('departures'),
        cancelled: values('cancelled').some((value) => value !== null) ? counts('cancelled') : null,
        meanDepartureDelay: numbers('mean_departure_delay'),
        zScore: numbers('z_score'),
        isOutlier: Uint8Array.from(values('is_outlier'), Number),
      },
    };
  } catch (error) {
    throw new InputError(
      `${file} is not a summary of this version (${(error as Error).message}); run \`detect\` for the year again`,
    );
  }
}
