import test from 'ava';
import fc from 'fast-check';
import { InputError } from '../../../tasks/errors.ts';
import { joinTables } from '../../../tasks/read/joined-tables.ts';
import { yearCounts } from '../../../tasks/read/year-counts.ts';
import { airportRows, type DailyCounts } from '../../../tasks/summary/airport-days.ts';
import { cancelledColumns, minutesColumns } from '../../../tasks/summary/causes.ts';
import { type CountedYear, type Dimension, dimensions, type SegmentDays } from '../../../tasks/summary/counted-year.ts';
import { emptyRecord } from '../../../tasks/summary/day-records.ts';
import { typicalDayOf } from '../../../tasks/summary/typical-days.ts';
import { causesOfMonth, delayOf, type Files, type Flight, tablesOf } from '../../support/counted-year.ts';

const year = 2012;
const daySlots = 366;
const codes = ['JFK', 'LGA', '10397', 'ABQ', 'A2', 'ZZZ'];
const carriers = ['AA', 'B6', '9E', 'USX'];

const flight: fc.Arbitrary<Flight> = fc.record(
  {
    airport: fc.constantFrom(...codes),
    day: fc.oneof(fc.constantFrom(0, 1, 58, 59, 364, 365), fc.nat(365)),
    delay: fc.oneof(fc.constant(NaN), fc.integer({ min: -60, max: 1500 })),
    cancelled: fc.boolean(),
    code: fc.constantFrom('A', 'B', 'C', 'D'),
    carrier: fc.constantFrom(...carriers),
    minutes: fc.array(fc.integer({ min: 0, max: 300 }), { minLength: 5, maxLength: 5 }),
    numbered: fc.boolean(),
    destination: fc.constantFrom(...codes, 'MIA'),
    hour: fc.nat(23),
  },
  { requiredKeys: ['airport', 'day', 'delay', 'cancelled', 'code', 'numbered'] },
);

/** Flights that one thread reads. */
interface Part extends Files {
  flights: Flight[];
}

const part: fc.Arbitrary<Part> = fc.record({ flights: fc.array(flight, { maxLength: 25 }) });

function counted(parts: Part[]): CountedYear {
  const flights = parts.flatMap(({ flights }) => flights);
  const tables = joinTables(parts.map(({ flights, ...files }) => tablesOf(flights, files)));
  return yearCounts(tables, { year, rows: flights.length, causesOfMonth: causesOfMonth(flights, year) });
}

const monthOf = (day: number) => new Date(Date.UTC(year, 0, 1 + day)).getUTCMonth();
const dayBehind = ({ airport, day }: Flight) => `${airport} ${String(day).padStart(3, '0')}`;

/** One row per airport and day by a plain map. */
function plainly(flights: Flight[]) {
  const monthsExplained = new Set(flights.filter(({ minutes }) => minutes).map(({ day }) => monthOf(day)));
  const anyCancelled = flights.some(({ cancelled }) => cancelled);
  return [...Map.groupBy(flights, dayBehind).values()]
    .map((flights) => {
      const { airport, day } = flights[0];
      const delays = flights.map(delayOf).filter((delay) => !Number.isNaN(delay));
      const cancelled = flights.filter(({ cancelled }) => cancelled);
      return {
        airport,
        day,
        flights: flights.length,
        numbered: flights.filter(({ numbered }) => numbered !== false).length,
        departures: delays.length,
        cancelled: cancelled.length,
        mean: delays.reduce((sum, delay) => sum + delay, 0) / delays.length,
        minutes: minutesColumns.map((_, cause) =>
          monthsExplained.has(monthOf(day))
            ? flights.reduce((sum, { minutes }) => sum + (minutes?.[cause] ?? 0), 0)
            : NaN,
        ),
        cancelledBy: cancelledColumns.map((_, cause) =>
          anyCancelled ? cancelled.filter(({ code }) => code === 'ABCD'[cause]).length : NaN,
        ),
      };
    })
    .sort((a, b) => (a.airport! < b.airport! ? -1 : a.airport! > b.airport! ? 1 : a.day - b.day));
}

function rowsOf({ days }: { days: DailyCounts }) {
  return airportRows(days).flatMap(({ airport, start, end }) =>
    Array.from({ length: end - start }, (_, offset) => {
      const row = start + offset;
      return {
        airport,
        day: days.dayOfYear[row],
        flights: days.flights[row],
        numbered: days.numberedFlights[row],
        departures: days.departures[row],
        cancelled: days.cancelled[row],
        mean: days.meanDepartureDelay[row],
        minutes: minutesColumns.map((column) => days[column][row]),
        cancelledBy: cancelledColumns.map((column) => days[column][row]),
      };
    }),
  );
}

/** How many flights of each airport-day are in each lateness bucket: by a plain map. */
function bucketsOf(flights: Flight[]): number[][] {
  return [...Map.groupBy(flights, dayBehind)]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, ofDay]) => {
      const buckets = Array(8).fill(0);
      for (const flight of ofDay) buckets[bucketOf(flight)]++;
      return buckets;
    });
}

function bucketOf(flight: Flight): number {
  const delay = delayOf(flight);
  if (flight.cancelled) return 6;
  return Number.isNaN(delay) ? 7 : [1, 15, 30, 60, 120].filter((step) => delay >= step).length;
}

const lostOf = (flight: Flight) => (flight.cancelled ? 300 : Math.max(0, delayOf(flight) || 0));

/** What a dimension's tallies hold, as text. */
function talliesAsText({ days, tallies }: CountedYear, dimension: Dimension): string[] {
  const airportOf = airportRows(days).flatMap(({ airport, start, end }) => Array(end - start).fill(airport));
  const { values, visit } = tallies[dimension];
  const sums = new Map<string, number[]>();
  days.dayOfYear.forEach((day, row) => {
    visit(row, (value, ...numbers) => {
      const name = `${airportOf[row]} ${day} ${values[value]}`;
      const before = sums.get(name) ?? [0, 0, 0];
      sums.set(
        name,
        before.map((number, index) => number + numbers[index]),
      );
    });
  });
  return [...sums].map(([name, numbers]) => `${name}: ${numbers.join(' ')}`).sort();
}

/** The same by a plain map. */
function talliesPlainly(flights: Flight[], nameOf: (flight: Flight) => string | undefined): string[] {
  return [
    ...Map.groupBy(
      flights.filter((flight) => nameOf(flight) !== undefined),
      (flight) => `${flight.airport} ${flight.day} ${nameOf(flight)}`,
    ),
  ]
    .map(([name, all]) => {
      const lost = all.reduce((sum, flight) => sum + lostOf(flight), 0);
      return `${name}: ${all.length} ${all.filter(({ cancelled }) => cancelled).length} ${lost}`;
    })
    .sort();
}

/** What is counted of segments, as text: flights in each bucket, minutes lost and of delay. */
function segmentsAsText({ segments, read }: SegmentDays): string[] {
  const records = emptyRecord(daySlots);
  const { counts, sums } = records;
  return segments
    .flatMap(({ airport, carrier }, key) => {
      read(key, records);
      return Array.from({ length: daySlots }, (_, day) => {
        const buckets = [...counts.subarray(day * 16, day * 16 + 8)];
        return `${airport} ${carrier} ${day}: ${buckets} ${sums[day * 8 + 6]} ${sums[day * 8 + 7]}`;
      });
    })
    .filter((text) => !text.endsWith(': 0,0,0,0,0,0,0,0 0 0'))
    .sort();
}

function segmentsPlainly(flights: Flight[], keyOf: (flight: Flight) => string | undefined): string[] {
  return [
    ...Map.groupBy(
      flights.filter((flight) => keyOf(flight)),
      (flight) => `${keyOf(flight)} ${flight.day}`,
    ),
  ]
    .map(([name, all]) => {
      const buckets = Array(8).fill(0);
      for (const flight of all) buckets[bucketOf(flight)]++;
      const delays = all.reduce((sum, flight) => sum + (delayOf(flight) || 0), 0);
      return `${name}: ${buckets} ${all.reduce((sum, flight) => sum + lostOf(flight), 0)} ${delays}`;
    })
    .sort();
}

test('the parts of a year add up to one row per airport and day', (t) => {
  fc.assert(
    fc.property(fc.array(part, { minLength: 1, maxLength: 5 }), (parts) => {
      t.deepEqual(rowsOf(counted(parts)), plainly(parts.flatMap(({ flights }) => flights)));
    }),
    { numRuns: 40 },
  );
});

test('flights are counted by lateness, by carrier, destination and hours, and by segment, as plain maps do', (t) => {
  fc.assert(
    fc.property(fc.array(part, { maxLength: 5 }), (parts) => {
      const flights = parts.flatMap(({ flights }) => flights);
      const year = counted([{ flights: [] }, ...parts]);
      const rows = Array.from({ length: year.days.dayOfYear.length }, (_, row) => [
        ...year.buckets.subarray(8 * row, 8 * row + 8),
      ]);
      t.deepEqual(rows, bucketsOf(flights));
      t.is(
        year.lostMinutes.reduce((sum, minutes) => sum + minutes, 0),
        flights.reduce((sum, flight) => sum + lostOf(flight), 0),
      );
      t.is(
        year.cancelledWithDelay,
        flights.filter((flight) => flight.cancelled && !Number.isNaN(delayOf(flight))).length,
      );
      const block = ({ hour }: Flight) => {
        if (hour === undefined) return undefined;
        const from = 3 * Math.floor(hour / 3);
        return `${String(from).padStart(2, '0')}–${String(from + 3).padStart(2, '0')}`;
      };
      t.deepEqual(
        talliesAsText(year, 'carrier'),
        talliesPlainly(flights, ({ carrier }) => carrier),
      );
      t.deepEqual(
        talliesAsText(year, 'destination'),
        talliesPlainly(flights, ({ destination }) => destination),
      );
      t.deepEqual(talliesAsText(year, 'hours'), talliesPlainly(flights, block));
      for (const dimension of dimensions) {
        const { values, visit, total } = year.tallies[dimension];
        for (const rows of airportRows(year.days)) {
          const flights = new Float64Array(values.length);
          const lost = new Float64Array(values.length);
          for (let row = rows.start; row < rows.end; row++) {
            visit(row, (value, ofRow, _cancelled, minutes) => {
              flights[value] += ofRow;
              lost[value] += minutes;
            });
          }
          t.deepEqual(total(rows), { flights, lost }, `${dimension} at ${rows.airport}`);
        }
      }
      t.deepEqual(
        segmentsAsText(year.carrierDays),
        segmentsPlainly(flights, ({ airport, carrier }) => carrier && `${airport} ${carrier}`),
      );
      t.deepEqual(
        segmentsAsText(year.destinationDays),
        segmentsPlainly(flights, ({ destination }) => destination && `${destination} null`),
      );
    }),
    { numRuns: 40 },
  );
});

/** The cells of a typical day, as text. */
function typicalDaysAsText({ typicalDays }: CountedYear): string[] {
  return typicalDays.airports.flatMap((airport) =>
    [...typicalDayOf(typicalDays, airport)].map(
      ({ hour, carrier, flights, late15, late60, late180 }) =>
        `${airport} ${hour} ${carrier}: ${flights} ${late15} ${late60} ${late180}`,
    ),
  );
}

/** The same by a plain map. */
function typicalDaysPlainly(flights: Flight[]): string[] {
  const known = flights.filter((flight) => flight.cancelled || !Number.isNaN(delayOf(flight)));
  const cells = Map.groupBy(known, ({ airport, hour, carrier }) => `${airport} ${hour ?? null} ${carrier ?? null}`);
  return [...cells].map(([name, all]) => {
    const late = (minutes: number) => all.filter((flight) => flight.cancelled || delayOf(flight) >= minutes).length;
    return `${name}: ${all.length} ${late(15)} ${late(60)} ${late(180)}`;
  });
}

test('typical days are counted by hour and carrier as a plain map does, in this order', (t) => {
  fc.assert(
    fc.property(fc.array(part, { minLength: 1, maxLength: 5 }), (parts) => {
      const found = typicalDaysAsText(counted(parts));
      t.deepEqual(found.toSorted(), typicalDaysPlainly(parts.flatMap(({ flights }) => flights)).sort());
      const places = found.map((text) => {
        const [airport, hour, carrier] = text.split(/[ :]/);
        return `${airport} ${hour === 'null' ? '~' : hour.padStart(2, '0')} ${carrier === 'null' ? '~' : carrier}`;
      });
      t.deepEqual(places, places.toSorted());
    }),
    { numRuns: 40 },
  );
});

test('without scheduled departures or carriers in the files, typical days have neither', (t) => {
  const flights = [
    { ...jfk, delay: 14 },
    { ...jfk, delay: 15 },
    { ...jfk, delay: 180 },
    { day: 3, cancelled: true },
  ];
  t.deepEqual(typicalDaysAsText(counted([{ flights }, { flights: [{ ...jfk, carrier: 'B6' }] }])), [
    'JFK null B6: 1 0 0 0',
    'JFK null null: 4 3 2 2',
  ]);
});

test('without a column of cancellations, a flight without a delay counts as cancelled', (t) => {
  const year = counted([{ flights: [jfk, { ...jfk, delay: NaN }], saysCancelled: false }]);
  t.deepEqual(typicalDaysAsText(year), ['JFK null null: 2 1 1 1']);
});

test('it makes no difference which thread reads what', (t) => {
  const shuffled = fc
    .array(part, { minLength: 2, maxLength: 5 })
    .chain((parts) =>
      fc.record({ parts: fc.constant(parts), order: fc.shuffledSubarray(parts, { minLength: parts.length }) }),
    );
  fc.assert(
    fc.property(shuffled, ({ parts, order }) => {
      const [one, other] = [counted(parts), counted(order)];
      t.deepEqual(other.days, one.days);
      t.deepEqual(typicalDaysAsText(other), typicalDaysAsText(one));
      t.is(other.buckets.join(), one.buckets.join());
      for (const dimension of dimensions) t.deepEqual(talliesAsText(other, dimension), talliesAsText(one, dimension));
    }),
    { numRuns: 25 },
  );
});

const jfk = { airport: 'JFK', day: 0, delay: 5 };
const ofJfk = (...flights: Flight[]) => counted([{ flights }]);

test('a day without departures has no mean', (t) => {
  t.like(rowsOf(ofJfk({ ...jfk, delay: NaN, cancelled: true }))[0], {
    airport: 'JFK',
    day: 0,
    flights: 1,
    departures: 0,
    cancelled: 1,
    mean: NaN,
  });
});

test('a row without a flight number is a scheduled flight, and told apart', (t) => {
  t.like(rowsOf(ofJfk({ ...jfk, numbered: false }))[0], { flights: 1, numbered: 0, departures: 1, mean: 5 });
});

test('the last day of a leap year does not run into the next airport', (t) => {
  const year = ofJfk({ ...jfk, day: 365 }, { ...jfk, airport: 'LGA', delay: 7 });
  t.deepEqual(
    rowsOf(year).map(({ airport, day, mean }) => [airport, day, mean]),
    [
      ['JFK', 365, 5],
      ['LGA', 0, 7],
    ],
  );
});

test('values that the input does not have are unknown, not zero', (t) => {
  const { days } = counted([{ flights: [jfk], saysCancelled: false }]);
  for (const column of ['cancelled', ...minutesColumns, ...cancelledColumns] as const)
    t.is(days[column][0], NaN, column);
});

const [may, june] = [140, 160];

test('cancellations are known only in the months that report them', (t) => {
  const { days } = counted([
    { flights: [{ day: may }, { day: may, cancelled: true }] },
    { flights: [{ day: june }, { day: june, delay: NaN }], saysCancelled: false },
  ]);
  t.deepEqual([...days.cancelled], [1, NaN]);
  t.deepEqual([...days.departures], [1, 1]);
});

test("if some files of a day do not report cancellations, the day's cancelled flights are unknown", (t) => {
  const told = { flights: [{ day: may }, { day: may, cancelled: true, code: 'B' }, { day: june }] };
  const untold = { flights: [{ day: may, delay: NaN }], saysCancelled: false };
  for (const files of [
    [told, untold],
    [untold, told],
  ]) {
    const { days } = counted(files);
    t.deepEqual([...days.cancelled], [NaN, 0]);
    t.deepEqual([...days.cancelledByWeather], [NaN, 0]);
    t.deepEqual([...days.flights], [3, 1]);
  }
});

test('causes of cancellations are known only in the months that report them', (t) => {
  const { days } = counted([
    { flights: [{ day: may }, { day: may, cancelled: true, code: 'B' }] },
    { flights: [{ day: june }, { day: june, delay: NaN }], saysCancelled: false },
  ]);
  t.deepEqual([...days.cancelledByWeather], [1, NaN]);
});

test('causes are known from the month on from which the files have them, as in June 2003', (t) => {
  const { days } = ofJfk(
    { day: may, delay: 90 },
    { day: june, delay: 40, minutes: [10, 0, 30] },
    { day: june + 1, delay: 0 },
  );
  t.deepEqual([...days.carrierMinutes], [NaN, 10, 0]);
  t.deepEqual([...days.airSystemMinutes], [NaN, 30, 0]);
  t.deepEqual([...days.securityMinutes], [NaN, NaN, NaN], 'a cause that the files do not have stays unknown');
});

test('cancellations have causes in the months in which any has one', (t) => {
  const { days } = ofJfk(
    { day: may, cancelled: true },
    { day: june, cancelled: true, code: 'B' },
    { day: june + 1, cancelled: true, code: '?' },
    { day: 200 },
  );
  t.deepEqual([...days.cancelledByWeather], [NaN, 1, 0, 0], 'in a month without cancellations there are none');
  t.deepEqual([...days.cancelledByCarrier], [NaN, 0, 0, 0]);
});

test('without any code no month has causes of cancellations', (t) => {
  const { days } = ofJfk({ day: may, cancelled: true }, { day: june });
  t.deepEqual([...days.cancelledByWeather], [NaN, NaN]);
});

test('there is room for any number of airports', (t) => {
  const airports = Array.from({ length: 500 }, (_, index) => String(10_000 + index));
  const flights = airports.map((airport, day) => ({
    airport,
    day: day % daySlots,
    delay: day,
    minutes: [day, 0, 0, 0, 1],
    cancelled: day % 3 === 0,
    code: 'B',
  }));
  const parts = [{ flights: flights.slice(0, 70) }, { flights: flights.toReversed() }];
  t.deepEqual(rowsOf(counted(parts)), plainly(parts.flatMap(({ flights }) => flights)));
});

test('an airport that flights only go to is not among those that they leave', (t) => {
  const { days, destinationDays } = ofJfk({ ...jfk, destination: 'AAA' });
  t.deepEqual(days.airports, ['JFK']);
  t.deepEqual([...days.firstRow], [0, 1]);
  t.true(destinationDays.segments.some(({ airport }) => airport === 'AAA'));
});

test('more flights on a day than a count holds are refused, of one airport or of several', (t) => {
  const flights = Array.from({ length: 65_536 }, () => jfk);
  t.notThrows(() => counted([{ flights: flights.slice(1) }]));
  const refused = { instanceOf: InputError, message: /more than 65535 flights on one day/ };
  t.throws(() => counted([{ flights }]), refused);
  t.throws(
    () => counted([{ flights: flights.map((each, index) => ({ ...each, airport: index % 2 ? 'JFK' : 'LGA' })) }]),
    refused,
  );
});
