import type { FlightsByDay } from '../read/flights-by-day.ts';
import type { AirportDays, DailyCounts } from '../summary/airport-days.ts';
import { expectedRange } from './expected-range.ts';
import { explain } from './explain.ts';
import { groupEvents, type Place } from './group-events.ts';
import { daySurprises } from './surprise.ts';
import { isOutlier, zScoresOfDays } from './z-score.ts';

/** A year's flights, counted: what the detectors look at. */
export interface CountedYear {
  year: number;
  days: DailyCounts;
  flights: FlightsByDay[];
  /** Of each airport, in the order of the codes: flights by lateness. */
  histograms: Uint32Array[];
}

export interface DetectionSettings {
  /** `anomalyScore` from which on a day is an anomaly. */
  threshold: number;
  /** Where the airports are, by code. */
  places: ReadonlyMap<string, Place>;
}

/** Run the detectors over each airport's year, and say of each anomaly why it is one and what it belongs to. */
export function detectAnomalies(counts: CountedYear, { threshold, places }: DetectionSettings): AirportDays {
  const { year, days, flights } = counts;
  const counted = { year, ...days };
  const zScore = zScoresOfDays(days);
  const surprises = daySurprises(counts, threshold);
  const judged = { ...counted, ...surprises, ...expectedRange(counted, surprises.isAnomaly) };
  return {
    ...judged,
    zScore,
    isOutlier: Uint8Array.from(zScore, (z) => Number(isOutlier(z))),
    ...explain(judged, flights),
    eventId: groupEvents(judged, places),
  };
}
