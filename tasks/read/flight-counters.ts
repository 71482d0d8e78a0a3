import { InputError } from '../errors.ts';
import { daySlots } from '../summary/calendar.ts';
import { causes } from '../summary/causes.ts';
import {
  cancelledWithDelay,
  delayMinutes,
  emptyRecords,
  lostMinutes,
  untold,
  withoutNumber,
  withRoom,
} from '../summary/day-records.ts';
import { cancelledBucket, latenessBucket, minutesOfCancellation, unknownBucket } from '../summary/lateness.ts';
import { airportRecordSums, cancelledBy, hourFlights, hourLost, minutesBy } from './airport-record.ts';
import { AirportCodes, CarrierCodes } from './codes.ts';
import { type CounterTables, carriersAtAnAirport } from './counter-tables.ts';
import { batchRows, type FlightBatch, flown, noCarrier, noDelay, noHour } from './flight-batch.ts';
import { hourBlockOf } from './hour-block.ts';
import { hourOutcomes, hourSlot, noOutcome, outcomeOf, outcomes } from './hour-outcomes.ts';
import { ListMemory } from './list-memory.ts';
import { RouteTallies } from './route-tallies.ts';
import { noSegment, SegmentTallies } from './segment-tallies.ts';

/** About as many as have flights in a year; room for more is made when they come. */
const airportsExpected = 400;
const carriersExpected = 32;
/** More than in any real year. Memory that is not touched costs nothing, and growing would copy all of it. */
const segmentsExpected = 4_096;
/** Lateness bucket and outcome of every delay. They are looked up, since branches by delay could not be predicted. */
const longestDelay = 10_080;
const delays = { length: 2 * longestDelay + 1 };
const bucketOfDelay = Uint8Array.from(delays, (_, at) => latenessBucket(at - longestDelay));
const outcomeOfDelay = Uint8Array.from(delays, (_, at) => outcomeOf(bucketOfDelay[at], at - longestDelay));

/**
 * Counts flights, whichever order they come in: of each airport, each carrier at an airport and each destination by day;
 * of each airport by day and three hours, and by day and destination; and of each carrier at an airport by hour. A flight
 * becomes increments of these and is not looked at again.
 */
export class FlightCounters {
  readonly airports = new AirportCodes();
  readonly carriers = new CarrierCodes();
  airportDays = emptyRecords(airportsExpected, airportRecordSums);
  readonly #listMemory = new ListMemory();
  readonly carrierDays = new SegmentTallies(this.#listMemory);
  readonly arrivalDays = new SegmentTallies(this.#listMemory);
  readonly routes = new RouteTallies(this.#listMemory);
  /** For each segment of {@link carrierDays}: airport · {@link carriersAtAnAirport} + carrier. */
  readonly segments: number[] = [];
  /** 1 for each day that has been counted. */
  readonly days = new Uint8Array(daySlots);
  /** Flights of the whole year for each segment, hour and outcome. */
  carrierOutcomes = new Uint32Array(segmentsExpected * hourOutcomes);
  /** Flights without a carrier for each airport, hour and outcome. */
  otherOutcomes = new Uint32Array(airportsExpected * hourOutcomes);

  /** For each airport and carrier, the segment's number + 1; 0 for a pair that is new. */
  #segmentOf = new Uint16Array(airportsExpected * carriersExpected);
  #carriersReserved = carriersExpected;
  #airportsReserved = airportsExpected;
  // These arrays have an entry for each row of the batch that is being counted.
  readonly #bucket = new Uint8Array(batchRows);
  readonly #isCancelled = new Uint8Array(batchRows);
  readonly #lost = new Uint16Array(batchRows);
  readonly #lateness = { bucket: this.#bucket, lost: this.#lost };
  readonly #segment = new Uint16Array(batchRows);
  readonly #outcome = new Uint8Array(batchRows);

  /** @param saysCancelled whether the file says which flights were cancelled; else those without a delay were */
  add(batch: FlightBatch, saysCancelled: boolean): void {
    this.#reserve(this.airports.codes.length);
    this.#classify(batch, saysCancelled);
    this.#countAirports(batch, saysCancelled);
    this.#countCarriers(batch);
    this.arrivalDays.add(batch, batch.destination, this.airports.codes.length, this.#lateness);
    this.routes.add(batch, this.#isCancelled, this.#lost);
    this.#countOutcomes(batch);
  }

  tables(): CounterTables {
    const { days, airportDays, segments, carrierOutcomes, otherOutcomes } = this;
    return {
      ...{ days, airportDays, segments, carrierOutcomes, otherOutcomes },
      carrierDays: this.carrierDays.lists(),
      arrivalDays: this.arrivalDays.lists(),
      airports: this.airports.codes,
      carriers: this.carriers.codes,
      routes: this.routes.lists(),
      listMemory: this.#listMemory.blocks,
    };
  }

  #classify({ rows, day, departureDelay, cancellation }: FlightBatch, saysCancelled: boolean): void {
    const { days } = this;
    const bucket = this.#bucket;
    const isCancelled = this.#isCancelled;
    const lost = this.#lost;
    const outcome = this.#outcome;
    for (let row = 0; row < rows; row++) {
      days[day[row]] = 1;
      const delay = departureDelay[row];
      isCancelled[row] = 0;
      if (cancellation[row] !== flown || (delay === noDelay && !saysCancelled)) {
        bucket[row] = cancelledBucket;
        outcome[row] = outcomes - 1;
        isCancelled[row] = 1;
        lost[row] = minutesOfCancellation;
      } else if (delay === noDelay) {
        bucket[row] = unknownBucket;
        outcome[row] = noOutcome;
        lost[row] = 0;
      } else {
        bucket[row] = bucketOfDelay[delay + longestDelay];
        outcome[row] = outcomeOfDelay[delay + longestDelay];
        lost[row] = delay > 0 ? delay : 0;
      }
    }
  }

  #countAirports(batch: FlightBatch, saysCancelled: boolean) {
    const { rows, origin, day, departureDelay, hour, cancellation } = batch;
    const { counts, sums, size, keys } = this.airportDays;
    const isCancelled = this.#isCancelled;
    const lost = this.#lost;
    const bucket = this.#bucket;
    for (let row = 0; row < rows; row++) {
      const record = (day[row] * keys + origin[row]) * size;
      const delay = departureDelay[row];
      counts[2 * record + bucket[row]]++;
      sums[record + lostMinutes] += lost[row];
      if (delay !== noDelay) {
        sums[record + delayMinutes] += delay;
        if (isCancelled[row] === 1) counts[2 * record + cancelledWithDelay]++;
      }
      if (hour[row] !== noHour) {
        const block = hourBlockOf(hour[row]);
        counts[2 * record + hourFlights + 2 * block]++;
        counts[2 * record + hourFlights + 2 * block + 1] += isCancelled[row];
        sums[record + hourLost + block] += lost[row];
      }
      if (cancellation[row] > 1) counts[2 * record + cancelledBy + cancellation[row] - 2]++;
    }
    if (!saysCancelled) {
      for (let row = 0; row < rows; row++) counts[2 * (day[row] * keys + origin[row]) * size + untold] = 1;
    }
    for (let i = 0; i < batch.unnumberedRows; i++) {
      const row = batch.unnumbered[i];
      counts[2 * (day[row] * keys + origin[row]) * size + withoutNumber]++;
    }
    for (let i = 0, at = 0; i < batch.explainedRows; i++) {
      const row = batch.explained[i];
      const first = (day[row] * keys + origin[row]) * size + minutesBy;
      for (let cause = 0; cause < causes.length; cause++) sums[first + cause] += batch.minutes[at++];
    }
  }

  #countCarriers(batch: FlightBatch): void {
    const { rows, origin, carrier } = batch;
    const segment = this.#segment;
    this.#reserveCarriers(this.carriers.codes.length);
    const segmentOf = this.#segmentOf;
    const carriers = this.#carriersReserved;
    for (let row = 0; row < rows; row++) {
      if (carrier[row] === noCarrier) {
        segment[row] = noSegment;
        continue;
      }
      const pair = origin[row] * carriers + carrier[row];
      if (segmentOf[pair] === 0) {
        if (this.segments.length === noSegment - 1) throw tooManySegments();
        segmentOf[pair] = this.segments.push(origin[row] * carriersAtAnAirport + carrier[row]);
      }
      segment[row] = segmentOf[pair] - 1;
    }
    this.carrierDays.add(batch, segment, this.segments.length, this.#lateness);
  }

  #countOutcomes({ rows, origin, hour }: FlightBatch): void {
    this.carrierOutcomes = withLength(this.carrierOutcomes, this.segments.length * hourOutcomes);
    const { carrierOutcomes, otherOutcomes } = this;
    const segment = this.#segment;
    const outcome = this.#outcome;
    for (let row = 0; row < rows; row++) {
      if (outcome[row] === noOutcome) continue;
      const at = hourSlot(hour[row]) * outcomes + outcome[row];
      if (segment[row] === noSegment) otherOutcomes[origin[row] * hourOutcomes + at]++;
      else carrierOutcomes[segment[row] * hourOutcomes + at]++;
    }
  }

  #reserveCarriers(carriers: number): void {
    if (carriers <= this.#carriersReserved) return;
    this.#carriersReserved = carriersAtAnAirport;
    this.#segmentOf = new Uint16Array(this.#airportsReserved * carriersAtAnAirport);
    this.segments.forEach((pair, segment) => {
      this.#segmentOf[pair] = segment + 1;
    });
  }

  #reserve(airports: number): void {
    if (airports <= this.#airportsReserved) return;
    const room = Math.max(airports, 2 * this.#airportsReserved);
    this.airportDays = withRoom(this.airportDays, room);
    this.otherOutcomes = grown(this.otherOutcomes, room * hourOutcomes);
    this.#segmentOf = grown(this.#segmentOf, room * this.#carriersReserved);
    this.#airportsReserved = room;
  }
}

const tooManySegments = () =>
  new InputError(
    `more than ${noSegment - 1} pairs of airports and carriers; expected flights of airlines: are the columns the right ones?`,
  );

/** The same values, in a larger array where there is no room for so many; it then has room for more to come. */
function withLength(values: Uint32Array<ArrayBuffer>, length: number): Uint32Array<ArrayBuffer> {
  return length <= values.length ? values : grown(values, 2 * length);
}

function grown<T extends Uint16Array | Uint32Array>(values: T, length: number): T {
  const larger = new (values.constructor as new (length: number) => T)(length);
  larger.set(values);
  return larger;
}
