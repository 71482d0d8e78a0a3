import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import test from 'ava';
import { countFlights } from '../../evaluation/count-flights.ts';
import { readFlights } from '../../evaluation/read-flights.ts';
import { findInput } from '../../tasks/io/input.ts';
import { readYear } from '../../tasks/read/read-year.ts';
import { type CountedYear, type Dimension, dimensions } from '../../tasks/summary/counted-year.ts';

const sample = new URL('../../samples/flights-2013.csv.zst', import.meta.url).href;

function fileOf(t: { teardown(fn: () => void): void }, lines: string[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'delaywatch-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'flights.csv');
  writeFileSync(path, `${lines.join('\n')}\n`);
  return pathToFileURL(path).href;
}

/** Flights, cancelled ones and lost minutes of each airport-day and value, in one number. */
function tallied({ tallies, days }: CountedYear, dimension: Dimension): Map<string, number> {
  const { values, visit } = tallies[dimension];
  const sums = new Map<string, number>();
  for (const row of days.dayOfYear.keys()) {
    visit(row, (value, flights, cancelled, lost) => {
      const key = `${row} ${values[value]}`;
      sums.set(key, (sums.get(key) ?? 0) + lost + 1e6 * flights + 1e9 * cancelled);
    });
  }
  return new Map([...sums].sort(([a], [b]) => (a < b ? -1 : 1)));
}

test('flights that are kept and counted are those that detect counts', async (t) => {
  const counted = countFlights(await readFlights(sample, 2013));
  const read = await readYear({
    input: await findInput(sample, 2013, false),
    year: 2013,
    ofYearOnly: true,
    maxBadRows: 0,
    signal: new AbortController().signal,
    onProgress: () => {},
  });
  t.deepEqual(counted.days, read.days);
  t.deepEqual(counted.buckets, read.buckets);
  t.deepEqual(counted.lostMinutes, read.lostMinutes);
  for (const dimension of dimensions) t.deepEqual(tallied(counted, dimension), tallied(read, dimension), dimension);
});

test('flights come by airport and day with all that tells them apart', async (t) => {
  const file = fileOf(t, [
    'FL_DATE,OP_CARRIER,ORIGIN,DEST,CRS_DEP_TIME,DEP_DELAY,CANCELLED',
    '2013-03-02,AA,LGA,ORD,1530,7.0,0.0',
    '2013-03-01,MQ,LGA,BNA,0610,,1.0',
    '2013-03-01,B6,JFK,LGA,2359,-3.0,0.0',
  ]);
  const [jfk, lga] = await readFlights(file, 2013);
  t.is(jfk.airport, 'JFK');
  t.deepEqual(jfk.flights, [[{ delay: -3, cancelled: false, carrier: 'B6', destination: 'LGA', hour: 23 }]]);
  t.is(lga.airport, 'LGA');
  t.deepEqual([...lga.dayOfYear], [59, 60]);
  t.deepEqual(lga.flights[0], [{ delay: NaN, cancelled: true, carrier: 'MQ', destination: 'BNA', hour: 6 }]);
});

test('without a column of cancellations, flights without a delay count as cancelled', async (t) => {
  const file = fileOf(t, ['FL_DATE,ORIGIN,DEP_DELAY', '2013-03-01,JFK,', '2013-03-01,JFK,4.0']);
  const [{ flights }] = await readFlights(file, 2013);
  t.deepEqual(
    flights[0].map(({ cancelled }) => cancelled),
    [true, false],
  );
});

test('a row that cannot be read is named with its line', async (t) => {
  const file = fileOf(t, ['FL_DATE,ORIGIN,DEP_DELAY', '2013-03-01,JFK,4.0', '2013-03-01,JFK,late']);
  await t.throwsAsync(readFlights(file, 2013), { message: /flights\.csv:3: "late" is not a delay/ });
});
