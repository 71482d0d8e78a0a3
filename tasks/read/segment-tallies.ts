import { cancelledWithDelay, delayMinutes, emptyRecord, lostMinutes, recordSums } from '../summary/day-records.ts';
import { cancelledBucket } from '../summary/lateness.ts';
import { type FlightBatch, noDelay, noDestination } from './flight-batch.ts';
import type { ListMemory } from './list-memory.ts';
import { OpenDays } from './open-days.ts';

/** The number of a row that is of no segment. */
export const noSegment = noDestination;
/** Number of counts that an entry of a {@link SegmentList} has: the first ones of a record. */
export const listedCounts = cancelledWithDelay + 1;

/**
 * What is counted of segments on a day, sorted by their numbers, in 13 bytes each. A segment may stand there several times:
 * its numbers add up.
 */
export interface SegmentList {
  /** The first entry of each segment; one more ends the last segment. */
  firstOf: Uint16Array<ArrayBuffer> | Uint32Array<ArrayBuffer>;
  /** {@link listedCounts} for each entry. */
  counts: Uint8Array<ArrayBuffer>;
  lost: Uint16Array<ArrayBuffer>;
  delay: Int16Array<ArrayBuffer>;
}

/** The records of all segments on a day, by their numbers. */
type SegmentDay = ReturnType<typeof emptyRecord>;

/** Grown when more segments come. */
const segmentsExpected = 512;
/** The largest numbers that an entry of a list holds. */
const mostFlights = 255;
const mostLost = 65_535;
const mostDelay = 32_767;

/** What is counted of each segment, a carrier at an airport or a destination, on each day of the year. */
export class SegmentTallies {
  #room = segmentsExpected;
  readonly #days: OpenDays<SegmentDay, SegmentList>;

  /** @param memory for the lists */
  constructor(memory: ListMemory) {
    this.#days = new OpenDays({
      make: () => emptyRecord(this.#room),
      listOf: (table) => listIn(memory, table),
      clear: ({ sums }) => sums.fill(0),
    });
  }

  /**
   * @param segments number of each row's segment, or {@link noSegment} for a row that is left out
   * @param known number of segments that are known; all numbers are below it
   * @param bucket lateness of each row
   * @param lost minutes of each row
   */
  add(
    { rows, day, departureDelay }: Pick<FlightBatch, 'rows' | 'day' | 'departureDelay'>,
    segments: Uint16Array,
    known: number,
    { bucket, lost }: { bucket: Uint8Array; lost: Uint16Array },
  ): void {
    this.#room = known <= this.#room ? this.#room : Math.max(known, 2 * this.#room);
    let dayBefore = -1;
    let { counts, sums } = none;
    for (let row = 0; row < rows; row++) {
      const segment = segments[row];
      if (segment === noSegment) continue;
      if (day[row] !== dayBefore) {
        dayBefore = day[row];
        ({ counts, sums } = this.#tableOf(dayBefore));
      }
      const record = segment * recordSums;
      const which = bucket[row];
      const delay = departureDelay[row];
      counts[2 * record + which]++;
      sums[record + lostMinutes] += lost[row];
      if (delay === noDelay) continue;
      sums[record + delayMinutes] += delay;
      if (which === cancelledBucket) counts[2 * record + cancelledWithDelay]++;
    }
    this.#days.endBatch();
  }

  /** The counts of each day, in lists whose numbers add up. */
  lists(): SegmentList[][] {
    return this.#days.lists();
  }

  #tableOf(day: number): SegmentDay {
    const table = this.#days.tableOf(day);
    if (table.sums.length >= this.#room * recordSums) return table;
    const larger = emptyRecord(this.#room);
    larger.sums.set(table.sums);
    this.#days.replace(day, larger);
    return larger;
  }
}

const none = emptyRecord(0);

function listIn(memory: ListMemory, { counts, sums }: SegmentDay): SegmentList {
  const all = sums.length / recordSums;
  const entriesOf = new Uint32Array(all);
  let segments = 0;
  let entries = 0;
  for (let segment = 0; segment < all; segment++) {
    entriesOf[segment] = entriesFor(segment);
    entries += entriesOf[segment];
    if (entriesOf[segment] > 0) segments = segment + 1;
  }
  const list: SegmentList = {
    firstOf:
      entries <= 0xffff
        ? memory.array(Uint16Array<ArrayBuffer>, segments + 1)
        : memory.array(Uint32Array<ArrayBuffer>, segments + 1),
    counts: memory.array(Uint8Array<ArrayBuffer>, entries * listedCounts),
    lost: memory.array(Uint16Array<ArrayBuffer>, entries),
    delay: memory.array(Int16Array<ArrayBuffer>, entries),
  };
  let at = 0;
  for (let segment = 0; segment < segments; segment++) {
    list.firstOf[segment] = at;
    for (let left = entriesOf[segment]; left > 0; left--) put(segment, at++);
  }
  list.firstOf[segments] = at;
  return list;

  /** How many entries a segment needs. Flights that are not cancelled may lose no minute, and have a delay of 0. */
  function entriesFor(segment: number): number {
    const record = segment * recordSums;
    let most = 0;
    for (let count = 0; count < listedCounts; count++) most = Math.max(most, counts[2 * record + count]);
    if (most === 0) return 0;
    const lost = sums[record + lostMinutes];
    const delay = Math.abs(sums[record + delayMinutes]);
    if (most <= mostFlights && lost <= mostLost && delay <= mostDelay) return 1;
    return Math.max(Math.ceil(most / mostFlights), Math.ceil(lost / mostLost), Math.ceil(delay / mostDelay));
  }

  /** Put as much as an entry holds, and leave the rest to the next ones. */
  function put(segment: number, at: number): void {
    const record = segment * recordSums;
    for (let count = 0; count < listedCounts; count++) {
      counts[2 * record + count] -= list.counts[at * listedCounts + count] = Math.min(
        counts[2 * record + count],
        mostFlights,
      );
    }
    sums[record + lostMinutes] -= list.lost[at] = Math.min(sums[record + lostMinutes], mostLost);
    const delay = sums[record + delayMinutes];
    sums[record + delayMinutes] -= list.delay[at] = Math.max(-mostDelay, Math.min(delay, mostDelay));
  }
}
