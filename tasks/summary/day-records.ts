import { daySlots } from './calendar.ts';
import { unknownBucket } from './lateness.ts';

/**
 * A record has at least 32 bytes: {@link recordCounts} counts of two bytes, the last four of which are two sums of
 * four.
 */
export const recordCounts = 16;
export const recordSums = 8;
/** Index of the count of flights that were cancelled and have a delay nevertheless. It follows the lateness buckets. */
export const cancelledWithDelay = unknownBucket + 1;
/** Index of the count of rows without a flight number. */
export const withoutNumber = unknownBucket + 2;
/** Index of a mark: some file does not say which of its flights were cancelled, whatever other files say. */
export const untold = unknownBucket + 3;
/** Indexes of two sums: minutes lost, and minutes of departure delay. */
export const lostMinutes = 6;
export const delayMinutes = 7;

/**
 * What is counted of a key (an airport, a carrier at an airport, a destination) on each day of the year. Records lie day
 * after day, those of all keys beside each other, since flights that follow each other in a file are mostly of one day.
 * All values are whole numbers, so that they add up to the same in whichever order flights arrive.
 */
export interface DayRecords {
  counts: Uint16Array<ArrayBuffer>;
  /** The same memory as {@link counts}, seen as sums of four bytes. */
  sums: Int32Array<ArrayBuffer>;
  /** Number of sums that a record has room for. */
  size: number;
  /** Number of keys that a day has room for. */
  keys: number;
}

/**
 * @param keys room for so many
 * @param size of a record: {@link recordSums} or more
 */
export function emptyRecords(keys: number, size = recordSums): DayRecords {
  const sums = new Int32Array(keys * daySlots * size);
  return { counts: new Uint16Array(sums.buffer), sums, size, keys };
}

/** A record by itself, or one for each day of the year. */
export function emptyRecord(days = 1): Pick<DayRecords, 'counts' | 'sums'> {
  const sums = new Int32Array(days * recordSums);
  return { counts: new Uint16Array(sums.buffer), sums };
}

/** A copy of the records with room for more keys. */
export function withRoom(records: DayRecords, keys: number): DayRecords {
  const { sums, size } = records;
  if (keys <= records.keys) return records;
  const larger = emptyRecords(Math.max(keys, Math.ceil(1.5 * records.keys)), size);
  const [from, to] = [records.keys * size, larger.keys * size];
  for (let day = 0; day < daySlots; day++) larger.sums.set(sums.subarray(day * from, (day + 1) * from), day * to);
  return larger;
}
