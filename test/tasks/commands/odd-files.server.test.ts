import { readdir } from 'node:fs/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import test from 'ava';
import { openOutput } from '../../../tasks/io/output.ts';
import { summaryKey } from '../../../tasks/outputs.ts';
import { airportRows } from '../../../tasks/summary/airport-days.ts';
import { decodeSummary, type Summary } from '../../../tasks/summary/summary-file.ts';
import { runCommand } from '../../support/run-command.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const folder = new URL('../../fixtures/odd-files/', import.meta.url);
const year = '2018';

/** Run `detect` on a file, or a folder of files. */
async function detect(name: string) {
  const OUTPUT_URI = pathToFileURL(temporaryFolder()).href;
  const path = new URL(name.replaceAll('%', '%25'), folder).href;
  const ended = await runCommand(['detect', '--year', year, '--allow-partial'], { FLIGHTS_URI: path, OUTPUT_URI });
  const bytes = await (await openOutput({ OUTPUT_URI, AWS_ENDPOINT_URL_S3: undefined })).read(summaryKey(2018));
  return { ended, summary: bytes && decodeSummary(bytes, name) };
}

/** Rows and flights of each airport: `JFK 2`. */
function flightsOf({ days }: Summary): string[] {
  return airportRows(days).map(({ airport, start, end }) => {
    return `${airport} ${days.flights.subarray(start, end).reduce((sum, flights) => sum + flights, 0)}`;
  });
}

/** The carriers of an airport-day, by its row. */
const carriersOn = ({ contributors }: Summary, row: number) =>
  contributors.filter((each) => each.row === row && each.dimension === 'carrier');

const read: Record<string, string[]> = {
  '01-same-name.zip': ['JFK 2', 'LGA 2'],
  '03-causes-partly-known.csv': ['JFK 160'],
  '04-flight-number-blank.csv': ['JFK 160'],
  '05-latin1-city.csv': ['JFK 1', 'MAZ 1'],
  '07-per-carrier/': ['JFK 2', 'LGA 2'],
  '08-ends-12-december.csv': ['JFK 346'],
  '08b-no-10-to-20-june.csv': ['JFK 354'],
  '09b-absolute-path.zip': ['JFK 2'],
  '09c-own-name.csv.zip': ['JFK 2'],
  '10-carrier-in-brackets.csv': ['JFK 160'],
  '11-100%.csv': ['JFK 2'],
  '12-cancelled-blank.csv': ['JFK 2'],
  '13-gzip-zeros-between.csv.gz': ['JFK 2', 'LGA 2'],
  '14-doubled.csv': ['JFK 4'],
  '15-san-juan.csv': ['SJU 2'],
  '17-true-false.csv': ['JFK 2'],
  '19-cancelled-filled-0.csv': ['JFK 3'],
  '20-marketing-carrier.csv': ['JFK 160'],
};

const refused: Record<string, RegExp> = {
  '02-lost-field.csv': /02-lost-field\.csv:3: has 6 fields; expected 7/,
  '02b-city-comma-last-blank.csv': /02b-city-comma-last-blank\.csv:2: has 9 fields; expected 8/,
  '06-blank-first-line.csv': /06-blank-first-line\.csv:1: the line is blank; expected the header/,
  '06b-bom-blank.csv': /06b-bom-blank\.csv:1: the line is blank; expected the header/,
  '09-deflate64.zip': /2018\.csv is compressed with Deflate64, which is not supported; expected Deflate: unpack/,
  '09d-encrypted.zip': /2018\.csv has a password; unpack/,
  '16-cr-only.csv': /16-cr-only\.csv:1: lines end in a carriage return; expected line feeds/,
  '18-tabs.csv': /18-tabs\.csv:1: tabs separate the columns; expected commas/,
};

test('each odd file has an expectation', async (t) => {
  const files = await readdir(fileURLToPath(folder), { withFileTypes: true });
  const names = files.map((file) => (file.isDirectory() ? `${file.name}/` : file.name));
  t.deepEqual(names.sort(), [...Object.keys(read), ...Object.keys(refused)].sort());
});

for (const [name, flights] of Object.entries(read)) {
  test(`${name} is read`, async (t) => {
    const { ended, summary } = await detect(name);
    t.is(ended.code, 0, ended.log);
    t.deepEqual(flightsOf(summary!), flights);
    const { cancelled, flights: scheduled } = summary!.days;
    t.true(cancelled.every((count, row) => !(count > scheduled[row])));
  });
}

for (const [name, message] of Object.entries(refused)) {
  test(`${name} is refused`, async (t) => {
    const { ended, summary } = await detect(name);
    t.is(ended.code, 65, ended.log);
    t.regex(ended.lastLine, message);
    t.is(summary, undefined);
  });
}

const twentieth = (summary: Summary) => summary.days.dayOfYear.indexOf(19);

test('columns of Kaggle’s set of 2015 give causes', async (t) => {
  const { days } = (await detect('03-causes-partly-known.csv')).summary!;
  t.deepEqual([days.carrierMinutes[19], days.lateAircraftMinutes[19]], [1200, 0]);
  t.regex(days.explanation[19]!, /mean delay 302 min.*most of it carrier/);
});

test('cancelled flights without a number are scheduled flights, and apart from those with one', async (t) => {
  const { summary } = await detect('04-flight-number-blank.csv');
  const { days } = summary!;
  const row = twentieth(summary!);
  t.deepEqual([days.flights[row], days.cancelled[row], days.numberedFlights[row]], [4, 3, 1]);
});

test('days without any flight are named in the log and in the summary', async (t) => {
  const december = await detect('08-ends-12-december.csv');
  t.regex(december.ended.log, /WARN the year looks incomplete: no flights on 13 Dec to 31 Dec/);
  t.deepEqual((await detect('08b-no-10-to-20-june.csv')).summary!.provenance.missing, [
    'no flights on 10 Jun to 20 Jun',
  ]);
});

test('an earlier carrier of a code is a carrier', async (t) => {
  const { summary } = await detect('10-carrier-in-brackets.csv');
  const [{ value, lostMinutes }] = carriersOn(summary!, twentieth(summary!));
  t.deepEqual([value, lostMinutes], ['PA (1)', 900]);
});

test('a blank column of cancellations counts as missing', async (t) => {
  const { ended, summary } = await detect('12-cancelled-blank.csv');
  t.true(summary!.days.cancelled.every(Number.isNaN));
  t.regex(ended.log, /Which flights were cancelled is not in this year’s file/);
});

test('delays of 0 of cancelled flights are left out of the mean, with a warning', async (t) => {
  const { ended, summary } = await detect('19-cancelled-filled-0.csv');
  t.deepEqual([...summary!.days.meanDepartureDelay], [30, 30]);
  t.regex(ended.log, /WARN cancelled flights have a delay of 0/);
});

test('the carriers of a marketing carrier’s file are the operating ones', async (t) => {
  const { summary } = await detect('20-marketing-carrier.csv');
  t.is(carriersOn(summary!, twentieth(summary!))[0].value, 'MQ');
});

test('a file that has each row twice is reported', async (t) => {
  const { ended } = await detect('14-doubled.csv');
  t.regex(ended.log, /WARN .*as if the file had each row twice.* flights=4/);
});
