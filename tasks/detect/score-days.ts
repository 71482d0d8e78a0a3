import type { AnomalyKind, Scores } from '../summary/airport-days.ts';
import { airportRows } from '../summary/airport-days.ts';
import type { CountedYear } from '../summary/counted-year.ts';
import { cancelledStep, latenessBuckets, lateSteps } from '../summary/lateness.ts';
import { fewestDays, profile } from './profile.ts';

/**
 * Judge each airport's days by their {@link profile}.
 * @param threshold days from this score on are anomalies, in years of {@link fewestDays} days or more
 */
export function scoreDays({ days, buckets }: CountedYear, threshold: number): Scores {
  const rows = days.dayOfYear.length;
  const scores: Scores = {
    anomalyScore: new Float64Array(rows),
    isAnomaly: new Uint8Array(rows),
    anomalyKind: Array(rows).fill(null),
    lateBy: new Float64Array(rows).fill(NaN),
    lateShare: new Float64Array(rows),
    usualLateShare: new Float64Array(rows),
  };
  for (const { start, end } of airportRows(days)) {
    const judged = profile({
      dayOfYear: days.dayOfYear.subarray(start, end),
      buckets: buckets.subarray(start * latenessBuckets, end * latenessBuckets),
    });
    scores.anomalyScore.set(judged.score, start);
    scores.lateShare.set(judged.share, start);
    scores.usualLateShare.set(judged.usualShare, start);
    for (let row = start; row < end; row++) {
      const day = row - start;
      const isCancelled = judged.step[day] === cancelledStep;
      if (!Number.isNaN(judged.score[day]) && !isCancelled) scores.lateBy[row] = lateSteps[judged.step[day]];
      if (judged.days < fewestDays || !(judged.score[day] >= threshold)) continue;
      scores.isAnomaly[row] = 1;
      scores.anomalyKind[row] = kindOf(isCancelled, judged.cancelledDeviation[day] >= threshold);
    }
  }
  return scores;
}

function kindOf(isCancelled: boolean, cancelledAlone: boolean): AnomalyKind {
  if (isCancelled) return 'cancellations';
  return cancelledAlone ? 'both' : 'delays';
}
