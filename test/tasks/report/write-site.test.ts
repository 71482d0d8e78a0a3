import { readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import test from 'ava';
import { yearEvents } from '../../../tasks/detect/year-events.ts';
import { openOutput } from '../../../tasks/io/output.ts';
import { prepareSite } from '../../../tasks/report/write-site.ts';
import { airportDaysOf, type Row } from '../../support/airport-days.ts';
import { storedSummaryOf } from '../../support/stored-summary.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const bad: Partial<Row> = { isAnomaly: 1, anomalyKind: 'delays', anomalyScore: 5, eventId: 1, excessMinutes: 60 };

async function publish(folder: string, year: number, airports: string[]): Promise<void> {
  const rows = airports.flatMap((airport) => [
    { airport, day: 1 },
    { airport, day: 2, ...bad, explanation: `${airport}, 3 Jan ${year}: bad` },
  ]);
  const days = airportDaysOf(rows, year);
  const write = await prepareSite(storedSummaryOf(days), {
    airports: new Map(),
    events: yearEvents(days, []),
    quality: [],
  });
  await write(await openOutput({ OUTPUT_URI: pathToFileURL(folder).href }));
}

const read = (folder: string, file: string) => readFileSync(join(folder, 'reports', file), 'utf8');
const names = (folder: string, ...path: string[]) => readdirSync(join(folder, 'reports', ...path)).sort();

test('a year brings its page, its airports’ pages and data, and a place in the index', async (t) => {
  const folder = temporaryFolder();
  await publish(folder, 2013, ['JFK', 'LGA']);
  t.deepEqual(names(folder), ['2013.html', 'airports', 'assets', 'compare.html', 'data', 'index.html']);
  t.deepEqual(names(folder, 'airports'), ['JFK.html', 'LGA.html']);
  t.deepEqual(names(folder, 'data', '2013'), ['JFK.js', 'LGA.js', 'year.js']);
  t.regex(read(folder, 'index.html'), /href="2013\.html"/);
});

test('years are added in any order, and a later one tells the change on the one before', async (t) => {
  const folder = temporaryFolder();
  await publish(folder, 2013, ['JFK']);
  t.notRegex(read(folder, '2013.html'), /class="change"/);
  await publish(folder, 2012, ['JFK', 'LGA']);
  t.regex(read(folder, '2013.html'), /class="change">.* 2012/);
  t.regex(read(folder, 'airports/JFK.html'), /data-years="2012 2013"/);
  t.regex(read(folder, 'airports/LGA.html'), /data-years="2012"/);
});

test('an airport that a year no longer has loses its data, and its page where no year has it', async (t) => {
  const folder = temporaryFolder();
  await publish(folder, 2012, ['JFK', 'LGA']);
  await publish(folder, 2013, ['EWR', 'JFK', 'LGA']);
  await publish(folder, 2013, ['JFK']);
  t.deepEqual(names(folder, 'data', '2013'), ['JFK.js', 'year.js']);
  t.deepEqual(names(folder, 'airports'), ['JFK.html', 'LGA.html']);
  t.regex(read(folder, 'airports/LGA.html'), /data-years="2012"/);
});

test('a year again gives the same files to the byte', async (t) => {
  const folder = temporaryFolder();
  const all = () => names(folder, 'data', '2013').map((name) => read(folder, `data/2013/${name}`));
  await publish(folder, 2013, ['JFK']);
  const before = [read(folder, '2013.html'), read(folder, 'index.html'), ...all()];
  await publish(folder, 2013, ['JFK']);
  t.deepEqual([read(folder, '2013.html'), read(folder, 'index.html'), ...all()], before);
});

test('pages of other years follow when what all pages share has changed, and the old of it goes', async (t) => {
  const folder = temporaryFolder();
  await publish(folder, 2012, ['LGA']);
  const page = join(folder, 'reports', '2012.html');
  const airport = join(folder, 'reports', 'airports', 'LGA.html');
  const [script] = names(folder, 'assets').filter((name) => name.startsWith('pages-'));
  // This is what another version would have written.
  for (const file of [page, airport]) writeFileSync(file, readFileSync(file, 'utf8').replace(script, 'pages-old.js'));
  writeFileSync(join(folder, 'reports', 'assets', 'pages-old.js'), '');
  renameSync(join(folder, 'reports', 'assets', script), join(folder, 'reports', 'assets', 'pages-older.js'));
  await publish(folder, 2013, ['JFK']);
  t.true(readFileSync(page, 'utf8').includes(script));
  t.true(readFileSync(airport, 'utf8').includes(script));
  t.is(names(folder, 'assets').filter((name) => name.startsWith('pages-')).length, 1);
});

test('a year of another version stays, is named in the index, and breaks nothing', async (t) => {
  const folder = temporaryFolder();
  await publish(folder, 2012, ['JFK']);
  writeFileSync(join(folder, 'reports', 'data', '2012', 'year.js'), 'delaywatch.add({"format":0,"year":2012});\n');
  writeFileSync(join(folder, 'reports', '2011.html'), '<!doctype html>a page of before');
  await publish(folder, 2013, ['JFK']);
  t.regex(read(folder, 'index.html'), /href="2012\.html">2012<\/a> was published by another version/);
  t.regex(read(folder, 'index.html'), /href="2011\.html">2011<\/a> was published by another version/);
  t.is(read(folder, '2011.html'), '<!doctype html>a page of before');
});

test('airports that a killed publication has left lead to no year', async (t) => {
  const folder = temporaryFolder();
  await publish(folder, 2012, ['JFK', 'LGA']);
  rmSync(join(folder, 'reports', 'data', '2012', 'year.js'));
  rmSync(join(folder, 'reports', '2012.html'));
  await publish(folder, 2013, ['JFK']);
  t.regex(read(folder, 'airports/JFK.html'), /data-years="2013"/);
  t.false(read(folder, 'data/site.js').includes('2012'));
});

test('assets of another version stay as long as its pages', async (t) => {
  const folder = temporaryFolder();
  await publish(folder, 2012, ['JFK']);
  const data = join(folder, 'reports', 'data', '2012', 'year.js');
  const ofThisVersion = readFileSync(data);
  writeFileSync(data, 'delaywatch.add({"format":0,"year":2012});\n');
  writeFileSync(join(folder, 'reports', 'assets', 'pages-old.js'), '');
  await publish(folder, 2013, ['JFK']);
  t.true(names(folder, 'assets').includes('pages-old.js'));
  writeFileSync(data, ofThisVersion);
  await publish(folder, 2013, ['JFK']);
  t.false(names(folder, 'assets').includes('pages-old.js'));
});
