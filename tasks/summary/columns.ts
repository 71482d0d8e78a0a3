import type { AirportDays } from './airport-days.ts';

/** What a column of an airport-day holds: in table `airport_days`, in the summary file, in {@link AirportDays}. */
export type ColumnType = 'integer' | 'number' | 'flag' | 'text';

/** The values in memory. In integers and numbers NaN stands for null. */
interface ValuesOf {
  integer: Float64Array;
  number: Float64Array;
  flag: Uint8Array;
  text: (string | null)[];
}

type PropertyOf<Type extends ColumnType> = {
  [Property in keyof AirportDays]: AirportDays[Property] extends ValuesOf[Type] ? Property : never;
}[keyof AirportDays];

export type Column = { [Type in ColumnType]: { property: PropertyOf<Type>; type: Type } }[ColumnType];

/** The columns behind `airport` and `flight_date`, in order. */
export const columns: readonly Column[] = [
  { property: 'flights', type: 'integer' },
  { property: 'numberedFlights', type: 'integer' },
  { property: 'departures', type: 'integer' },
  { property: 'cancelled', type: 'integer' },
  { property: 'meanDepartureDelay', type: 'number' },
  { property: 'zScore', type: 'number' },
  { property: 'isOutlier', type: 'flag' },
  { property: 'anomalyScore', type: 'number' },
  { property: 'expectedLow', type: 'number' },
  { property: 'expectedHigh', type: 'number' },
  { property: 'isAnomaly', type: 'flag' },
  { property: 'anomalyKind', type: 'text' },
  { property: 'lateBy', type: 'integer' },
  { property: 'lateShare', type: 'number' },
  { property: 'usualLateShare', type: 'number' },
  { property: 'lostMinutes', type: 'integer' },
  { property: 'excessMinutes', type: 'number' },
  { property: 'carrierMinutes', type: 'number' },
  { property: 'weatherMinutes', type: 'number' },
  { property: 'airSystemMinutes', type: 'number' },
  { property: 'securityMinutes', type: 'number' },
  { property: 'lateAircraftMinutes', type: 'number' },
  { property: 'cancelledByCarrier', type: 'integer' },
  { property: 'cancelledByWeather', type: 'integer' },
  { property: 'cancelledByAirSystem', type: 'integer' },
  { property: 'cancelledBySecurity', type: 'integer' },
  { property: 'whose', type: 'text' },
  { property: 'explanation', type: 'text' },
  { property: 'eventId', type: 'integer' },
];

/** As the table and the summary file name it: `mean_departure_delay`. */
export function columnName({ property }: Column): string {
  return property.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
