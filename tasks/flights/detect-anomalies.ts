import { type AirportDays, airportRows, type DailyCounts } from './airport-days.ts';
import { isOutlier, zScores } from './z-score.ts';

/** Run the detectors over each airport's year. */
export function detectAnomalies(year: number, counts: DailyCounts): AirportDays {
  const rows = counts.dayOfYear.length;
  const zScore = new Float64Array(rows);
  for (const { start, end } of airportRows(counts)) {
    zScore.set(zScores(counts.meanDepartureDelay.subarray(start, end)), start);
  }
  return { year, ...counts, zScore, isOutlier: Uint8Array.from(zScore, (z) => Number(isOutlier(z))) };
}
