import type { AirportDays } from './airport-days.ts';

/** How many airport-days of a year are anomalous, and how many events they make. */
export function countAnomalies({ isAnomaly, eventId }: Pick<AirportDays, 'isAnomaly' | 'eventId'>): {
  anomalies: number;
  events: number;
} {
  return {
    anomalies: isAnomaly.reduce((sum, flag) => sum + flag, 0),
    // Events are numbered from 1. A comparison with NaN is false.
    events: eventId.reduce((most, id) => (id > most ? id : most), 0),
  };
}
