import { daySlots } from '../summary/calendar.ts';
import {
  type DayRecords,
  delayMinutes,
  emptyRecord,
  lostMinutes,
  recordCounts,
  recordSums,
} from '../summary/day-records.ts';
import { latenessBuckets } from '../summary/lateness.ts';
import { listedCounts, type SegmentList } from './segment-tallies.ts';

/** The lists of one thread. */
export interface ThreadSegments {
  /** For each day of the year. */
  lists: SegmentList[][];
  /** The thread's number of each segment, or a negative one where it has none. */
  numbers: Int32Array;
}

type Records = Pick<DayRecords, 'counts' | 'sums'>;

/** Segments lie beside each other on each day, so that reading a few of them takes hardly longer than reading one. */
const readAtOnce = 16;

/** What several threads have counted of segments by day, which is added up when it is asked for. */
export class JoinedSegments {
  readonly #threads: ThreadSegments[];
  /** Records of all days of the segments from `firstRead` on, segment after segment. */
  #read = emptyRecord(0);
  #firstRead = NaN;

  constructor(threads: ThreadSegments[]) {
    this.#threads = threads;
  }

  /** Add what is counted of a segment on a day to a record. */
  add(segment: number, day: number, into: Records): void {
    for (const { lists, numbers } of this.#threads) {
      for (const list of lists[day]) addListed(list, numbers[segment], into, 0);
    }
  }

  /** The records of a segment for all days, one after the other. Those of the segment before are overwritten. */
  readAll(segment: number, { sums }: Pick<Records, 'sums'>): void {
    if (!(segment >= this.#firstRead && segment < this.#firstRead + readAtOnce)) this.#readFrom(segment);
    const first = (segment - this.#firstRead) * sums.length;
    sums.set(this.#read.sums.subarray(first, first + sums.length));
  }

  #readFrom(first: number): void {
    this.#firstRead = first;
    if (this.#read.sums.length === 0) this.#read = emptyRecord(readAtOnce * daySlots);
    else this.#read.sums.fill(0);
    for (const { lists, numbers } of this.#threads) {
      const last = Math.min(first + readAtOnce, numbers.length);
      for (let day = 0; day < daySlots; day++) {
        for (const list of lists[day]) {
          for (let segment = first; segment < last; segment++) {
            addListed(list, numbers[segment], this.#read, (segment - first) * daySlots + day);
          }
        }
      }
    }
  }

  /** For each segment, scheduled flights and minutes lost in the year. */
  total(segments: number): { flights: Float64Array; lost: Float64Array } {
    const result = { flights: new Float64Array(segments), lost: new Float64Array(segments) };
    for (const { lists, numbers } of this.#threads) {
      for (const { firstOf, counts, lost } of lists.flat()) {
        for (let segment = 0; segment < segments; segment++) {
          const number = numbers[segment];
          if (!(number >= 0 && number + 1 < firstOf.length)) continue;
          for (let at = firstOf[number]; at < firstOf[number + 1]; at++) {
            const first = at * listedCounts;
            for (let bucket = 0; bucket < latenessBuckets; bucket++) result.flights[segment] += counts[first + bucket];
            result.lost[segment] += lost[at];
          }
        }
      }
    }
    return result;
  }
}

function addListed({ firstOf, counts, lost, delay }: SegmentList, number: number, into: Records, record: number): void {
  if (!(number >= 0 && number + 1 < firstOf.length)) return;
  const firstCount = record * recordCounts;
  const firstSum = record * recordSums;
  for (let at = firstOf[number]; at < firstOf[number + 1]; at++) {
    const first = at * listedCounts;
    for (let count = 0; count < listedCounts; count++) into.counts[firstCount + count] += counts[first + count];
    into.sums[firstSum + lostMinutes] += lost[at];
    into.sums[firstSum + delayMinutes] += delay[at];
  }
}
