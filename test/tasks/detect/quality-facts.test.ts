import test from 'ava';
import { qualityFacts, type YearBefore } from '../../../tasks/detect/quality-facts.ts';
import type { Provenance } from '../../../tasks/summary/summary-file.ts';
import { airportDaysOf, type Row } from '../../support/airport-days.ts';
import { storedSummaryOf } from '../../support/stored-summary.ts';

/** January of some airports, 100 flights a day each. */
const january = (airports: string[], more: Partial<Row> = {}, days = 31): Row[] =>
  airports.flatMap((airport) => Array.from({ length: days }, (_, day) => ({ airport, day, ...more })));
const threeAirports = ['EWR', 'JFK', 'LGA'];
const asBefore: YearBefore = { flights: 9_300, cancelled: 186, airports: threeAirports };

function facts(rows: Row[], before: YearBefore | null, changes: Partial<Provenance> = {}, year = 2013) {
  const days = airportDaysOf(rows, year);
  const provenance = { ...storedSummaryOf(days).provenance, months: 1, ...changes };
  return new Map(qualityFacts(days, provenance, before).map((fact) => [fact.fact, fact]));
}
const warnings = (...args: Parameters<typeof facts>) =>
  [...facts(...args).values()].flatMap(({ warning }) => warning ?? []);

test('a year like the one before is within all limits', (t) => {
  const found = facts(january(threeAirports, { cancelled: 2 }), asBefore);
  t.like(found.get('flights'), { unit: 'flights', value: 9_300, before: 9_300, warning: null });
  t.like(found.get('cancelled'), { unit: 'share', value: 0.02, before: 0.02 });
  t.like(found.get('days without flights'), { value: 0 });
  t.deepEqual(warnings(january(threeAirports, { cancelled: 2 }), asBefore), []);
});

test('an unknown value is null and has no warning', (t) => {
  const found = facts(january(threeAirports, { cancelled: NaN }), null);
  t.like(found.get('flights'), { value: 9_300, before: null });
  t.like(found.get('cancelled'), { value: null, before: null });
  t.like(found.get('airports that appeared'), { value: null, names: [] });
  t.deepEqual(warnings(january(threeAirports, { cancelled: NaN }), null), []);
  t.like(facts(january(threeAirports, { cancelled: NaN }), asBefore).get('cancelled'), { value: null, before: 0.02 });
  t.deepEqual(warnings(january(threeAirports, { cancelled: NaN }), asBefore), []);
});

test('flights, cancellations and airports far from those of the year before are reported', (t) => {
  const rows = january(['EWR', 'BOS'], { cancelled: 6 });
  t.deepEqual(warnings(rows, asBefore), [
    '33.3 % fewer flights than in 2012',
    '6.0 % of the flights were cancelled; in 2012 it was 2.0 %',
    '1 airport appeared against 3 in 2012',
    '2 airports vanished against 3 in 2012',
  ]);
  const found = facts(rows, asBefore);
  t.deepEqual(found.get('airports that appeared')?.names, ['BOS']);
  t.deepEqual(found.get('airports that vanished')?.names, ['JFK', 'LGA']);
  t.deepEqual(warnings(january(threeAirports), { ...asBefore, flights: 8_200, cancelled: 0 }), [], '13 % is usual');
  t.deepEqual(warnings(january(threeAirports), { ...asBefore, flights: 8_000, cancelled: 0 }), [
    '16.3 % more flights than in 2012',
  ]);
});

test('more than one bad row in a thousand is reported', (t) => {
  const rows = january(threeAirports);
  t.like(facts(rows, null, { flightsRead: 9_990, rejectedRows: 10 }).get('rows read'), { value: 10_000 });
  t.deepEqual(warnings(rows, null, { flightsRead: 9_990, rejectedRows: 10 }), []);
  t.deepEqual(warnings(rows, null, { flightsRead: 9_989, rejectedRows: 11 }), ['11 of 10,000 rows were rejected']);
});

test('blanks are reported, but not a missing column, and not causes in the year in which they begin', (t) => {
  const blanks = { carrier: 0.5, destination: 1, 'flight number': 0.01, 'minutes of delay by weather': 0.4 };
  const rows = january(threeAirports);
  t.deepEqual(warnings(rows, null, { blanks }), [
    '50.0 % of the values are blank: carrier',
    '40.0 % of the values are blank: minutes of delay by weather',
  ]);
  t.deepEqual(warnings(rows, null, { blanks }, 2003), ['50.0 % of the values are blank: carrier']);
  t.like(facts(rows, null, { blanks }).get('blank: destination'), { unit: 'share', value: 1, warning: null });
});

test('a few days without flights are reported', (t) => {
  t.deepEqual(warnings(january(threeAirports, {}, 29), null), ['no flights on 2 of 31 days']);
  const rare = january(threeAirports, {}, 10);
  t.deepEqual(warnings(rare, null), []);
  t.is(facts(rare, null).get('days without flights')?.value, 21);
  t.is(facts(january(threeAirports), null, { months: 12 }).get('days without flights')?.value, 334);
});

test('1987 begins with its first flights', (t) => {
  const autumn = Array.from({ length: 92 }, (_, day) => ({ day: 273 + day }));
  t.is(facts(autumn, null, { months: 12 }, 1987).get('days without flights')?.value, 0);
});
