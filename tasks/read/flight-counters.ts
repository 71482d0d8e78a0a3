import { InputError } from '../errors.ts';
import { daySlots } from '../summary/calendar.ts';
import { cancellationCauses, causes } from '../summary/causes.ts';
import {
  cancelledWithDelay,
  type DayRecords,
  delayMinutes,
  emptyRecords,
  lostMinutes,
  recordCounts,
  recordSums,
  untold,
  withoutNumber,
  withRoom,
} from '../summary/day-records.ts';
import { cancelledBucket, latenessBucket, minutesOfCancellation, unknownBucket } from '../summary/lateness.ts';
import { AirportCodes, CarrierCodes } from './codes.ts';
import { type CounterTables, carriersAtAnAirport } from './counter-tables.ts';
import { batchRows, type FlightBatch, flown, noCarrier, noDelay, noDestination, noHour } from './flight-batch.ts';
import { hourBlockOf, hourBlocks } from './hour-block.ts';
import { hourOutcomes, hourSlot, noOutcome, outcomeOf, outcomes } from './hour-outcomes.ts';
import { RouteTallies, routeKey } from './route-tallies.ts';

/** About as many as have flights in a year; room for more is made when they come. */
const airportsExpected = 400;
const carriersExpected = 32;
/** More than in any real year. Memory that is not touched costs nothing, and growing would copy all of it. */
const segmentsExpected = 4_096;
/** A row without a carrier or a destination. */
const noKey = noDestination;
/** Lateness buckets of all delays, so that a flight's is looked up: it is different for each, and not to be foreseen. */
const longestDelay = 10_080;
const bucketOfDelay = Uint8Array.from({ length: 2 * longestDelay + 1 }, (_, at) => latenessBucket(at - longestDelay));

/**
 * Counts flights, whichever order they come in: of each airport, each carrier at an airport and each destination by day;
 * of each airport by day and three hours, and by day and destination; and of each carrier at an airport by hour. A flight
 * becomes increments of these and is not looked at again.
 */
export class FlightCounters {
  readonly airports = new AirportCodes();
  readonly carriers = new CarrierCodes();
  airportDays = emptyRecords(airportsExpected);
  carrierDays = emptyRecords(segmentsExpected);
  arrivalDays = emptyRecords(airportsExpected);
  readonly routes = new RouteTallies();
  /** For each segment of {@link carrierDays}: airport · 256 + carrier. */
  readonly segments: number[] = [];
  /** Of each airport and day, for each block of hours: flights and those cancelled, two counts; and minutes lost. */
  hourFlights = new Uint16Array(airportsExpected * daySlots * hourBlocks * 2);
  hourLost = new Uint32Array(airportsExpected * daySlots * hourBlocks);
  /** Of each airport and day: minutes by cause, and cancelled flights by cause. */
  minutesBy = new Int32Array(airportsExpected * daySlots * causes.length);
  cancelledBy = new Uint16Array(airportsExpected * daySlots * cancellationCauses.length);
  /** Of each segment, by hour and outcome: flights of the whole year. */
  carrierOutcomes = new Uint32Array(segmentsExpected * hourOutcomes);
  /** Of each airport: the same of flights without a carrier. */
  otherOutcomes = new Uint32Array(airportsExpected * hourOutcomes);

  /** For each airport and carrier, the segment's number + 1; 0 for a pair that is new. */
  #segmentOf = new Uint16Array(airportsExpected * carriersExpected);
  #carriersReserved = carriersExpected;
  #airportsReserved = airportsExpected;
  // Of each row of the batch that is being counted.
  readonly #bucket = new Uint8Array(batchRows);
  readonly #lost = new Uint16Array(batchRows);
  readonly #segment = new Uint16Array(batchRows);
  readonly #outcome = new Uint8Array(batchRows);

  /** @param saysCancelled whether the file says which flights were cancelled; else those without a delay were */
  add(batch: FlightBatch, saysCancelled: boolean): void {
    this.#reserve(this.airports.codes.length);
    this.#classify(batch, saysCancelled);
    this.#countAirports(batch, saysCancelled);
    this.#countCarriers(batch);
    this.#countArrivals(batch);
    this.#countHours(batch);
    this.#countRoutes(batch);
    this.#countOutcomes(batch);
    this.#countExplained(batch);
  }

  tables(): CounterTables {
    const { airportDays, carrierDays, arrivalDays, segments, hourFlights, hourLost, minutesBy, cancelledBy } = this;
    const { carrierOutcomes, otherOutcomes } = this;
    return {
      ...{ airportDays, carrierDays, arrivalDays, segments, hourFlights, hourLost, minutesBy, cancelledBy },
      ...{ carrierOutcomes, otherOutcomes },
      airports: this.airports.codes,
      carriers: this.carriers.codes,
      routes: [{ tables: this.routes.days, numbers: [...this.airports.codes.keys()] }],
    };
  }

  #classify({ rows, departureDelay, cancellation }: FlightBatch, saysCancelled: boolean): void {
    const bucket = this.#bucket;
    const lost = this.#lost;
    const outcome = this.#outcome;
    for (let row = 0; row < rows; row++) {
      const delay = departureDelay[row];
      if (cancellation[row] !== flown || (delay === noDelay && !saysCancelled)) {
        bucket[row] = cancelledBucket;
        lost[row] = minutesOfCancellation;
      } else if (delay === noDelay) {
        bucket[row] = unknownBucket;
        lost[row] = 0;
      } else {
        bucket[row] = bucketOfDelay[delay + longestDelay];
        lost[row] = delay > 0 ? delay : 0;
      }
      outcome[row] = outcomeOf(bucket[row], delay);
    }
  }

  #countAirports({ rows, origin, day, departureDelay, cancellation, ...batch }: FlightBatch, saysCancelled: boolean) {
    const { counts } = this.airportDays;
    this.#countDays(this.airportDays, origin, { rows, day, departureDelay });
    for (let row = 0; row < rows; row++) {
      if (cancellation[row] === flown) continue;
      const airportDay = origin[row] * daySlots + day[row];
      if (cancellation[row] > 1) {
        this.cancelledBy[airportDay * cancellationCauses.length + cancellation[row] - 2]++;
      }
    }
    if (!saysCancelled) {
      for (let row = 0; row < rows; row++) {
        counts[(origin[row] * daySlots + day[row]) * recordCounts + untold] = 1;
      }
    }
    for (let i = 0; i < batch.unnumberedRows; i++) {
      const row = batch.unnumbered[i];
      counts[(origin[row] * daySlots + day[row]) * recordCounts + withoutNumber]++;
    }
  }

  /** Rows of which the key is {@link noKey} are left out. */
  #countDays(
    { counts, sums }: DayRecords,
    keys: Uint16Array,
    { rows, day, departureDelay }: Pick<FlightBatch, 'rows' | 'day' | 'departureDelay'>,
  ): void {
    const bucket = this.#bucket;
    const lost = this.#lost;
    for (let row = 0; row < rows; row++) {
      const key = keys[row];
      if (key === noKey) continue;
      const record = key * daySlots + day[row];
      const which = bucket[row];
      const delay = departureDelay[row];
      counts[record * recordCounts + which]++;
      sums[record * recordSums + lostMinutes] += lost[row];
      if (delay === noDelay) continue;
      sums[record * recordSums + delayMinutes] += delay;
      if (which === cancelledBucket) counts[record * recordCounts + cancelledWithDelay]++;
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
        segment[row] = noKey;
        continue;
      }
      const pair = origin[row] * carriers + carrier[row];
      if (segmentOf[pair] === 0) {
        if (this.segments.length === noKey - 1) throw tooManySegments();
        segmentOf[pair] = this.segments.push(origin[row] * carriersAtAnAirport + carrier[row]);
      }
      segment[row] = segmentOf[pair] - 1;
    }
    this.carrierDays = withRoom(this.carrierDays, this.segments.length);
    this.#countDays(this.carrierDays, segment, batch);
  }

  #countArrivals(batch: FlightBatch): void {
    this.#countDays(this.arrivalDays, batch.destination, batch);
  }

  #countHours({ rows, origin, day, hour }: FlightBatch): void {
    const { hourFlights, hourLost } = this;
    const bucket = this.#bucket;
    const lost = this.#lost;
    for (let row = 0; row < rows; row++) {
      if (hour[row] === noHour) continue;
      const at = (origin[row] * daySlots + day[row]) * hourBlocks + hourBlockOf(hour[row]);
      hourFlights[2 * at]++;
      if (bucket[row] === cancelledBucket) hourFlights[2 * at + 1]++;
      hourLost[at] += lost[row];
    }
  }

  #countRoutes({ rows, origin, day, destination }: FlightBatch): void {
    const { routes } = this;
    const bucket = this.#bucket;
    const lost = this.#lost;
    for (let row = 0; row < rows; row++) {
      if (destination[row] === noDestination) continue;
      routes.add(day[row], routeKey(origin[row], destination[row]), bucket[row] === cancelledBucket, lost[row]);
    }
  }

  #countOutcomes({ rows, origin, hour }: FlightBatch): void {
    this.carrierOutcomes = withLength(this.carrierOutcomes, this.segments.length * hourOutcomes);
    const { carrierOutcomes, otherOutcomes } = this;
    const segment = this.#segment;
    const outcome = this.#outcome;
    for (let row = 0; row < rows; row++) {
      if (outcome[row] === noOutcome) continue;
      const at = hourSlot(hour[row]) * outcomes + outcome[row];
      if (segment[row] === noKey) otherOutcomes[origin[row] * hourOutcomes + at]++;
      else carrierOutcomes[segment[row] * hourOutcomes + at]++;
    }
  }

  #countExplained({ origin, day, explainedRows, explained, minutes }: FlightBatch): void {
    const { minutesBy } = this;
    for (let i = 0, at = 0; i < explainedRows; i++) {
      const sum = (origin[explained[i]] * daySlots + day[explained[i]]) * causes.length;
      for (let cause = 0; cause < causes.length; cause++) minutesBy[sum + cause] += minutes[at++];
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
    this.arrivalDays = withRoom(this.arrivalDays, room);
    this.hourFlights = grown(this.hourFlights, room * daySlots * hourBlocks * 2);
    this.hourLost = grown(this.hourLost, room * daySlots * hourBlocks);
    this.minutesBy = grown(this.minutesBy, room * daySlots * causes.length);
    this.cancelledBy = grown(this.cancelledBy, room * daySlots * cancellationCauses.length);
    this.otherOutcomes = grown(this.otherOutcomes, room * hourOutcomes);
    this.#segmentOf = grown(this.#segmentOf, room * this.#carriersReserved);
    this.#airportsReserved = room;
  }
}

const tooManySegments = () =>
  new InputError(
    `more than ${noKey - 1} pairs of airports and carriers; expected flights of airlines: are the columns the right ones?`,
  );

/** The same values with room for so many, and for more to come. */
function withLength(values: Uint32Array<ArrayBuffer>, length: number): Uint32Array<ArrayBuffer> {
  return length <= values.length ? values : grown(values, 2 * length);
}

function grown<T extends Uint16Array | Uint32Array | Int32Array>(values: T, length: number): T {
  const larger = new (values.constructor as new (length: number) => T)(length);
  larger.set(values);
  return larger;
}
