/** Minutes by which a departure counts as late: a flight counts in each step that it reaches. */
export const lateSteps = [1, 15, 30, 60, 120] as const;
/** The step that follows {@link lateSteps}: flights that did not leave at all. */
export const cancelledStep = lateSteps.length;

/**
 * Buckets of flights by how late they left, from on time through the {@link lateSteps} to cancelled and unknown. The
 * bucket of a step is the one behind it: flights that reach the step, and not the next one.
 */
export const latenessBuckets = lateSteps.length + 3;
export const cancelledBucket = cancelledStep + 1;
/** Bucket of the flights of which neither a delay nor a cancellation is known. */
export const unknownBucket = cancelledBucket + 1;

/**
 * What a cancelled flight loses its passengers, in minutes. Source: Bratu & Barnhart (2005), An analysis of passenger
 * delays using flight operations and passenger booking data, 303 minutes.
 */
export const minutesOfCancellation = 300;

/** The bucket of a flight that left, by its departure delay in minutes. */
export function latenessBucket(departureDelay: number): number {
  if (departureDelay < lateSteps[2]) return departureDelay < lateSteps[0] ? 0 : departureDelay < lateSteps[1] ? 1 : 2;
  return departureDelay < lateSteps[3] ? 3 : departureDelay < lateSteps[4] ? 4 : 5;
}
