/**
 * Why a flight was late, in the order of the publisher's columns. `airSystem` is the national aviation system (NAS):
 * weather that is not extreme, heavy traffic, control.
 * Source: https://www.bts.gov/topics/airlines-and-airports/understanding-reporting-causes-flight-delays-and-cancellations
 */
export const causes = ['carrier', 'weather', 'airSystem', 'security', 'lateAircraft'] as const;

/** Why a flight was cancelled: codes A, B, C, D of the same publisher. */
export const cancellationCauses = ['carrier', 'weather', 'airSystem', 'security'] as const;

/** The columns of an airport-day that hold minutes by cause, and cancelled flights by cause, in the order of the causes. */
export const minutesColumns = [
  'carrierMinutes',
  'weatherMinutes',
  'airSystemMinutes',
  'securityMinutes',
  'lateAircraftMinutes',
] as const satisfies MinutesColumns<typeof causes>;
export const cancelledColumns = [
  'cancelledByCarrier',
  'cancelledByWeather',
  'cancelledByAirSystem',
  'cancelledBySecurity',
] as const satisfies CancelledColumns<typeof cancellationCauses>;

type MinutesColumns<Names extends readonly string[]> = { [Index in keyof Names]: `${Names[Index]}Minutes` };
type CancelledColumns<Names extends readonly string[]> = {
  [Index in keyof Names]: `cancelledBy${Capitalize<Names[Index]>}`;
};

export type Cause = (typeof causes)[number];

/** What people call the causes. */
export const causeNames: Record<Cause, string> = {
  carrier: 'carrier',
  weather: 'weather',
  airSystem: 'air system',
  security: 'security',
  lateAircraft: 'late aircraft',
};
