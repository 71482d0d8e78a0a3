import { isoDate } from '../../charts/dates.ts';
import { type AirportDays, airportRows } from './airport-days.ts';

/** The columns of {@link copyRows}, as table `airport_days` names them. */
export const copyColumns = [
  'airport',
  'flight_date',
  'flights',
  'departures',
  'cancelled',
  'mean_departure_delay',
  'z_score',
  'is_outlier',
];

const rowsPerChunk = 4096;

/**
 * The rows of a year in the text format of Postgres' COPY, a few thousand at a time. Numbers are written with as many
 * digits as they need to be the same when they are read.
 */
export function* copyRows(days: AirportDays): Iterable<string> {
  const dates = Array.from({ length: 366 }, (_, day) => isoDate(days.year, day));
  const orNull = (value: number | undefined) => (value === undefined || Number.isNaN(value) ? '\\N' : value);
  let text = '';
  for (const { airport, start, end } of airportRows(days)) {
    for (let row = start; row < end; row++) {
      text +=
        `${airport}\t${dates[days.dayOfYear[row]]}\t${days.flights[row]}\t${days.departures[row]}\t` +
        `${orNull(days.cancelled?.[row])}\t${orNull(days.meanDepartureDelay[row])}\t${orNull(days.zScore[row])}\t` +
        `${days.isOutlier[row] === 1 ? 't' : 'f'}\n`;
      if ((row + 1) % rowsPerChunk === 0) {
        yield text;
        text = '';
      }
    }
  }
  yield text;
}
