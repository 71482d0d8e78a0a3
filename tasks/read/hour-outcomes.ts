import { cancelledBucket, unknownBucket } from '../summary/lateness.ts';
import { typicalSteps } from '../summary/typical-days.ts';
import { noHour } from './flight-batch.ts';

/** The hours of a day, and behind them the flights of which no scheduled departure is known. */
export const hourSlots = 25;
/** Number of outcomes of a flight: it reached none, some or all of the {@link typicalSteps}. */
export const outcomes = typicalSteps.length + 1;
/** Number of counts of a key: one for each hour and outcome. */
export const hourOutcomes = hourSlots * outcomes;
/** A flight of which neither a delay nor a cancellation is known. */
export const noOutcome = outcomes;

/** The outcome of a flight by its lateness bucket and its delay. */
export function outcomeOf(bucket: number, delay: number): number {
  if (bucket === unknownBucket) return noOutcome;
  if (bucket === cancelledBucket) return outcomes - 1;
  return delay < typicalSteps[1] ? (delay < typicalSteps[0] ? 0 : 1) : delay < typicalSteps[2] ? 2 : 3;
}

/** The slot of an hour, which may be {@link noHour}. */
export function hourSlot(hour: number): number {
  return hour === noHour ? hourSlots - 1 : hour;
}
