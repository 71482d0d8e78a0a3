import { cancelledBucket, cancelledStep, latenessBuckets } from '../summary/lateness.ts';
import { median } from './median.ts';
import { quantile } from './quantile.ts';

/** Scheduled flights of one series (an airport, a carrier at an airport, a destination), day after day. */
export interface LatenessSeries {
  /** Zero-based, ascending; one for each day. */
  dayOfYear: ArrayLike<number>;
  /** For each day, flights in each of {@link latenessBuckets}. */
  buckets: ArrayLike<number>;
}

/** What the profile says of each day of a series. */
export interface Profile {
  /** NaN on a day of whose flights nothing is known. */
  score: Float64Array;
  /** The step that is furthest out of line: an index into `lateSteps`, or `cancelledStep`. */
  step: Uint8Array;
  /** Share of the day's flights that were as late as the step, or later; cancelled flights are. */
  share: Float64Array;
  /** The share that is usual at this time of the year. */
  usualShare: Float64Array;
  /** How far the share of cancelled flights alone is out of line, in the unit of the score. */
  cancelledDeviation: Float64Array;
  /** Days with a score. */
  days: number;
}

/** With fewer days, a series does not tell what is usual, and none of its days is flagged. */
export const fewestDays = 14;

/** A day counts in what is usual only up to this quantile of the year's shares, so that bad days hardly count. */
const capQuantile = { late: 0.9, cancelled: 0.5 };
const leastShare = 0.01;
/** How far the usual share goes from the year's to the season's. */
const seasonShare = 0.25;
/** Days before and after that make a day's season. */
const seasonDays = 30;
const normalConsistency = 1.4826;
const leastDeviation = 0.28;
const weights = [0.98, 1, 1.02, 1.04, 1.06, 1.08];
const meanWeight = 0.25;
const neighbourWeight = 0.1;
const neighbourCap = 4;

/**
 * Score each day of a series by the shares of its flights that left late by several steps, or not at all: the signed root
 * of each share's binomial deviance from what is usual, with the number of flights shrunk by how much ordinary days
 * differ; the largest of the steps counts, and a little of all of them.
 *
 * Sources: docs/detection.md, "Profile". Berk & Jones (1979), Goodness-of-fit test statistics that dominate the
 * Kolmogorov statistics, for the maximum of a likelihood ratio over several thresholds.
 */
export function profile({ dayOfYear, buckets }: LatenessSeries): Profile {
  const all = dayOfYear.length;
  const result: Profile = {
    score: new Float64Array(all).fill(NaN),
    step: new Uint8Array(all),
    share: new Float64Array(all).fill(NaN),
    usualShare: new Float64Array(all).fill(NaN),
    cancelledDeviation: new Float64Array(all).fill(NaN),
    days: 0,
  };
  const row = new Uint32Array(all);
  const flights = new Float64Array(all);
  let count = 0;
  for (let day = 0; day < all; day++) {
    let known = 0;
    for (let bucket = 0; bucket <= cancelledBucket; bucket++) known += buckets[day * latenessBuckets + bucket];
    if (known === 0) continue;
    row[count] = day;
    flights[count++] = known;
  }
  result.days = count;
  if (count === 0) return result;
  const n = flights.subarray(0, count);
  const typicalFlights = median(n);
  const late = new Float64Array(count);
  const share = new Float64Array(count);
  const most = new Float64Array(count).fill(-Infinity);
  const sumAbove = new Float64Array(count);
  for (let step = cancelledStep; step >= 0; step--) {
    // From the last step to the first: each adds the flights of its own bucket to those that were later.
    for (let day = 0; day < count; day++) {
      late[day] += buckets[row[day] * latenessBuckets + step + 1];
      share[day] = late[day] / n[day];
    }
    const usual = usualShares(share, n, step);
    const spread = variance(share, usual, typicalFlights);
    for (let day = 0; day < count; day++) {
      const weighted = weights[step] * deviation(share[day], usual.ofDay[day], n[day], spread);
      if (step === cancelledStep) result.cancelledDeviation[row[day]] = weighted;
      if (weighted > 0) sumAbove[day] += weighted;
      // The first of equal steps is told, as it is where all are 0.
      if (!(weighted >= most[day])) continue;
      most[day] = weighted;
      result.step[row[day]] = step;
      result.share[row[day]] = share[day];
      result.usualShare[row[day]] = usual.ofDay[day];
    }
  }
  const alone = most;
  for (let day = 0; day < count; day++) alone[day] += (meanWeight * sumAbove[day]) / weights.length;
  for (let day = 0; day < count; day++) {
    let score = alone[day];
    for (const neighbour of [day - 1, day + 1]) {
      if (neighbour < 0 || neighbour >= count) continue;
      if (Math.abs(dayOfYear[row[neighbour]] - dayOfYear[row[day]]) !== 1) continue;
      score += neighbourWeight * Math.max(0, Math.min(alone[neighbour], neighbourCap) - 1);
    }
    result.score[row[day]] = score;
  }
  return result;
}

interface UsualShares {
  /** Of the year. */
  ofYear: number;
  ofDay: Float64Array;
}

function usualShares(share: Float64Array, n: Float64Array, step: number): UsualShares {
  const count = share.length;
  const cap = quantile(share, step === cancelledStep ? capQuantile.cancelled : capQuantile.late);
  // Sums up to each day, so that the sum of a season is a difference of two.
  const late = new Float64Array(count + 1);
  const flights = new Float64Array(count + 1);
  for (let day = 0; day < count; day++) {
    late[day + 1] = late[day] + Math.min(share[day], cap) * n[day];
    flights[day + 1] = flights[day] + n[day];
  }
  const whole = late[count] / flights[count];
  const ofYear = clamp(whole);
  const ofDay = new Float64Array(count);
  for (let day = 0; day < count; day++) {
    const from = Math.max(0, day - seasonDays);
    const to = Math.min(count, day + seasonDays + 1);
    const local = (late[to] - late[from]) / (flights[to] - flights[from]);
    ofDay[day] = step === cancelledStep ? ofYear : clamp(ofYear + seasonShare * (local - whole));
  }
  return { ofYear, ofDay };
}

/** How much ordinary days differ beyond what the chance of their flights explains, in units of a flight's variance. */
function variance(share: Float64Array, { ofYear, ofDay }: UsualShares, typicalFlights: number): number {
  const rest = share.map((each, day) => each - ofDay[day]);
  const middle = median(rest);
  for (let day = 0; day < rest.length; day++) rest[day] = Math.abs(rest[day] - middle);
  const spread = (normalConsistency * median(rest)) ** 2 / (ofYear * (1 - ofYear));
  return Math.max(spread - 1 / typicalFlights, leastDeviation ** 2 + 0.5 / typicalFlights);
}

/** Signed root of the binomial deviance of a share from the usual one. */
function deviation(share: number, usual: number, n: number, spread: number): number {
  const divergence = part(share, usual) + part(1 - share, 1 - usual);
  const root = Math.sqrt((2 * Math.max(0, divergence)) / (spread + 1 / n + 0.75 / n ** 2));
  return share < usual ? -root : root;
}

/** 0 · ln 0 is 0. */
const part = (share: number, usual: number): number => (share > 0 ? share * Math.log(share / usual) : 0);

const clamp = (share: number): number => Math.min(1 - leastShare, Math.max(leastShare, share));
