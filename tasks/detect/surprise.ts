import { cancelledLateness, unknownLateness } from '../read/lateness.ts';
import { type AirportRows, airportRows, type DailyCounts } from '../summary/airport-days.ts';
import { firstWeekday } from '../summary/calendar.ts';
import type { CountedYear } from './detect-anomalies.ts';
import { median } from './median.ts';
import { difference, ordinaryDays, robustDeviation } from './ordinary-days.ts';

/** The columns of the detector by surprise, one value per airport-day. */
export interface Surprises {
  /** Standard deviations above what is ordinary; NaN on a day of whose flights nothing is known. */
  anomalyScore: Float64Array;
  isAnomaly: Uint8Array;
  /**
   * `cancellations` where the other flights alone would not have been anomalous; else `both` where the cancellations
   * alone, the other flights being ordinary ones, would have been, `delays` where not. Null on days that are no anomaly.
   */
  anomalyKind: (AnomalyKind | null)[];
  /** Share of the year's flights that the day's typical flight was later than. */
  laterThanShare: Float64Array;
}

export type AnomalyKind = 'delays' | 'cancellations' | 'both';

/** With fewer days, an airport's year does not tell what is ordinary. */
const fewestDays = 14;
/** The least spread that is taken for ordinary between days, in units of a flight's. */
const leastDeviation = 0.2;
/** In a unit of surprise. A day's sum of up to 2^16, of some thousand flights, fits into the 53 bits of a number. */
const steps = 2 ** 37;

/**
 * Judge each day by how surprising its flights were: a flight's surprise is e(d) = −ln(share of the airport's flights of
 * the year that were later; of those just as late, half), which has mean 1 and variance 1, and a cancelled flight is
 * later than every delay. A day's surprise S is the mean of its flights'; its score tells by how many standard
 * deviations that lies above the ordinary: (S − ordinary) / √(τ² + 1/n + 0.5/n²), where τ² is the variance between days
 * beyond that of n flights.
 *
 * Sources: docs/detection.md. e(d) is Savage's exponential score (1956) at the middle of the ranks; ordinary and τ² are
 * medians instead of means (Hampel 1974).
 * @param threshold days from this score on are anomalies
 */
export function daySurprises({ year, days, flights, histograms }: CountedYear, threshold: number): Surprises {
  const rows = days.dayOfYear.length;
  const surprises: Surprises = {
    anomalyScore: new Float64Array(rows).fill(NaN),
    isAnomaly: new Uint8Array(rows),
    anomalyKind: Array(rows).fill(null),
    laterThanShare: new Float64Array(rows).fill(NaN),
  };
  const surpriseOf = histograms.map(surpriseByLateness);
  const sums = sumsOfDays(days, flights, surpriseOf);
  airportRows(days).forEach((airport, index) => {
    judge(airport, { year, days, sums, ofCancelled: surpriseOfCancelled(histograms[index]), threshold, surprises });
  });
  return surprises;
}

/** Of each day, flights with a delay and the sum of their e(d), and flights cancelled. */
interface SumsOfDays {
  delayed: Uint32Array;
  delaySurprise: Float64Array;
  cancelled: Uint32Array;
}

function sumsOfDays(days: DailyCounts, flights: CountedYear['flights'], surpriseOf: Float64Array[]): SumsOfDays {
  const rows = days.dayOfYear.length;
  const surpriseOfRow: Float64Array[] = Array(rows);
  airportRows(days).forEach(({ start, end }, airport) => {
    surpriseOfRow.fill(surpriseOf[airport], start, end);
  });
  const sums = {
    delayed: new Uint32Array(rows),
    delaySurprise: new Float64Array(rows),
    cancelled: new Uint32Array(rows),
  };
  for (const { days: rowOf, ends, lateness } of flights) {
    for (let i = 0, flight = 0; i < rowOf.length; i++) {
      const row = rowOf[i];
      const surprise = surpriseOfRow[row];
      let sum = 0;
      let delayed = 0;
      let cancelled = 0;
      for (const end = ends[i]; flight < end; flight++) {
        const late = lateness[flight];
        if (late < cancelledLateness) {
          sum += surprise[late];
          delayed++;
        } else if (late === cancelledLateness) cancelled++;
      }
      sums.delayed[row] += delayed;
      sums.delaySurprise[row] += sum;
      sums.cancelled[row] += cancelled;
    }
  }
  return sums;
}

interface AirportToJudge {
  year: number;
  days: DailyCounts;
  sums: SumsOfDays;
  ofCancelled: number;
  threshold: number;
  surprises: Surprises;
}

/** Fill in the airport's rows. */
function judge({ start, end }: AirportRows, { year, days, sums, ofCancelled, threshold, surprises }: AirportToJudge) {
  const { delayed, delaySurprise, cancelled } = sums;
  const newYear = firstWeekday(year);
  const known = new Uint32Array(end - start);
  const weekday = new Uint8Array(end - start);
  const surpriseOfDay = new Float64Array(end - start);
  const shareOfFlight = new Float64Array(end - start);
  let count = 0;
  let allDelayed = 0;
  let allDelaySurprise = 0;
  for (let row = start; row < end; row++) {
    const flights = delayed[row] + cancelled[row];
    if (flights === 0) continue;
    known[count] = row;
    weekday[count] = (newYear + days.dayOfYear[row]) % 7;
    surpriseOfDay[count] = (delaySurprise[row] + cancelled[row] * ofCancelled) / flights;
    shareOfFlight[count++] = 1 / flights;
    allDelayed += delayed[row];
    allDelaySurprise += delaySurprise[row];
  }
  const values = surpriseOfDay.subarray(0, count);
  const ordinary = ordinaryDays(values, weekday);
  const deviation = robustDeviation(difference(values, ordinary));
  const variance = Math.max(deviation ** 2 - median(shareOfFlight.subarray(0, count)), leastDeviation ** 2);
  const ordinaryDelay = allDelayed === 0 ? 0 : allDelaySurprise / allDelayed;
  for (let day = 0; day < count; day++) {
    const row = known[day];
    const scoreOf = (surprise: number, share: number) =>
      (surprise - ordinary[day]) / Math.sqrt(variance + share + 0.5 * share ** 2);
    const share = shareOfFlight[day];
    const score = scoreOf(values[day], share);
    surprises.anomalyScore[row] = score;
    surprises.laterThanShare[row] = -Math.expm1(-values[day]);
    if (count < fewestDays || !(score >= threshold)) continue;
    surprises.isAnomaly[row] = 1;
    // Without a delayed flight, 0 / 0: such a score reaches nothing.
    const ofDelays = scoreOf(delaySurprise[row] / delayed[row], 1 / delayed[row]);
    const ofCancellations = scoreOf((delayed[row] * ordinaryDelay + cancelled[row] * ofCancelled) * share, share);
    if (!(ofDelays >= threshold)) surprises.anomalyKind[row] = 'cancellations';
    else surprises.anomalyKind[row] = ofCancellations >= threshold ? 'both' : 'delays';
  }
}

/** e(d) for each lateness from 0 to the latest that occurs, without {@link surpriseOfCancelled}. */
function surpriseByLateness(flights: Uint32Array): Float64Array {
  let latest = cancelledLateness - 1;
  while (latest >= 0 && flights[latest] === 0) latest--;
  const surprise = new Float64Array(latest + 1);
  const all = flightsKnown(flights);
  let later = flights[cancelledLateness];
  for (let lateness = latest; lateness >= 0; lateness--) {
    const same = flights[lateness];
    surprise[lateness] = surpriseOfShare((later + same / 2) / all);
    later += same;
  }
  return surprise;
}

/** e of a cancelled flight: later than all others, as late as half of its like. 0 where none was cancelled. */
function surpriseOfCancelled(flights: Uint32Array): number {
  const cancelled = flights[cancelledLateness];
  return cancelled === 0 ? 0 : surpriseOfShare(cancelled / 2 / flightsKnown(flights));
}

/** −ln, to a whole number of {@link steps}: so sums are exact, and the same in whichever order batches arrive. */
function surpriseOfShare(later: number): number {
  return Math.round(-Math.log(later) * steps) / steps;
}

function flightsKnown(flights: Uint32Array): number {
  let all = 0;
  for (let lateness = 0; lateness < unknownLateness; lateness++) all += flights[lateness];
  return all;
}
