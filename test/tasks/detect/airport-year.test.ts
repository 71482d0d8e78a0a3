import test from 'ava';
import { airportYear } from '../../../tasks/detect/airport-year.ts';
import { absentColumns } from '../../../tasks/summary/absent-columns.ts';
import { airportRows } from '../../../tasks/summary/airport-days.ts';
import { airportDaysOf, type Row } from '../../support/airport-days.ts';

const jfk = { name: 'John F. Kennedy International Airport', city: 'New York' };
const yearOf = (rows: Row[], index = 0, known: { name: string; city: string | null } | undefined = jfk) => {
  const days = airportDaysOf(rows, 2012);
  return airportYear(days, airportRows(days)[index], {
    months: 12,
    known,
    absent: absentColumns(days),
    eventNames: new Map(),
  });
};

test('an airport’s year has its own days only', (t) => {
  const rows = [
    { airport: 'EWR', day: 1, flights: 7 },
    { airport: 'JFK', day: 2, flights: 8, anomalyScore: 2, expectedLow: 1, expectedHigh: 9, isOutlier: 1, zScore: 4 },
    {
      airport: 'JFK',
      day: 365,
      flights: 9,
      isAnomaly: 1,
      anomalyScore: 9,
      anomalyKind: 'delays',
      lateBy: 60,
      lateShare: 0.57,
      carrierMinutes: 0,
      weatherMinutes: 5,
      airSystemMinutes: 0,
      securityMinutes: 0,
      lateAircraftMinutes: 0,
    },
    { airport: 'LGA', day: 3, flights: 10, isAnomaly: 1, anomalyKind: 'cancellations', lateShare: 0.8 },
  ] satisfies Row[];
  t.deepEqual(yearOf(rows, 1), {
    airport: 'JFK',
    ...jfk,
    year: 2012,
    months: 12,
    dayOfYear: Uint16Array.of(2, 365),
    flights: Float64Array.of(8, 9),
    departures: Float64Array.of(8, 9),
    cancelled: Float64Array.of(0, 0),
    meanDepartureDelay: Float64Array.of(10, 10),
    expectedLow: Float64Array.of(1, NaN),
    expectedHigh: Float64Array.of(9, NaN),
    anomalyScore: Float64Array.of(2, 9),
    isAnomaly: Uint8Array.of(0, 1),
    reason: [null, 'weather'],
    outOfLine: [null, '57 % an hour late'],
    zScore: Float64Array.of(4, 0),
    isOutlier: Uint8Array.of(1, 0),
    notInFile: ['causes of cancellations'],
  });
  t.deepEqual(yearOf(rows, 2).reason, ['80 % cancelled']);
});

test('columns missing from the year’s files are named, and then there are no cancellations', (t) => {
  const { cancelled, notInFile } = yearOf([{ day: 0, cancelled: NaN }]);
  t.is(cancelled, null);
  t.deepEqual(notInFile, ['cancellations', 'causes of delays', 'causes of cancellations']);
});

test('an airport we do not know has no name, one without a city no city', (t) => {
  const days = airportDaysOf([{ day: 0 }]);
  const context = { months: 12, known: undefined, absent: absentColumns(days), eventNames: new Map() };
  t.like(airportYear(days, airportRows(days)[0], context), {
    name: undefined,
    city: undefined,
  });
  t.like(yearOf([{ day: 0 }], 0, { name: 'Somewhere', city: null }), { name: 'Somewhere', city: undefined });
});

test('an anomaly is named by its event, or else by its contributors, or else by what was out of line', (t) => {
  const days = airportDaysOf([
    { day: 1, isAnomaly: 1, anomalyKind: 'cancellations', lateShare: 0.9, eventId: 2, whose: 'American' },
    {
      day: 2,
      isAnomaly: 1,
      anomalyKind: 'delays',
      lateShare: 0.5,
      lateBy: 30,
      eventId: 1,
      whose: 'American and Envoy',
    },
    { day: 3, isAnomaly: 1, anomalyKind: 'delays', lateShare: 0.2, lateBy: 120, eventId: 1 },
  ]);
  const { reason, outOfLine } = airportYear(days, airportRows(days)[0], {
    months: 12,
    known: undefined,
    absent: absentColumns(days),
    eventNames: new Map([[2, 'blizzard Nemo']]),
  });
  t.deepEqual(reason, ['blizzard Nemo', 'American and Envoy', '20 % two hours late']);
  t.deepEqual(outOfLine, ['90 % cancelled', '50 % 30 min late', '20 % two hours late']);
});
