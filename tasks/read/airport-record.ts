import { cancellationCauses, causes } from '../summary/causes.ts';
import { recordSums } from '../summary/day-records.ts';
import { hourBlocks } from './hour-block.ts';

// An airport's record of a day has more than other records, behind what all have. Counts have two bytes, sums four.

/** First count of the flights in each block of hours, followed by those of them that were cancelled. */
export const hourFlights = 2 * recordSums;
/** First sum of the minutes lost in each block of hours. */
export const hourLost = recordSums + hourBlocks;
/** First sum of the minutes by cause. */
export const minutesBy = hourLost + hourBlocks;
/** First count of the cancelled flights by cause. */
export const cancelledBy = 2 * (minutesBy + causes.length);
/** Sums that a record has room for: two lines of the processor's cache. */
export const airportRecordSums = 32;

if (cancelledBy + cancellationCauses.length > 2 * airportRecordSums) throw new RangeError('the record is too small');
