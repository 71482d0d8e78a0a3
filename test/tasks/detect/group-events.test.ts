import test from 'ava';
import fc from 'fast-check';
import { groupEvents, type Place } from '../../../tasks/detect/group-events.ts';
import { airportRows } from '../../../tasks/summary/airport-days.ts';
import { airportDaysOf, type Row } from '../../support/airport-days.ts';

const places = new Map<string, Place>([
  ['JFK', { latitude: 40.64, longitude: -73.78 }],
  ['EWR', { latitude: 40.69, longitude: -74.17 }],
  ['LGA', { latitude: 40.78, longitude: -73.87 }],
  ['BOS', { latitude: 42.36, longitude: -71.01 }],
  ['DCA', { latitude: 38.85, longitude: -77.04 }],
  ['ATL', { latitude: 33.64, longitude: -84.43 }],
  ['LAX', { latitude: 33.94, longitude: -118.41 }],
]);

/** Anomalous days as `JFK 39`. */
const day = (name: string, more: Partial<Row> = {}): Row => {
  const [airport, day] = name.split(' ');
  return { airport, day: Number(day), isAnomaly: 1, excessMinutes: 100, ...more };
};

/** The events, worst first, each as its days. */
function eventsOf(rows: Row[], known: ReadonlyMap<string, Place> = places): string[] {
  const days = airportDaysOf(rows);
  const ids = groupEvents(days, known);
  const events: string[][] = [];
  for (const { airport, start, end } of airportRows(days)) {
    for (let row = start; row < end; row++) {
      if (Number.isNaN(ids[row])) continue;
      events[ids[row] - 1] ??= [];
      events[ids[row] - 1].push(`${airport} ${days.dayOfYear[row]}`);
    }
  }
  return events.map((event) => event.join(', '));
}

test('near airports on the same day belong together, also through others', (t) => {
  // Boston is 300 km from New York, Washington 340; 640 lie between the two.
  t.deepEqual(eventsOf(['BOS 5', 'DCA 5', 'JFK 5'].map((name) => day(name))), ['BOS 5, DCA 5, JFK 5']);
  t.is(eventsOf(['BOS 5', 'DCA 5'].map((name) => day(name))).length, 2);
});

test('airports far apart, or a day or more between, are events of their own', (t) => {
  t.is(eventsOf(['JFK 5', 'ATL 5', 'LAX 5'].map((name) => day(name))).length, 3);
  t.is(eventsOf(['JFK 5', 'JFK 7'].map((name) => day(name))).length, 2);
  t.is(eventsOf(['JFK 5', 'LGA 6'].map((name) => day(name))).length, 2, 'another airport the day after');
});

test('consecutive days of an airport belong together, from the year’s first day to its last', (t) => {
  const rows = Array.from({ length: 365 }, (_, index) => day(`JFK ${index}`));
  t.is(eventsOf(rows).length, 1);
});

test('a day goes on in the next when half of the smaller one is in both', (t) => {
  const tomorrow = (...airports: string[]) =>
    eventsOf([...['JFK 5', 'EWR 5', 'LGA 5'], ...airports.map((airport) => `${airport} 6`)].map((name) => day(name)));
  t.is(tomorrow('LGA').length, 1, 'one of one');
  t.is(tomorrow('LGA', 'BOS').length, 1, 'one of two');
  t.is(tomorrow('DCA').length, 2, 'none of one');
  t.is(tomorrow('LGA', 'BOS', 'EWR').length, 1, 'two of three');
  const many = new Map([
    ...places,
    ['HPN', places.get('JFK')!],
    ['ISP', places.get('JFK')!],
    ['SWF', places.get('JFK')!],
  ]);
  const rows = ['JFK 5', 'EWR 5', 'LGA 5', 'JFK 6', 'HPN 6', 'ISP 6', 'SWF 6'].map((name) => day(name));
  t.is(eventsOf(rows, many).length, 2, 'one of three');
});

test('two events that go on in the same day are one', (t) => {
  const rows = ['BOS 5', 'DCA 5', 'BOS 6', 'JFK 6', 'DCA 6', 'BOS 7'].map((name) => day(name));
  t.deepEqual(eventsOf(rows), ['BOS 5, BOS 6, BOS 7, DCA 5, DCA 6, JFK 6']);
});

test('an event that divides stays one', (t) => {
  const rows = ['BOS 5', 'JFK 5', 'DCA 5', 'BOS 6', 'DCA 6', 'DCA 7'].map((name) => day(name));
  t.is(eventsOf(rows).length, 1);
});

test('an airport with an unknown location is near no other, but its event can go on', (t) => {
  t.deepEqual(eventsOf([...['10397 5', '10397 6', '10398 5', 'JFK 5'].map((name) => day(name))]).toSorted(), [
    '10397 5, 10397 6',
    '10398 5',
    'JFK 5',
  ]);
});

test('near is within 400 km, also across the date line and near a pole', (t) => {
  const near = (one: Place, other: Place) =>
    eventsOf(
      ['AAA 5', 'BBB 5'].map((name) => day(name)),
      new Map([
        ['AAA', one],
        ['BBB', other],
      ]),
    ).length === 1;
  const at = (latitude: number, longitude: number) => ({ latitude, longitude });
  // 1° of latitude are 111.19 km.
  t.true(near(at(10, 20), at(13.59, 20)));
  t.false(near(at(10, 20), at(13.6, 20)));
  t.true(near(at(0, 20), at(0, 23.59)));
  t.false(near(at(0, 20), at(0, 23.6)));
  t.true(near(at(60, 20), at(60, 27)));
  t.true(near(at(52, 179), at(52, -178)));
  t.true(near(at(89, 0), at(89, 180)));
});

test('the worst event is the first: by the minutes lost beyond the usual', (t) => {
  t.deepEqual(
    eventsOf([
      day('ATL 5', { flights: 1_000, excessMinutes: 500 }),
      day('JFK 5', { excessMinutes: 450 }),
      day('JFK 6', { excessMinutes: 150 }),
      day('LAX 5', { excessMinutes: 60 }),
    ]),
    ['JFK 5, JFK 6', 'ATL 5', 'LAX 5'],
  );
  t.deepEqual(
    eventsOf([day('LAX 9'), day('LAX 5'), day('ATL 7')]),
    ['ATL 7', 'LAX 5', 'LAX 9'],
    'as bad as each other',
  );
});

test('a year without anomalies has no events', (t) => {
  t.deepEqual([...groupEvents(airportDaysOf([{ day: 1 }, { day: 2 }]), places)], [NaN, NaN]);
});

test('events are those that joining pairs of groups over and over gives', (t) => {
  const cells = fc.uniqueArray(fc.tuple(fc.constantFrom(...places.keys(), '10397'), fc.nat(6)), {
    selector: ([airport, day]) => `${airport} ${day}`,
    maxLength: 30,
  });
  fc.assert(
    fc.property(cells, (cells) => {
      const names = cells.map(([airport, day]) => `${airport} ${day}`);
      const found = eventsOf(names.map((name) => day(name)));
      t.deepEqual(found.map((event) => event.split(', ').sort().join()).sort(), plainly(cells));
    }),
    { numRuns: 200 },
  );
});

type Cell = [airport: string, day: number];

/** Join what belongs together until nothing does any more; first within a day, then from day to day. */
function plainly(cells: Cell[]): string[] {
  const groups = joined(
    cells.map((cell) => [cell]),
    (one, other) => one.some(([a, day]) => other.some(([b, same]) => day === same && kilometres(a, b) <= 400)),
  );
  const airports = (group: Cell[]) => new Set(group.map(([airport]) => airport));
  const goesOn = (one: Cell[], other: Cell[]) => {
    const shared = airports(one).intersection(airports(other)).size;
    return Math.abs(one[0][1] - other[0][1]) === 1 && shared > 0 && shared >= 0.5 * Math.min(one.length, other.length);
  };
  const events = joined(
    groups.map((group) => [group]),
    (one, other) => one.some((a) => other.some((b) => goesOn(a, b))),
  );
  return events
    .map((event) =>
      event
        .flat()
        .map((cell) => cell.join(' '))
        .sort()
        .join(),
    )
    .sort();
}

function joined<T>(groups: T[][], together: (one: T[], other: T[]) => boolean): T[][] {
  for (const one of groups) {
    const other = groups.find((other) => other !== one && together(one, other));
    if (other)
      return joined([...groups.filter((group) => group !== one && group !== other), [...one, ...other]], together);
  }
  return groups;
}

/** By the angle between two points on the sphere, not by haversines. */
function kilometres(one: string, other: string): number {
  const [a, b] = [places.get(one), places.get(other)];
  if (!a || !b) return Infinity;
  const point = ({ latitude, longitude }: Place) => {
    const [phi, lambda] = [latitude, longitude].map((degrees) => (degrees * Math.PI) / 180);
    return [Math.cos(phi) * Math.cos(lambda), Math.cos(phi) * Math.sin(lambda), Math.sin(phi)];
  };
  const [p, q] = [point(a), point(b)];
  return (
    6_371 *
    Math.acos(
      Math.min(
        1,
        p.reduce((sum, x, i) => sum + x * q[i], 0),
      ),
    )
  );
}
