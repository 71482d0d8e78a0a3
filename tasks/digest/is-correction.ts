import type { ToldEvent } from './noted-event.ts';

/** A change of the minutes lost by more than this share is worth telling. */
const minutesShare = 0.1;

/**
 * Whether an event has changed so much that its readers must hear of it: its days, its airports, its name, or its minutes
 * lost by more than a tenth.
 */
export function isCorrection(read: ToldEvent, now: ToldEvent): boolean {
  return (
    read.firstDate !== now.firstDate ||
    read.lastDate !== now.lastDate ||
    read.name !== now.name ||
    new Set(read.airports).symmetricDifference(new Set(now.airports)).size > 0 ||
    Math.abs(now.minutesLost - read.minutesLost) > minutesShare * Math.abs(read.minutesLost)
  );
}
