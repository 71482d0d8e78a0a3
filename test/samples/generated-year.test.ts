import test from 'ava';
import { parse } from 'csv-parse/sync';
import { generatedYear } from '../../samples/generated-year.ts';
import { detectAnomalies } from '../../tasks/detect/detect-anomalies.ts';
import { missingMonths } from '../../tasks/detect/incomplete-year.ts';
import { knownDefects } from '../../tasks/detect/known-defects.ts';
import { recognizeDialect } from '../../tasks/read/dialect.ts';
import { FlightCounters } from '../../tasks/read/flight-counters.ts';
import { FlightReader } from '../../tasks/read/flight-reader.ts';
import { joinTables } from '../../tasks/read/joined-tables.ts';
import { yearCounts } from '../../tasks/read/year-counts.ts';
import { airportRows } from '../../tasks/summary/airport-days.ts';
import { cancelledColumns, minutesColumns } from '../../tasks/summary/causes.ts';
import type { CountedYear } from '../../tasks/summary/counted-year.ts';

const wanted = { year: 2012, flights: 30_000, airports: 8, seed: 3 };
const text = (await Array.fromAsync(generatedYear(wanted))).join('');
const flights = parse(text, { columns: true }) as Record<string, string>[];

/** The year as `detect` reads it, but in one part. */
function counted(): CountedYear {
  const counters = new FlightCounters();
  const { airports, carriers } = counters;
  const headerEnd = text.indexOf('\n');
  const reader = new FlightReader({
    dialect: recognizeDialect(text.slice(0, headerEnd), 'generated.csv'),
    year: wanted.year,
    otherYears: 'reject',
    maxBadRows: 0,
    airports,
    carriers,
    onBatch: (batch) => counters.add(batch, true),
  });
  reader.push(Buffer.from(text.slice(headerEnd + 1)));
  reader.end();
  if (reader.badRows.length > 0) throw new Error(`a bad row: ${JSON.stringify(reader.badRows[0])}`);
  const { rows, causesOfMonth } = reader;
  return yearCounts(joinTables([counters.tables()]), { year: wanted.year, rows, causesOfMonth });
}

const causeColumns = ['CARRIER_DELAY', 'WEATHER_DELAY', 'NAS_DELAY', 'SECURITY_DELAY', 'LATE_AIRCRAFT_DELAY'];

test('the counts of a generated year are those of its CSV', (t) => {
  const { days } = counted();
  const rowsOf = new Map<string, number>();
  for (const { airport, start, end } of airportRows(days)) {
    for (let row = start; row < end; row++) {
      const date = new Date(Date.UTC(wanted.year, 0, 1 + days.dayOfYear[row])).toISOString().slice(0, 10);
      rowsOf.set(`${airport} ${date}`, row);
    }
  }
  const byDay = Map.groupBy(flights, ({ ORIGIN, FL_DATE }) => `${ORIGIN} ${FL_DATE}`);
  t.deepEqual([...rowsOf.keys()], [...byDay.keys()].sort());
  for (const [name, ofDay] of byDay) {
    const row = rowsOf.get(name)!;
    const sum = (column: string) => ofDay.reduce((total, flight) => total + Number(flight[column]), 0);
    const departed = ofDay.filter(({ DEP_DELAY }) => DEP_DELAY !== '').length;
    t.deepEqual(
      {
        flights: days.flights[row],
        departures: days.departures[row],
        cancelled: days.cancelled[row],
        mean: days.meanDepartureDelay[row],
        minutes: minutesColumns.map((column) => days[column][row]),
        cancelledBy: cancelledColumns.map((column) => days[column][row]),
      },
      {
        flights: ofDay.length,
        departures: departed,
        cancelled: sum('CANCELLED'),
        mean: sum('DEP_DELAY') / departed,
        minutes: causeColumns.map(sum),
        cancelledBy: [...'ABCD'].map((code) => ofDay.filter((flight) => flight.CANCELLATION_CODE === code).length),
      },
      name,
    );
  }
});

test('a generated year has what it was asked for, and is the same for the same seed', async (t) => {
  t.is(flights.length, wanted.flights);
  t.is(new Set(flights.map(({ ORIGIN }) => ORIGIN)).size, wanted.airports);
  t.is(new Set(flights.map(({ FL_DATE }) => FL_DATE)).size, 366);
  t.is((await Array.fromAsync(generatedYear(wanted))).join(''), text);
  t.not((await Array.fromAsync(generatedYear({ ...wanted, seed: 4 }))).join(''), text);
});

test('a generated flight is as the publisher has it', (t) => {
  const flown = flights.filter(({ CANCELLED }) => CANCELLED === '0.0');
  const cancelled = flights.filter(({ CANCELLED }) => CANCELLED === '1.0');
  t.is(flown.length + cancelled.length, flights.length);
  t.true(cancelled.every(({ DEP_DELAY, CANCELLATION_CODE }) => DEP_DELAY === '' && /^[ABC]$/.test(CANCELLATION_CODE)));
  t.true(flown.every(({ DEP_DELAY, CANCELLATION_CODE }) => DEP_DELAY !== '' && CANCELLATION_CODE === ''));
  for (const flight of flights) {
    const minutes = causeColumns.map((column) => flight[column]);
    const late = flight.ARR_DELAY !== '' && Number(flight.ARR_DELAY) >= 15;
    if (late) {
      t.is(
        minutes.reduce((sum, each) => sum + Number(each), 0),
        Number(flight.ARR_DELAY),
      );
      t.true(minutes.every((each) => Number(each) >= 0));
    } else t.is(minutes.join(''), '');
  }
});

test('a generated year is complete, without defects, and has anomalies of several kinds and causes', (t) => {
  const year = counted();
  t.deepEqual(missingMonths(wanted.year, year.days), []);
  t.deepEqual(
    knownDefects(year, () => true),
    [],
  );
  const { days } = detectAnomalies(year, { threshold: 3.1, places: new Map(), months: 12 });
  const kinds = new Set(days.anomalyKind);
  t.true(kinds.has('cancellations') && kinds.has('delays'), [...kinds].join());
  t.true(days.explanation.some((words) => words && /\(weather\)/.test(words)));
});
