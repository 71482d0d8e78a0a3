import { cancellationCauses, causes } from '../summary/causes.ts';
import { recordSums } from '../summary/day-records.ts';
import { hourBlocks } from './hour-block.ts';

// An airport's record of a day begins with what all records have, and goes on with what follows here. Counts have two
// bytes, sums four.

/** Index of the first count of flights by block of hours; the cancelled flights of each block follow. */
export const hourFlights = 2 * recordSums;
/** Index of the first sum of minutes lost by block of hours. */
export const hourLost = recordSums + hourBlocks;
/** Index of the first sum of minutes of delay by cause. */
export const minutesBy = hourLost + hourBlocks;
/** Index of the first count of cancelled flights by cause. */
export const cancelledBy = 2 * (minutesBy + causes.length);
/** Number of sums that a record has room for; it fills two lines of the processor's cache. */
export const airportRecordSums = 32;

if (cancelledBy + cancellationCauses.length > 2 * airportRecordSums)
  throw new RangeError('the record is too small: enlarge airportRecordSums');
