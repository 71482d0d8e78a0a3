import { airportRows, type DailyCounts } from '../summary/airport-days.ts';

const outlierAt = 3;

/**
 * The reference's detector over one airport's year: how many standard deviations a day's mean departure delay lies from
 * the year's. `z = (x − mean) / σ`, σ of the population (÷ n), over the days that have a mean; 0 where σ is 0.
 * @param meanDepartureDelay minutes per day, NaN where no flight departed
 * @returns z, NaN where there is no mean
 */
export function zScores(meanDepartureDelay: Float64Array): Float64Array {
  let known = 0;
  let sum = 0;
  for (const delay of meanDepartureDelay) {
    if (Number.isNaN(delay)) continue;
    known++;
    sum += delay;
  }
  const mean = sum / known;
  let squares = 0;
  for (const delay of meanDepartureDelay) if (!Number.isNaN(delay)) squares += (delay - mean) ** 2;
  const deviation = Math.sqrt(squares / known);
  // If all days are alike, the deviation is a rounding error, by which nothing should be divided.
  const alike = deviation <= Math.abs(mean) * Number.EPSILON * known;
  const scores = new Float64Array(meanDepartureDelay.length);
  for (let day = 0; day < scores.length; day++) {
    const delay = meanDepartureDelay[day];
    scores[day] = alike && !Number.isNaN(delay) ? 0 : (delay - mean) / deviation;
  }
  return scores;
}

/** {@link zScores} of each airport. */
export function zScoresOfDays(days: DailyCounts): Float64Array {
  const scores = new Float64Array(days.dayOfYear.length);
  for (const { start, end } of airportRows(days)) {
    scores.set(zScores(days.meanDepartureDelay.subarray(start, end)), start);
  }
  return scores;
}

/** The reference's flag: |z| ≥ 3, high or low. */
export function isOutlier(z: number): boolean {
  return Math.abs(z) >= outlierAt;
}
