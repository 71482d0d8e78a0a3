/**
 * How late a flight is, as a whole number from 0 that orders all flights: a departure delay clipped to −200 … 3999
 * minutes, above these a cancellation.
 */
export const earliestMinutes = -200;
export const latestMinutes = 3_999;
/** Later than every delay. */
export const cancelledLateness = latestMinutes - earliestMinutes + 1;
/** Not a lateness: a flight of which we know neither a delay nor that it was cancelled. */
export const unknownLateness = cancelledLateness + 1;
export const latenessSlots = unknownLateness + 1;

/** @param departureDelay whole minutes */
export function latenessOf(departureDelay: number): number {
  if (departureDelay <= earliestMinutes) return 0;
  return departureDelay >= latestMinutes ? cancelledLateness - 1 : departureDelay - earliestMinutes;
}
