import { daySlots } from '../summary/calendar.ts';
import { cancelledBucket, cancelledStep, latenessBuckets } from '../summary/lateness.ts';
import { median } from './median.ts';
import { quantile } from './quantile.ts';

/** Scheduled flights of one series (an airport, a carrier at an airport, a destination), day after day. */
export interface LatenessSeries {
  /** Zero-based, ascending; one for each day. */
  dayOfYear: ArrayLike<number>;
  /** For each day, flights in each of {@link latenessBuckets}. */
  buckets: ArrayLike<number>;
  /** Length of a day's entry in `buckets`. It is larger than the number of buckets if other numbers follow them. */
  size?: number;
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

/** A day with a high score. */
export interface Peak {
  /** Index in the series. */
  day: number;
  score: number;
  /** The step that is furthest out of line, as in {@link Profile}. */
  step: number;
  share: number;
  usualShare: number;
}

/** A series with fewer days does not show what is usual, so none of its days is flagged. */
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
/** So much a bound may be off. */
const rounding = 1e-9;

/**
 * Score each day of a series by the shares of its flights that left late by several steps, or not at all: the signed root
 * of each share's binomial deviance from what is usual, with the number of flights shrunk by how much ordinary days
 * differ; the largest of the steps counts, and a little of all of them.
 *
 * Sources: docs/detection.md, "Profile". Berk & Jones (1979), Goodness-of-fit test statistics that dominate the
 * Kolmogorov statistics, for the maximum of a likelihood ratio over several thresholds.
 */
export function profile(series: LatenessSeries): Profile {
  const all = series.dayOfYear.length;
  const result: Profile = {
    score: new Float64Array(all).fill(NaN),
    step: new Uint8Array(all),
    share: new Float64Array(all).fill(NaN),
    usualShare: new Float64Array(all).fill(NaN),
    cancelledDeviation: new Float64Array(all).fill(NaN),
    days: 0,
  };
  measure(series);
  const { count, row } = year;
  result.days = count;
  if (count === 0) return result;
  findUsual();
  findSpreads();
  for (let day = 0; day < count; day++) {
    judge(day);
    result.step[row[day]] = year.step[day];
    result.share[row[day]] = year.share[year.step[day]][day];
    result.usualShare[row[day]] = year.usual[year.step[day]][day];
    result.cancelledDeviation[row[day]] = weightedDeviation(cancelledStep, day);
  }
  for (let day = 0; day < count; day++) result.score[row[day]] = scoreWithNeighbours(day);
  return result;
}

/**
 * The days of a series whose score, as {@link profile} has it, is at least so high: none where the series has fewer than
 * {@link fewestDays}. Logarithms and medians are only made of days that an upper bound of the score lets through.
 */
export function peaks(series: LatenessSeries, least: number): Peak[] {
  measure(series);
  const { count, row } = year;
  if (count < fewestDays) return [];
  const leastAlone = (least - 2 * neighbourWeight * (neighbourCap - 1)) * (1 - rounding);
  const possible: number[] = [];
  for (let day = 0; day < count; day++) if (mayDeviate(day, leastAlone / (1 + meanWeight))) possible.push(day);
  if (possible.length === 0) return [];
  findUsual();
  year.spread.fill(leastSpread());
  const candidates = possible.filter((day) => judge(day) >= leastAlone);
  if (candidates.length === 0) return [];
  findSpreads();
  const found: Peak[] = [];
  for (const day of candidates) {
    for (let near = Math.max(0, day - 1); near <= Math.min(count - 1, day + 1); near++) judge(near);
    const score = scoreWithNeighbours(day);
    const step = year.step[day];
    if (!(score >= least)) continue;
    found.push({ day: row[day], score, step, share: year.share[step][day], usualShare: year.usual[step][day] });
  }
  return found;
}

const steps = weights.length;
const ofDays = () => new Float64Array(daySlots);
const ofSteps = () => Array.from({ length: steps }, ofDays);

/** The series that is being judged. Its memory is used again for each of the thousands of series. */
const year = {
  /** Number of days on which something is known of the flights. The arrays below have an entry for each of them. */
  count: 0,
  /** Index of the day in the series. */
  row: new Uint16Array(daySlots),
  dayOfYear: new Uint16Array(daySlots),
  /** Number of the day's flights. */
  n: ofDays(),
  /** For each step, the share of the day's flights that reached the step. */
  share: ofSteps(),
  /** For each step, the usual share at that time of the year. */
  usual: ofSteps(),
  /** The step that is furthest out of line. `alone` is the score without the neighbouring days. */
  step: new Uint8Array(daySlots),
  alone: ofDays(),
  typicalFlights: 0,
  /** Sums of flights up to each day, and for each step of late ones, so that the sum of a season is a difference. */
  flightsBefore: new Float64Array(daySlots + 1),
  lateBefore: Array.from({ length: steps }, () => new Float64Array(daySlots + 1)),
  /** For each step, the share of the year without its worst days, the same within bounds, and the spread of ordinary days. */
  whole: new Float64Array(steps),
  ofYear: new Float64Array(steps),
  spread: new Float64Array(steps),
  /** How far the shares of a step are from the usual ones. */
  rest: ofDays(),
};

/** Find the shares of each day and of the year. */
function measure({ dayOfYear, buckets, size = latenessBuckets }: LatenessSeries): void {
  const { row, n, flightsBefore } = year;
  let count = 0;
  for (let day = 0; day < dayOfYear.length; day++) {
    let known = 0;
    for (let bucket = 0; bucket <= cancelledBucket; bucket++) known += buckets[day * size + bucket];
    if (known === 0) continue;
    row[count] = day;
    year.dayOfYear[count] = dayOfYear[day];
    flightsBefore[count + 1] = flightsBefore[count] + known;
    n[count++] = known;
  }
  year.count = count;
  if (count === 0) return;
  year.typicalFlights = median(n.subarray(0, count));
  for (let step = cancelledStep; step >= 0; step--) {
    const share = year.share[step];
    const lateBefore = year.lateBefore[step];
    for (let day = 0; day < count; day++) {
      let late = 0;
      for (let bucket = step + 1; bucket <= cancelledBucket; bucket++) late += buckets[row[day] * size + bucket];
      share[day] = late / n[day];
    }
    const cap = quantile(share.subarray(0, count), step === cancelledStep ? capQuantile.cancelled : capQuantile.late);
    for (let day = 0; day < count; day++) {
      lateBefore[day + 1] = lateBefore[day] + Math.min(share[day], cap) * n[day];
    }
    year.whole[step] = lateBefore[count] / flightsBefore[count];
    year.ofYear[step] = clamp(year.whole[step]);
  }
}

/** Find the shares that are usual at the time of each day. */
function findUsual(): void {
  const { count, whole, ofYear, flightsBefore } = year;
  year.usual[cancelledStep].fill(ofYear[cancelledStep], 0, count);
  for (let step = 0; step < cancelledStep; step++) {
    const usual = year.usual[step];
    const lateBefore = year.lateBefore[step];
    for (let day = 0; day < count; day++) {
      const from = Math.max(0, day - seasonDays);
      const to = Math.min(count, day + seasonDays + 1);
      const local = (lateBefore[to] - lateBefore[from]) / (flightsBefore[to] - flightsBefore[from]);
      usual[day] = clamp(ofYear[step] + seasonShare * (local - whole[step]));
    }
  }
}

const leastSpread = (): number => leastDeviation ** 2 + 0.5 / year.typicalFlights;

/**
 * Find how much ordinary days differ beyond what the chance of their flights explains, in units of a flight's variance,
 * for each step.
 */
function findSpreads(): void {
  const { count, share, usual, ofYear, spread, typicalFlights } = year;
  const rest = year.rest.subarray(0, count);
  for (let step = 0; step < steps; step++) {
    for (let day = 0; day < count; day++) rest[day] = share[step][day] - usual[step][day];
    const middle = median(rest);
    for (let day = 0; day < count; day++) rest[day] = Math.abs(rest[day] - middle);
    const found = (normalConsistency * median(rest)) ** 2 / (ofYear[step] * (1 - ofYear[step]));
    spread[step] = Math.max(found - 1 / typicalFlights, leastSpread());
  }
}

/**
 * Whether the weighted deviation of any step may be so large, whatever the season and the spread. For a share y above the
 * usual one, its divergence falls with the usual share p and is at most χ² = (y − p)² / (p · (1 − p)).
 */
function mayDeviate(day: number, least: number): boolean {
  const { share, n, whole, ofYear } = year;
  const noise = leastSpread() + 1 / n[day] + 0.75 / n[day] ** 2;
  if (least <= 0) return true;
  for (let step = 0; step < steps; step++) {
    const usual = step === cancelledStep ? ofYear[step] : clamp(ofYear[step] - seasonShare * whole[step]);
    const above = share[step][day] - usual;
    if (above > 0 && 2 * (weights[step] * above) ** 2 >= least ** 2 * usual * (1 - usual) * noise) return true;
  }
  return false;
}

/** Score a day without its neighbours, by the spreads that are set. */
function judge(day: number): number {
  let most = -Infinity;
  let sumAbove = 0;
  for (let step = cancelledStep; step >= 0; step--) {
    const weighted = weightedDeviation(step, day);
    if (weighted > 0) sumAbove += weighted;
    // If several steps are equal, the first one is named, also if all are 0.
    if (!(weighted >= most)) continue;
    most = weighted;
    year.step[day] = step;
  }
  year.alone[day] = most + (meanWeight * sumAbove) / steps;
  return year.alone[day];
}

/** Signed root of the binomial deviance of a share from the usual one, weighted by the step. */
function weightedDeviation(step: number, day: number): number {
  const share = year.share[step][day];
  const usual = year.usual[step][day];
  const n = year.n[day];
  const divergence = part(share, usual) + part(1 - share, 1 - usual);
  const root = Math.sqrt((2 * Math.max(0, divergence)) / (year.spread[step] + 1 / n + 0.75 / n ** 2));
  return weights[step] * (share < usual ? -root : root);
}

/** @returns the score of a day, when it and its neighbours have been judged */
function scoreWithNeighbours(day: number): number {
  const { count, dayOfYear, alone } = year;
  let score = alone[day];
  for (const neighbour of [day - 1, day + 1]) {
    if (neighbour < 0 || neighbour >= count) continue;
    if (Math.abs(dayOfYear[neighbour] - dayOfYear[day]) !== 1) continue;
    score += neighbourWeight * Math.max(0, Math.min(alone[neighbour], neighbourCap) - 1);
  }
  return score;
}

/** 0 · ln 0 is 0. */
const part = (share: number, usual: number): number => (share > 0 ? share * Math.log(share / usual) : 0);

const clamp = (share: number): number => Math.min(1 - leastShare, Math.max(leastShare, share));
