import { presentDimensions } from '../summary/absent-dimensions.ts';
import type { AirportDays } from '../summary/airport-days.ts';
import type { Contributor } from '../summary/contributors.ts';
import type { CountedYear } from '../summary/counted-year.ts';
import type { SegmentAnomaly } from '../summary/segment-anomalies.ts';
import { excessMinutes } from './excess-minutes.ts';
import { expectedRange } from './expected-range.ts';
import { explain } from './explain.ts';
import { findContributors } from './find-contributors.ts';
import { findSegmentAnomalies } from './find-segment-anomalies.ts';
import { groupEvents, type Place } from './group-events.ts';
import { joinEvents } from './join-events.ts';
import { scoreDays } from './score-days.ts';
import { isOutlier, zScoresOfDays } from './z-score.ts';

export interface DetectionSettings {
  /** `anomalyScore` from which on a day is an anomaly. */
  threshold: number;
  /** Where the airports are, and in which state, by code. */
  places: ReadonlyMap<string, Place & { state?: string | null }>;
  /** How many months the year has so far. */
  months: number;
}

/** What the detectors say of a year. */
export interface Detected {
  days: AirportDays;
  contributors: Contributor[];
  segmentAnomalies: SegmentAnomaly[];
}

/**
 * Run the detectors over each airport's year; say of each anomaly why it is one, whose flights it was, and what it belongs
 * to; and find the carriers and destinations that were in trouble by themselves.
 * @param counts their segments and tallies are released
 */
export function detectAnomalies(counts: CountedYear, { threshold, places, months }: DetectionSettings): Detected {
  const { year, lostMinutes } = counts;
  const counted = { year, ...counts.days };
  const scores = scoreDays(counts, threshold);
  const { isAnomaly } = scores;
  const told = presentDimensions(counts);
  const contributors = findContributors(counts, isAnomaly, (airport) => places.get(airport)?.state ?? undefined);
  const segments = findSegmentAnomalies(counts, isAnomaly);
  // The columns that follow take the place of what is not needed any more.
  counts.release();
  const zScore = zScoresOfDays(counted);
  const excess = { lostMinutes, excessMinutes: excessMinutes(counted, lostMinutes, isAnomaly) };
  const judged = { ...counted, ...scores, ...excess, ...expectedRange(counted, isAnomaly) };
  const days = {
    ...judged,
    zScore,
    isOutlier: Uint8Array.from(zScore, (z) => Number(isOutlier(z))),
    ...explain(judged, contributors, { told, months }),
    eventId: groupEvents(judged, places),
  };
  return { days, contributors, segmentAnomalies: joinEvents(segments, days, places) };
}
