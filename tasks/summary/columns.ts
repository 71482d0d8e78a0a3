import type { ColumnDefinition } from '../io/table.ts';
import type { AirportDays } from './airport-days.ts';
import type { cancelledColumns, minutesColumns } from './causes.ts';

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

export type Column = {
  [Type in ColumnType]: { property: PropertyOf<Type> } & Omit<ColumnDefinition, 'name'> & { type: Type };
}[ColumnType];

const notTold = 'The source does not say';
const noAnomaly = 'The day is not an anomaly';

/** The columns that follow `airport` and `flight_date`, in the order of the table. */
export const columns: readonly Column[] = [
  {
    property: 'flights',
    type: 'integer',
    unit: 'flights',
    meaning: 'Scheduled flights: all rows of the source',
  },
  {
    property: 'numberedFlights',
    type: 'integer',
    unit: 'flights',
    meaning: 'Scheduled flights with a flight number, which the reference counts',
  },
  {
    property: 'departures',
    type: 'integer',
    unit: 'flights',
    meaning: 'Flights with a departure delay, including a delay of 0',
  },
  {
    property: 'cancelled',
    type: 'integer',
    unit: 'flights',
    meaning: 'Cancelled flights',
    nullMeans: notTold,
  },
  {
    property: 'meanDepartureDelay',
    type: 'number',
    unit: 'minutes',
    meaning: 'Mean departure delay; below 0 where flights left early',
    nullMeans: 'No flight departed',
  },
  {
    property: 'zScore',
    type: 'number',
    unit: 'standard deviations',
    meaning: 'Distance of the mean delay from the airport’s mean of the year, as in the reference',
    nullMeans: 'No flight departed',
  },
  { property: 'isOutlier', type: 'flag', meaning: 'Whether z_score is 3 or more, or −3 or less: the reference’s flag' },
  {
    property: 'anomalyScore',
    type: 'number',
    meaning: 'How far the shares of late and cancelled flights are out of line: the root of their deviance',
    nullMeans: 'Nothing is known of the day’s flights',
  },
  {
    property: 'expectedLow',
    type: 'number',
    unit: 'minutes',
    meaning: '2.5 % of the days without an anomaly have a mean delay below this',
    nullMeans: 'The airport has too few days',
  },
  {
    property: 'expectedHigh',
    type: 'number',
    unit: 'minutes',
    meaning: '2.5 % of the days without an anomaly have a mean delay above this',
    nullMeans: 'The airport has too few days',
  },
  {
    property: 'isAnomaly',
    type: 'flag',
    meaning: 'Whether anomaly_score reaches the threshold (3.1 unless set otherwise)',
  },
  {
    property: 'anomalyKind',
    type: 'text',
    meaning: 'What made the day an anomaly: delays, cancellations or both',
    nullMeans: noAnomaly,
  },
  {
    property: 'lateBy',
    type: 'integer',
    unit: 'minutes',
    meaning: 'The lateness whose share of flights was furthest out of line',
    nullMeans: 'The share of cancelled flights was furthest out of line, or nothing is known of the day’s flights',
  },
  {
    property: 'lateShare',
    type: 'number',
    unit: 'share from 0 to 1',
    meaning: 'Share of the day’s flights that left at least late_by minutes late, or were cancelled',
    nullMeans: 'Nothing is known of the day’s flights',
  },
  {
    property: 'usualLateShare',
    type: 'number',
    unit: 'share from 0 to 1',
    meaning: 'The usual late_share at this airport at this time of the year',
    nullMeans: 'Nothing is known of the day’s flights',
  },
  {
    property: 'lostMinutes',
    type: 'integer',
    unit: 'minutes',
    meaning: 'Departure delays, and 300 minutes for each cancelled flight',
  },
  {
    property: 'excessMinutes',
    type: 'number',
    unit: 'minutes',
    meaning:
      'Lost minutes beyond what as many flights lose on the airport’s days without an anomaly; below 0 on a better day',
    nullMeans: 'The airport has no day without an anomaly',
  },
  minutesBy('carrierMinutes', 'the carrier'),
  minutesBy('weatherMinutes', 'extreme weather'),
  minutesBy('airSystemMinutes', 'the air system: other weather, traffic and control'),
  minutesBy('securityMinutes', 'security'),
  minutesBy('lateAircraftMinutes', 'an aircraft that came late from the flight before'),
  cancelledBy('cancelledByCarrier', 'the carrier'),
  cancelledBy('cancelledByWeather', 'weather'),
  cancelledBy('cancelledByAirSystem', 'the air system'),
  cancelledBy('cancelledBySecurity', 'security'),
  {
    property: 'whose',
    type: 'text',
    meaning: 'The carriers, destinations or hours whose flights stand out',
    nullMeans: 'The day is not an anomaly, or no part of the flights stands out, or the source does not say',
  },
  { property: 'explanation', type: 'text', meaning: 'Why the day is an anomaly, in a sentence', nullMeans: noAnomaly },
  {
    property: 'eventId',
    type: 'integer',
    meaning: 'The event of the year that the day belongs to, see events',
    nullMeans: noAnomaly,
  },
];

function minutesBy(property: (typeof minutesColumns)[number], cause: string): Column {
  const meaning = `Arrival delay of flights 15 minutes late or more that the carriers attributed to ${cause}`;
  return { property, type: 'number', unit: 'minutes', meaning, nullMeans: notTold };
}

function cancelledBy(property: (typeof cancelledColumns)[number], cause: string): Column {
  return {
    property,
    type: 'integer',
    unit: 'flights',
    meaning: `Flights cancelled because of ${cause}`,
    nullMeans: notTold,
  };
}

/** The column's name in the table and in the summary file, such as `mean_departure_delay`. */
export function columnName({ property }: Column): string {
  return property.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
