import { airportRows, type DailyCounts } from '../summary/airport-days.ts';
import { daySlots } from '../summary/calendar.ts';
import type { CountedYear, SegmentDays, Tallies } from '../summary/counted-year.ts';
import { cancelledWithDelay, delayMinutes, emptyRecord, recordCounts, recordSums } from '../summary/day-records.ts';
import { cancelledBucket, cancelledStep, latenessBuckets, lateSteps } from '../summary/lateness.ts';
import type { SegmentAnomaly, SegmentKind } from '../summary/segment-anomalies.ts';
import { peaks } from './profile.ts';

/** A segment is judged from this many scheduled flights a day on, over the days that it has flights on. */
const fewestFlights = 3;
/**
 * Score from which on a segment's day is an anomaly. It is higher than an airport's, since there are many more segments;
 * docs/detection.md tells how many are flagged with it.
 */
export const segmentThreshold = 3.5;
/** From this share of its flights on, a destination's day is that of the airports they left. */
const shareOfOrigins = 0.5;

/**
 * Find the days on which a carrier at an airport, or all flights to a destination, were far out of line while the airport
 * as a whole was not. Where the airport was, a segment is a contributor instead; and so is a destination most of whose
 * flights left airports that were.
 * @param isAnomaly of each row of `days`
 * @param threshold segments are found from this score on
 */
export function findSegmentAnomalies(
  {
    days,
    carrierDays,
    destinationDays,
    tallies,
  }: Pick<CountedYear, 'days' | 'carrierDays' | 'destinationDays' | 'tallies'>,
  isAnomaly: Uint8Array,
  threshold = segmentThreshold,
): SegmentAnomaly[] {
  const isAnomalous = anomalousDays(days, isAnomaly);
  const fromAnomalous = flightsFromAnomalous(days, tallies.destination, isAnomaly);
  return [
    ...anomaliesOf('carrier', carrierDays, threshold, isAnomalous),
    ...anomaliesOf(
      'destination',
      destinationDays,
      threshold,
      (airport, day, flights) => isAnomalous(airport, day) || fromAnomalous(airport, day) >= shareOfOrigins * flights,
    ),
  ].sort((a, b) => b.anomalyScore - a.anomalyScore || a.dayOfYear - b.dayOfYear || (nameOf(a) < nameOf(b) ? -1 : 1));
}

const nameOf = ({ kind, airport, carrier }: SegmentAnomaly) => `${kind} ${airport} ${carrier}`;

function anomalousDays(days: DailyCounts, isAnomaly: Uint8Array): (airport: string, day: number) => boolean {
  const ofAirport = new Map(
    airportRows(days).map(({ airport, start, end }) => {
      const anomalous = new Set<number>();
      for (let row = start; row < end; row++) if (isAnomaly[row]) anomalous.add(days.dayOfYear[row]);
      return [airport, anomalous];
    }),
  );
  return (airport, day) => ofAirport.get(airport)?.has(day) ?? false;
}

/** How many flights to a destination left, on a day, airports that were anomalous. */
function flightsFromAnomalous(
  { dayOfYear }: DailyCounts,
  { values, visit }: Tallies,
  isAnomaly: Uint8Array,
): (destination: string, day: number) => number {
  const indexOf = new Map(values.map((destination, index) => [destination, index]));
  const sums = new Uint32Array(values.length * daySlots);
  for (let row = 0; row < dayOfYear.length; row++) {
    if (isAnomaly[row] === 0) continue;
    visit(row, (destination, flights) => {
      sums[destination * daySlots + dayOfYear[row]] += flights;
    });
  }
  return (destination, day) => sums[indexOf.get(destination)! * daySlots + day];
}

/** @param isOfAirports whether a segment's day is that of airports rather than its own */
function anomaliesOf(
  kind: SegmentKind,
  { segments, read }: SegmentDays,
  threshold: number,
  isOfAirports: (airport: string, day: number, flights: number) => boolean,
): SegmentAnomaly[] {
  const found: SegmentAnomaly[] = [];
  const records = emptyRecord(daySlots);
  const { counts, sums } = records;
  const dayOfYear = Uint16Array.from({ length: daySlots }, (_, day) => day);
  segments.forEach((segment, key) => {
    read(key, records);
    let days = 0;
    let scheduled = 0;
    for (let day = 0; day < daySlots; day++) {
      let flights = 0;
      for (let bucket = 0; bucket < latenessBuckets; bucket++) flights += counts[day * recordCounts + bucket];
      scheduled += flights;
      if (flights > 0) days++;
    }
    if (scheduled < fewestFlights * days) return;
    for (const { day, ...peak } of peaks({ dayOfYear, buckets: counts, size: recordCounts }, threshold)) {
      let flights = 0;
      let departures = counts[day * recordCounts + cancelledWithDelay];
      for (let bucket = 0; bucket < latenessBuckets; bucket++) {
        flights += counts[day * recordCounts + bucket];
        if (bucket < cancelledBucket) departures += counts[day * recordCounts + bucket];
      }
      if (isOfAirports(segment.airport, day, flights)) continue;
      found.push({
        kind,
        ...segment,
        dayOfYear: day,
        flights,
        cancelled: counts[day * recordCounts + cancelledBucket],
        meanDepartureDelay: sums[day * recordSums + delayMinutes] / departures,
        anomalyScore: peak.score,
        lateBy: peak.step === cancelledStep ? NaN : lateSteps[peak.step],
        lateShare: peak.share,
        usualLateShare: peak.usualShare,
        eventId: NaN,
      });
    }
  });
  return found;
}
