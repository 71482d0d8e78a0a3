import test from 'ava';
import { type Defect, knownDefects } from '../../../tasks/detect/known-defects.ts';
import { joinTables } from '../../../tasks/read/joined-tables.ts';
import { yearCounts } from '../../../tasks/read/year-counts.ts';
import { countedYear, type Files, type Flight, tablesOf } from '../../support/counted-year.ts';

const listed = new Set(['JFK', 'LGA']);
const defects = (flights: Flight[], files?: Files): Defect[] =>
  knownDefects(countedYear([flights], files), (airport) => listed.has(airport));
/** The one defect whose words match. */
const defect = (pattern: RegExp, flights: Flight[], files?: Files) =>
  defects(flights, files).find(({ words }) => pattern.test(words));

test('ordinary flights have no defects', (t) => {
  t.deepEqual(
    defects([
      { day: 0, delay: -5 },
      { day: 1, airport: 'LGA', delay: 3_998 },
      { day: 1, cancelled: true, code: 'B' },
      { day: 200, cancelled: true, code: 'A' },
    ]),
    [],
  );
});

test('airports by number, as in October 2015, are counted and named', (t) => {
  const flights = ['10397', '10397', '12478', 'JFK', 'A1B'].map((airport) => ({ airport, day: 280 }));
  t.like(defect(/by number/, flights), { flights: 3, airports: '10397,12478 (2)' });
});

test('airports that are not listed are counted and named, without those by number', (t) => {
  const flights = ['XYZ', 'JFK', 'XYZ', 'A1B', '10397'].map((airport) => ({ airport, day: 0 }));
  t.like(defect(/not in the list/, flights), { flights: 3, airports: 'A1B,XYZ (2)' });
});

test('only the first ten of many airports are named', (t) => {
  const flights = Array.from({ length: 12 }, (_, index) => ({ airport: String(10_000 + index), day: 0 }));
  t.is(
    defect(/by number/, flights)!.airports,
    `${flights
      .slice(0, 10)
      .map(({ airport }) => airport)
      .join(',')},… (12)`,
  );
});

test('flights with neither a delay nor a cancellation are counted', (t) => {
  const flights = [{ day: 0, delay: NaN }, { day: 0, delay: NaN, cancelled: true, code: 'A' }, { day: 1 }];
  t.like(defect(/not cancelled and have no/, flights), { flights: 1 });
  t.is(
    defect(/not cancelled and have no/, flights, { saysCancelled: false }),
    undefined,
    'there they count as cancelled',
  );
});

test('cancelled flights that had left are counted', (t) => {
  const left = { day: 0, cancelled: true, code: 'A', delay: 30 };
  t.like(defect(/left the gate/, [left, { ...left, delay: NaN }, { day: 0 }, left]), { flights: 2 });
});

test('cancelled flights without a code are counted, in months in which others have one', (t) => {
  const flights = (day: number, codes: string[]): Flight[] => codes.map((code) => ({ day, cancelled: true, code }));
  t.like(defect(/no known code/, [...flights(0, ['A', '', 'X', 'B']), ...flights(200, ['', ''])]), { flights: 2 });
  t.is(defect(/no known code/, flights(200, ['', ''])), undefined);
});

test('cancelled flights without a code are counted, also where some months tell no cancellations', (t) => {
  const told = [
    { day: 0, cancelled: true, code: 'A' },
    { day: 0, cancelled: true },
  ];
  const tables = joinTables([tablesOf(told), tablesOf([{ day: 40 }], { saysCancelled: false })]);
  const counted = yearCounts(tables, { year: 2013, rows: 3, causesOfMonth: new Uint8Array(12) });
  const found = knownDefects(counted, () => true);
  t.like(
    found.find(({ words }) => /no known code/.test(words)),
    { flights: 1 },
  );
});

test('a file that has each row twice is reported', (t) => {
  const flights = [
    { day: 0, delay: 5 },
    { day: 1, delay: 7 },
  ];
  t.like(defect(/as if the file had each row twice/, [...flights, ...flights]), { flights: 4 });
});
