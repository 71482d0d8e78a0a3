import test from 'ava';
import { yearEvents } from '../../../tasks/detect/year-events.ts';
import { yearFacts } from '../../../tasks/report/year-facts.ts';
import { airportDaysOf } from '../../support/airport-days.ts';
import { storedSummaryOf } from '../../support/stored-summary.ts';

const bad = { isAnomaly: 1, anomalyKind: 'delays', explanation: 'JFK, 6 Jan 2013: bad' } as const;
const days = airportDaysOf([
  { airport: 'JFK', day: 0, lostMinutes: 1_000 },
  {
    airport: 'JFK',
    day: 5,
    ...bad,
    anomalyScore: 8.26,
    eventId: 1,
    excessMinutes: 5_000,
    lostMinutes: 6_000,
    whose: 'Delta',
  },
  { airport: 'JFK', day: 6, ...bad, anomalyScore: 4, eventId: 1, excessMinutes: 500, lostMinutes: 1_500 },
  { airport: 'LGA', day: 5, flights: 50, cancelled: 10, anomalyScore: 2.5, excessMinutes: 700, lostMinutes: 900 },
  { airport: 'LGA', day: 7, flights: 50, anomalyScore: NaN, meanDepartureDelay: NaN, excessMinutes: -5 },
]);
const places = new Map([
  [
    'JFK',
    {
      airport: 'JFK',
      name: 'Kennedy',
      city: 'New York',
      state: 'New York',
      latitude: 40.64,
      longitude: -73.78,
      time_zone: null,
    },
  ],
  [
    'LGA',
    {
      airport: 'LGA',
      name: 'La Guardia',
      city: 'New York',
      state: 'New York',
      latitude: 40.78,
      longitude: -73.87,
      time_zone: null,
    },
  ],
]);
const facts = yearFacts(storedSummaryOf(days), { airports: places, events: yearEvents(days, []), quality: [] });

test('the year is summed up', (t) => {
  t.like(facts.totals, {
    flights: 400,
    cancelled: 10,
    airportDays: 5,
    anomalies: 2,
    events: 1,
  });
  t.is(facts.totals.meanDepartureDelay, 10);
});

test('each day of the year has its traffic, and how much of it was anomalous', (t) => {
  t.is(facts.days.flights.length, 365);
  t.deepEqual(facts.days.flights.slice(0, 8), [100, 0, 0, 0, 0, 150, 100, 50]);
  t.deepEqual(facts.days.anomalousFlights.slice(4, 8), [0, 100, 100, 0]);
  t.is(facts.days.cancelled![5], 10);
});

test('an airport has its sums and the highest score of each week', (t) => {
  const [jfk, lga] = facts.airports;
  t.like(jfk, { airport: 'JFK', name: 'Kennedy', flights: 300, anomalies: 2, excessMinutes: 5_500 });
  t.is(jfk.weeks.length, 53);
  t.deepEqual(jfk.weeks.slice(0, 2), [8.3, null]);
  t.deepEqual(lga.weeks.slice(0, 2), [2.5, null]);
});

test('an event tells where, whose, and what the days around were like', (t) => {
  t.is(facts.events.length, 1);
  t.like(facts.events[0], { eventId: 1, firstDay: 5, lastDay: 6, excessMinutes: 5_500, whose: 'Delta' });
  t.deepEqual(facts.events[0].alsoAffected, ['LGA']);
  t.is(facts.events[0].around.firstDay, 0);
  t.deepEqual(facts.events[0].around.lostMinutes.slice(0, 8), [10, null, null, null, null, 60, 15, null]);
});

test('nobody is named for an event if most of its excess belongs to others', (t) => {
  const event = (day: number, whose: string | null, excess: number) =>
    ({ day, ...bad, anomalyScore: 4, eventId: 1, excessMinutes: excess, whose }) as const;
  const whoseOf = (...rows: ReturnType<typeof event>[]) => {
    const shared = airportDaysOf(rows);
    const context = { airports: places, events: yearEvents(shared, []), quality: [] };
    return yearFacts(storedSummaryOf(shared), context).events[0].whose;
  };
  t.is(whoseOf(event(1, 'Delta', 40), event(2, 'United', 35), event(3, 'American', 25)), null);
  t.is(whoseOf(event(1, 'Delta', 51), event(2, 'United', 35), event(3, null, 14)), 'Delta');
  t.is(whoseOf(event(1, 'Delta', 30), event(2, null, 70)), null);
});

test('the days around an event end a week before and after it, or with the year', (t) => {
  const shown = (eventDay: number) => {
    const all = airportDaysOf([
      ...[0, 100, 364].filter((day) => day !== eventDay).map((day) => ({ day, lostMinutes: 100 })),
      { day: eventDay, ...bad, anomalyScore: 4, eventId: 1, excessMinutes: 1, lostMinutes: 200 },
    ]);
    const context = { airports: places, events: yearEvents(all, []), quality: [] };
    const { firstDay, lostMinutes } = yearFacts(storedSummaryOf(all), context).events[0].around;
    return {
      firstDay,
      days: Object.keys(lostMinutes).length,
      known: lostMinutes.filter((minutes) => minutes !== null),
    };
  };
  t.deepEqual(shown(50), { firstDay: 43, days: 15, known: [2] });
  t.deepEqual(shown(364), { firstDay: 357, days: 8, known: [2] });
  t.deepEqual(shown(2), { firstDay: 0, days: 10, known: [1, 2] });
});

test('worst days are anomalous ones by score; costly days are any, by what they cost', (t) => {
  t.deepEqual(
    facts.worstDays.map(({ airport, day, score }) => [airport, day, score]),
    [
      ['JFK', 5, 8.26],
      ['JFK', 6, 4],
    ],
  );
  t.deepEqual(
    facts.costliestDays.map(({ airport, day, isAnomaly }) => [airport, day, isAnomaly]),
    [
      ['JFK', 5, true],
      ['LGA', 5, false],
      ['JFK', 6, true],
    ],
  );
  t.deepEqual(facts.anomalies, [
    [5, 0, 8.3],
    [6, 0, 4],
  ]);
});

test('a year so far is marked as provisional', (t) => {
  const { provenance, ...rest } = storedSummaryOf(days);
  const { months, notes } = yearFacts(
    { ...rest, provenance: { ...provenance, months: 1 } },
    { airports: places, events: [], quality: [] },
  );
  t.is(months, 1);
  t.true(
    notes.includes(
      '2013 so far, January: provisional until the year is complete. Scores and events change as months are added.',
    ),
  );
  t.false(facts.notes.some((note) => note.includes('provisional')));
});

test('missing parts of the year are named', (t) => {
  const { provenance, ...rest } = storedSummaryOf(days);
  const changed = {
    ...rest,
    provenance: { ...provenance, missing: ['no flights in May'], rejectedRows: 7, dimensions: [] },
  };
  const { notes } = yearFacts(changed, { airports: places, events: [], quality: [] });
  t.true(notes.includes('This year is not complete: no flights in May.'));
  t.true(notes.includes('7 unreadable rows were left out; rejects/2013.csv tells why.'));
  t.true(notes.some((note) => note.startsWith('Carriers are not in this year’s file')));
});
