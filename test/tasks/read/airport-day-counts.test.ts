import test from 'ava';
import fc from 'fast-check';
import { countFlights } from '../../../tasks/read/airport-day-counts.ts';
import type { FlightBatch } from '../../../tasks/read/flight-reader.ts';
import { cancellationCauses, causes } from '../../../tasks/summary/causes.ts';

const airportDay = fc.oneof(fc.nat(4), fc.nat(400 * 366));
const minutesByCause = fc.array(fc.integer({ min: -10_080, max: 10_080 }), {
  minLength: causes.length,
  maxLength: causes.length,
});
const flights = fc.array(
  fc.record({
    airportDay,
    delay: fc.oneof(fc.constant(NaN), fc.constant(0), fc.integer({ min: -10_080, max: 10_080 })),
    cancelled: fc.boolean(),
    /** 0 for no code. */
    cause: fc.nat(cancellationCauses.length),
    carrier: fc.nat(255),
    minutes: fc.option(minutesByCause, { freq: 2 }),
    unnumbered: fc.boolean(),
  }),
  { maxLength: 60 },
);

interface Flight {
  airportDay: number;
  delay: number;
  cancelled: boolean;
  cause: number;
  carrier: number;
  minutes: number[] | null;
  unnumbered: boolean;
}

function batchOf(flights: Flight[]): FlightBatch {
  const cancelled = [...flights.keys()].filter((row) => flights[row].cancelled);
  const explained = flights.filter(({ minutes }) => minutes);
  return {
    airportDay: Uint32Array.from(flights, (flight) => flight.airportDay),
    departureDelay: Float32Array.from(flights, (flight) => flight.delay),
    carrier: Uint8Array.from(flights, (flight) => flight.carrier),
    cancelled: { row: Uint32Array.from(cancelled), cause: Uint8Array.from(cancelled, (row) => flights[row].cause) },
    explained: {
      airportDay: Uint32Array.from(explained, (flight) => flight.airportDay),
      minutes: Int16Array.from(explained.flatMap(({ minutes }) => minutes!)),
    },
    unnumbered: Uint32Array.from(flights.filter((flight) => flight.unnumbered).map((flight) => flight.airportDay)),
  };
}

/** Values by their airport-day, each of which may stand there only once. */
function byDay<T>(airportDays: ArrayLike<number>, entryOf: (index: number) => T): Map<number, T> {
  const map = new Map(Array.from(airportDays, (airportDay, index) => [airportDay, entryOf(index)]));
  if (map.size !== airportDays.length) throw new Error('an airport-day stands there twice');
  return new Map([...map].sort(([a], [b]) => a - b));
}

/** The same of flights, plainly. */
function grouped<T>(flights: Flight[], entryOf: (ofDay: Flight[]) => T): Map<number, T> {
  const days = [...Map.groupBy(flights, (flight) => flight.airportDay)].sort(([a], [b]) => a - b);
  return new Map(days.map(([airportDay, ofDay]) => [airportDay, entryOf(ofDay)]));
}

/** As DESIGN has it: clipped to −200 … 3999, a cancelled flight later than every delay; from 0 on. */
function latenessPlainly({ delay, cancelled }: Flight, saysCancelled: boolean): number {
  const nothing = Number.isNaN(delay);
  if (saysCancelled ? cancelled : nothing) return 4_200;
  return nothing ? 4_201 : Math.min(3_999, Math.max(-200, delay)) + 200;
}

test('flights are counted as one would by hand', (t) => {
  fc.assert(
    fc.property(flights, (flights) => {
      const { departures, cancelled, explained, unnumbered } = countFlights(batchOf(flights));
      const expected = grouped(flights, (ofDay) => {
        const delays = ofDay.map(({ delay }) => delay).filter((delay) => !Number.isNaN(delay));
        return {
          withDelay: delays.length,
          withoutDelay: ofDay.length - delays.length,
          delayMinutes: delays.reduce((sum, delay) => sum + delay, 0),
        };
      });
      const counted = byDay(departures.airportDay, (index) => ({
        withDelay: departures.withDelay[index],
        withoutDelay: departures.withoutDelay[index],
        delayMinutes: departures.delayMinutes[index],
      }));
      t.deepEqual(counted, expected);
      t.deepEqual(
        byDay(cancelled!.airportDay, (index) => ({
          rows: cancelled!.rows[index],
          byCause: cancelled!.byCause.map((rows) => rows[index]),
        })),
        grouped(
          flights.filter(({ cancelled }) => cancelled),
          (ofDay) => ({
            rows: ofDay.length,
            byCause: cancellationCauses.map((_, index) => ofDay.filter(({ cause }) => cause === index + 1).length),
          }),
        ),
      );
      t.deepEqual(
        byDay(explained.airportDay, (index) => [
          ...explained.minutes.subarray(index * causes.length, (index + 1) * causes.length),
        ]),
        grouped(
          flights.filter(({ minutes }) => minutes),
          (ofDay) => causes.map((_, cause) => ofDay.reduce((sum, { minutes }) => sum + minutes![cause], 0)),
        ),
      );
      t.deepEqual(
        byDay(unnumbered.airportDay, (index) => unnumbered.rows[index]),
        grouped(
          flights.filter(({ unnumbered }) => unnumbered),
          ({ length }) => length,
        ),
      );
    }),
    { numRuns: 200 },
  );
});

test('the flights come along, sorted by day, each with its lateness and its carrier', (t) => {
  fc.assert(
    fc.property(flights, fc.boolean(), (flights, saysCancelled) => {
      const batch = batchOf(flights);
      const counts = countFlights(saysCancelled ? batch : { ...batch, cancelled: null });
      const { airportDay, withDelay, withoutDelay } = counts.departures;
      let flight = 0;
      const found = byDay(airportDay, (index) =>
        Array.from({ length: withDelay[index] + withoutDelay[index] }, () => {
          const at = flight++;
          return `${counts.flights.lateness[at]} by ${counts.flights.carrier[at]}`;
        }),
      );
      t.deepEqual(
        found,
        grouped(flights, (ofDay) => ofDay.map((each) => `${latenessPlainly(each, saysCancelled)} by ${each.carrier}`)),
      );
      t.is(flight, flights.length);
      t.is(counts.flights.lateness.length, flights.length);
      t.is(counts.cancelled === null, !saysCancelled);
    }),
    { numRuns: 200 },
  );
});

const nothing = {
  airportDay: 7,
  delay: NaN,
  cancelled: true,
  cause: 0,
  carrier: 255,
  minutes: null,
  unnumbered: false,
};

test('a day without departures has none, and no minutes', (t) => {
  const { departures } = countFlights(batchOf([nothing, nothing]));
  t.is(departures.withoutDelay[0], 2);
  t.is(departures.withDelay[0], 0);
  t.is(departures.delayMinutes[0], 0);
});

test('a flight that was cancelled after it had left counts as cancelled, its delay among the departures', (t) => {
  const { departures, flights, cancelled } = countFlights(batchOf([{ ...nothing, delay: 30 }]));
  t.deepEqual([...flights.lateness], [4_200]);
  t.deepEqual([departures.withDelay[0], departures.delayMinutes[0]], [1, 30]);
  t.deepEqual([...cancelled!.rows], [1]);
});

test('the sum of a full batch is exact', (t) => {
  const rows = 1 << 16;
  const { departures, explained } = countFlights({
    airportDay: new Uint32Array(rows),
    departureDelay: new Float32Array(rows).fill(10_079),
    carrier: new Uint8Array(rows),
    cancelled: { row: new Uint32Array(), cause: new Uint8Array() },
    explained: { airportDay: new Uint32Array(rows), minutes: new Int16Array(rows * causes.length).fill(10_080) },
    unnumbered: new Uint32Array(),
  });
  t.deepEqual(Array.from(departures.delayMinutes), [rows * 10_079]);
  t.deepEqual([...explained.minutes], Array(causes.length).fill(rows * 10_080));
});

test('a batch of which nothing was cancelled or explained has no entries for it', (t) => {
  const { cancelled, explained, unnumbered } = countFlights(batchOf([{ ...nothing, cancelled: false }]));
  t.deepEqual([cancelled!.airportDay.length, explained.airportDay.length, unnumbered.airportDay.length], [0, 0, 0]);
});
