import type { AirportDays } from '../../tasks/summary/airport-days.ts';
import { type Column, columns } from '../../tasks/summary/columns.ts';

type Property = Exclude<Column['property'], 'airports'>;
type ValueOf<Name extends Property> = AirportDays[Name] extends (infer Value)[] ? Value : number;

/** An airport-day of which a test says only what matters; the rest is an ordinary day of a file that tells no causes. */
export type Row = { airport?: string; day: number } & { [Name in Property]?: ValueOf<Name> };

/** Minutes by cause of a day on which no flight was late. */
export const noMinutes = {
  carrierMinutes: 0,
  weatherMinutes: 0,
  airSystemMinutes: 0,
  securityMinutes: 0,
  lateAircraftMinutes: 0,
};

const ordinary = {
  flights: 100,
  cancelled: 0,
  meanDepartureDelay: 10,
  zScore: 0,
  anomalyScore: 0,
  excessMinutes: 0,
};

/** Airport-days in columns, sorted as they have to be. */
export function airportDaysOf(rows: Row[], year = 2013): AirportDays {
  const airportOf = ({ airport = 'JFK' }: Row) => airport;
  const sorted = rows.toSorted((a, b) =>
    airportOf(a) < airportOf(b) ? -1 : airportOf(a) > airportOf(b) ? 1 : a.day - b.day,
  );
  const airports = [...new Set(sorted.map(airportOf))];
  const full = sorted.map((row) => {
    const { flights, cancelled } = { ...ordinary, ...row };
    return { ...ordinary, numberedFlights: flights, departures: flights - (cancelled || 0), ...row } as Record<
      string,
      unknown
    >;
  });
  return {
    year,
    airports,
    firstRow: Uint32Array.from([
      ...airports.map((airport) => sorted.findIndex((row) => airportOf(row) === airport)),
      rows.length,
    ]),
    dayOfYear: Uint16Array.from(sorted, ({ day }) => day),
    ...Object.fromEntries(columns.map(({ property, type }) => [property, columnOf(full, property, type)])),
  } as AirportDays;
}

function columnOf(rows: Record<string, unknown>[], property: string, type: Column['type']) {
  if (type === 'text') return rows.map((row) => row[property] ?? null);
  if (type === 'flag') return Uint8Array.from(rows, (row) => Number(row[property] ?? 0));
  return Float64Array.from(rows, (row) => (row[property] as number | undefined) ?? NaN);
}
