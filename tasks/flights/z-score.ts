/** The reference's columns, one value per airport-day. */
export interface ZScores {
  /** NaN on a day that has no mean delay. */
  zScore: Float64Array;
  isOutlier: Uint8Array;
}

const outlierAt = 3;

/**
 * The reference's detector over one airport's year: how many standard deviations a day's mean departure delay lies from
 * the year's. `z = (x − mean) / σ`, σ of the population (÷ n), over the days that have a mean; 0 where σ is 0.
 * @param meanDepartureDelay minutes per day, NaN where no flight departed
 * @returns z, NaN where there is no mean
 */
export function zScores(meanDepartureDelay: Float64Array): Float64Array {
  const known = meanDepartureDelay.filter((delay) => !Number.isNaN(delay));
  const mean = known.reduce((sum, delay) => sum + delay, 0) / known.length;
  const variance = known.reduce((sum, delay) => sum + (delay - mean) ** 2, 0) / known.length;
  const deviation = Math.sqrt(variance);
  // Days that are all alike leave a rounding error for a deviation, and would divide by it.
  const flat = deviation <= Math.abs(mean) * Number.EPSILON * known.length;
  return meanDepartureDelay.map((delay) => (Number.isNaN(delay) ? NaN : flat ? 0 : (delay - mean) / deviation));
}

/** The reference's flag: |z| ≥ 3, high or low. */
export function isOutlier(z: number): boolean {
  return Math.abs(z) >= outlierAt;
}
