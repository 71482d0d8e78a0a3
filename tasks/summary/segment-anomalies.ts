import type { Segment } from './counted-year.ts';

export type SegmentKind = 'carrier' | 'destination';

/** A carrier at an airport, or a destination, on a day on which it was in trouble and its airport as a whole was not. */
export interface SegmentAnomaly extends Segment {
  kind: SegmentKind;
  dayOfYear: number;
  /** Scheduled flights. */
  flights: number;
  cancelled: number;
  /** Mean departure delay in minutes; NaN where no flight departed. */
  meanDepartureDelay: number;
  anomalyScore: number;
  /** The step in minutes whose share was furthest out of line; NaN where that was the share of cancellations. */
  lateBy: number;
  lateShare: number;
  usualLateShare: number;
  /** The event of that day at or near the airport; NaN where there is none. */
  eventId: number;
}
