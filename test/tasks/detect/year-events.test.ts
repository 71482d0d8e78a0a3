import test from 'ava';
import { yearEvents } from '../../../tasks/detect/year-events.ts';
import { airportDaysOf, noMinutes, type Row } from '../../support/airport-days.ts';

const ofEvent = (eventId: number, rows: Row[]): Row[] => rows.map((row) => ({ ...row, isAnomaly: 1, eventId }));
const eventsOf = (...rows: Row[]) => yearEvents(airportDaysOf(rows), []);

const nemo = ofEvent(1, [
  { airport: 'EWR', day: 38, flights: 300, cancelled: 200, departures: 100, meanDepartureDelay: 20 },
  { airport: 'JFK', day: 38, flights: 200, cancelled: 150, departures: 50, meanDepartureDelay: -4 },
  { airport: 'JFK', day: 39, flights: 150, cancelled: 150, departures: 0, meanDepartureDelay: NaN },
]);

test('an event sums up its days', (t) => {
  const [event] = eventsOf(...nemo, { airport: 'JFK', day: 40, flights: 999 });
  t.deepEqual(event, {
    eventId: 1,
    firstDay: 38,
    lastDay: 39,
    airports: ['JFK', 'EWR'],
    airportDays: 3,
    flights: 650,
    cancelled: 500,
    minutesLost: 2_000,
    mainCause: null,
    name: null,
    title: 'JFK and EWR, 8–9 Feb 2013: 500 of 650 flights cancelled',
  });
});

test('without a column of cancellations, flights that did not depart count', (t) => {
  const rows = nemo.map((row) => ({ ...row, cancelled: NaN }));
  t.is(eventsOf(...rows)[0].cancelled, 500);
  t.is(
    eventsOf({ ...rows[0], flights: 5, departures: 7 })[0].cancelled,
    0,
    'rows without a flight number departed, too',
  );
});

test('events come with the worst first, and only as many as are asked for', (t) => {
  const days = airportDaysOf([
    ...ofEvent(3, [{ day: 1 }]),
    ...ofEvent(1, [{ airport: 'LGA', day: 2 }]),
    ...ofEvent(2, [{ airport: 'ATL', day: 3 }]),
    { day: 7 },
  ]);
  const ids = (atMost?: number) => yearEvents(days, [], atMost).map(({ eventId }) => eventId);
  t.deepEqual(ids(), [1, 2, 3]);
  t.deepEqual(ids(2), [1, 2]);
  t.deepEqual(ids(0), []);
  t.deepEqual(yearEvents(airportDaysOf([{ day: 1 }]), []), []);
});

test('the main cause weighs a cancelled flight as 300 minutes', (t) => {
  const causeOf = (values: Partial<Row>) => eventsOf(...ofEvent(1, [{ day: 1, ...noMinutes, ...values }]))[0].mainCause;
  t.is(causeOf({ carrierMinutes: 301, weatherMinutes: 0, cancelledByWeather: 1, cancelledByCarrier: 0 }), 'carrier');
  t.is(causeOf({ carrierMinutes: 299, weatherMinutes: 0, cancelledByWeather: 1, cancelledByCarrier: 0 }), 'weather');
  t.is(causeOf({ lateAircraftMinutes: 10, airSystemMinutes: 9 }), 'late aircraft');
  t.is(causeOf({ cancelledBySecurity: 1 }), 'security');
  t.is(causeOf({ carrierMinutes: 0, cancelledByWeather: 0 }), null, 'known, but nothing');
  t.is(eventsOf(...ofEvent(1, [{ day: 1 }]))[0].mainCause, null, 'not known');
  t.is(causeOf({ weatherMinutes: 9, carrierMinutes: NaN }), null, 'one that is not known may be larger');
});

test('causes of all days of an event count, those that are known', (t) => {
  const [event] = eventsOf(
    ...ofEvent(1, [
      { day: 1, ...noMinutes, weatherMinutes: 100, carrierMinutes: 90 },
      { day: 2 },
      { day: 3, ...noMinutes, carrierMinutes: 20 },
    ]),
  );
  t.is(event.mainCause, 'carrier');
});

test('the title tells where, when and what', (t) => {
  const titleOf = (rows: Row[], year = 2013) => yearEvents(airportDaysOf(ofEvent(1, rows), year), [])[0].title;
  const airports = (...codes: string[]) => codes.map((airport, index) => ({ airport, day: 0, flights: 100 - index }));
  const late = '100 flights, 10 min late on average';
  t.is(titleOf([{ day: 38 }]), `JFK, 8 Feb 2013: ${late}`);
  t.is(titleOf([{ day: 365 }], 2012), `JFK, 31 Dec 2012: ${late}`);
  t.is(titleOf([{ day: 58 }, { day: 59 }]), 'JFK, 28 Feb – 1 Mar 2013: 200 flights, 10 min late on average');
  t.regex(titleOf(airports('B', 'A')), /^B and A, /);
  t.regex(titleOf(airports('A', 'B', 'C', 'D')), /^A, B, C and D, /);
  t.regex(titleOf(airports('A', 'B', 'C', 'D', 'E')), /^A, B, C and 2 more airports, /);
  t.regex(titleOf(airports('A', 'B').map((row) => ({ ...row, flights: 5 }))), /^A and B, /, 'as many flights: by code');
  t.is(
    titleOf([{ day: 38, flights: 5_000, cancelled: 1_000, ...noMinutes, weatherMinutes: 9 }]),
    'JFK, 8 Feb 2013: 1,000 of 5,000 flights cancelled (weather)',
  );
  t.is(
    titleOf([
      {
        day: 38,
        flights: 5_000,
        cancelled: 999,
        departures: 4_001,
        meanDepartureDelay: 50,
        ...noMinutes,
        carrierMinutes: 9,
      },
    ]),
    'JFK, 8 Feb 2013: 5,000 flights, 50 min late on average (carrier)',
  );
});

test('the average delay is that of the flights that departed', (t) => {
  const [event] = eventsOf(
    ...ofEvent(1, [{ day: 38, flights: 10, departures: 20, cancelled: 0, meanDepartureDelay: 30 }]),
  );
  t.is(event.title, 'JFK, 8 Feb 2013: 10 flights, 30 min late on average');
});

test('a known event has its name in its title', (t) => {
  const known = { firstDate: '2013-02-08', lastDate: '2013-02-09', name: 'blizzard Nemo', airports: ['JFK'] };
  const details = { carriers: [], destinations: [], what: '', source: '' };
  const [event] = yearEvents(airportDaysOf(nemo), [{ ...known, ...details }]);
  t.is(event.name, 'blizzard Nemo');
  t.is(event.title, 'blizzard Nemo: JFK and EWR, 8–9 Feb 2013: 500 of 650 flights cancelled');
});
