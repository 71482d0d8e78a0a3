import { daySlots } from './calendar.ts';
import { unknownBucket } from './lateness.ts';

/** A record is 32 bytes: {@link recordCounts} counts of two bytes, and two sums of four bytes behind them. */
export const recordCounts = 16;
export const recordSums = 8;
/** Counts behind the lateness buckets: flights that were cancelled and have a delay all the same; … */
export const cancelledWithDelay = unknownBucket + 1;
/** … rows without a flight number; … */
export const withoutNumber = unknownBucket + 2;
/** … and whether a file does not say which of its flights were cancelled, whatever other files say. */
export const untold = unknownBucket + 3;
/** Sums: minutes lost, and minutes of departure delay. */
export const lostMinutes = 6;
export const delayMinutes = 7;

/**
 * What is counted of a key (an airport, a carrier at an airport, a destination) on each day of the year. Records lie one
 * after the other, key after key, {@link daySlots} of them for each key. All values are whole numbers, so that they add
 * up to the same in whichever order flights arrive.
 */
export interface DayRecords {
  counts: Uint16Array;
  /** The same memory. */
  sums: Int32Array;
}

/** @param keys room for so many */
export function emptyRecords(keys: number): DayRecords {
  const buffer = new ArrayBuffer(keys * daySlots * 2 * recordCounts);
  return { counts: new Uint16Array(buffer), sums: new Int32Array(buffer) };
}

/** The same records with room for so many keys. */
export function withRoom(records: DayRecords, keys: number): DayRecords {
  const { sums } = records;
  if (keys * daySlots * recordSums <= sums.length) return records;
  const larger = emptyRecords(Math.max(keys, Math.ceil((1.5 * sums.length) / (daySlots * recordSums))));
  larger.sums.set(sums);
  return larger;
}
