import test from 'ava';
import { addressSource } from '../../../tasks/acquire/address.ts';
import { btsFolder, btsSource } from '../../../tasks/acquire/bts.ts';
import { btsForm } from '../../../tasks/acquire/bts-form.ts';
import { chooseSource } from '../../../tasks/acquire/choose-source.ts';
import { kaggleSource } from '../../../tasks/acquire/kaggle.ts';
import type { SourceRequest } from '../../../tasks/acquire/source.ts';
import { InputError, UsageError } from '../../../tasks/errors.ts';
import type { Origin } from '../../../tasks/io/origin.ts';

const bts = { folder: new URL(btsFolder), form: new URL(btsForm) };

/** A request whose origin only keeps who asks. */
function requestFor(year: number) {
  const asked: { authorization?: string | undefined } = {};
  const request: SourceRequest = {
    year,
    openOrigin: (_, authorization) => {
      asked.authorization = authorization;
      return {} as Origin;
    },
    openForm: () => ({}) as Origin,
  };
  return { request, asked };
}

const files = (template: string, year = 2013) =>
  addressSource(template, requestFor(year).request).files.map(({ url, months, name }) => [url.href, months, name]);

test('BTS has a file a month, and three of its first year', (t) => {
  const months = (year: number) => btsSource(bts, requestFor(year).request).files;
  t.is(months(2013).length, 12);
  t.is(
    months(2013)[8].url.href,
    'https://transtats.bts.gov/PREZIP/On_Time_Reporting_Carrier_On_Time_Performance_1987_present_2013_9.zip',
  );
  t.deepEqual(
    months(1987).map((file) => file.months),
    [[10], [11], [12]],
  );
});

test('months that are not published yet are reported with the day to try again', (t) => {
  const { whenMissing } = btsSource(bts, requestFor(2026).request);
  t.is(
    whenMissing([11, 12], new Date('2027-01-10')),
    'BTS publishes a month about two months after its end: try again after 2027-03-01',
  );
  t.is(
    whenMissing([3], new Date('2026-06-01')),
    'BTS should have published 2026-03 by 2026-06-01: try again in a week',
  );
});

test('the years without ready-made files come from the form, one month at a time', (t) => {
  for (const year of [1990, 1999]) {
    const { files, atOnce, name } = btsSource(bts, requestFor(year).request);
    t.is(files.length, 12);
    t.is(files[8].url.href, `${btsForm}#${year}-9`);
    t.deepEqual(files[8].months, [9]);
    t.is(atOnce, 1);
    t.is(name, 'bts');
  }
  for (const year of [1989, 2000]) {
    t.regex(btsSource(bts, requestFor(year).request).files[0].url.pathname, /^\/PREZIP\//);
  }
});

test('an address may be a file of the year, a file a month, or a folder with the names of BTS', (t) => {
  const all = Array.from({ length: 12 }, (_, index) => index + 1);
  t.deepEqual(files('https://m.example/{year}.csv.gz'), [['https://m.example/2013.csv.gz', all, undefined]]);
  t.deepEqual(files('file:///data/all%20{year}.zip'), [
    ['file:///data/all%20{year}.zip'.replace('{year}', '2013'), all, undefined],
  ]);
  t.deepEqual(files('https://m.example/{year}/{MM}.csv?v={month}')[1], [
    'https://m.example/2013/02.csv?v=2',
    [2],
    undefined,
  ]);
  t.deepEqual(files('https://m.example/{year}/{month}/flights.csv')[11], [
    'https://m.example/2013/12/flights.csv',
    [12],
    '2013-12-flights.csv',
  ]);
  t.deepEqual(files('https://m.example/flights.csv?month={month}')[11], [
    'https://m.example/flights.csv?month=12',
    [12],
    '2013-12-flights.csv',
  ]);
  t.is(
    files('http://m.example/PREZIP/')[0][0],
    new URL(btsSource({ ...bts, folder: new URL('http://m.example/PREZIP/') }, requestFor(2013).request).files[0].url)
      .href,
  );
  t.is(files('http://m.example/{month}.csv', 1987).length, 3);
});

test('an address whose files cannot be read is refused', (t) => {
  for (const template of [
    'https://m.example/{year}.json',
    'https://m.example/download?year={year}',
    'https://m.example',
  ]) {
    t.throws(() => files(template), { instanceOf: UsageError }, template);
  }
  t.throws(() => files('https://m.example/{year}.parquet'), {
    instanceOf: UsageError,
    message:
      '--from https://m.example/2013.parquet: expected a name ending in .csv, .csv.gz, .csv.zst, .zip, or a folder ending in /',
  });
});

test('name and password of an address go into a header, and nowhere else', (t) => {
  const { request, asked } = requestFor(2013);
  const source = addressSource('https://me:ge%20heim@m.example/{year}.csv', request);
  t.is(asked.authorization, `Basic ${Buffer.from('me:ge heim').toString('base64')}`);
  t.notRegex(JSON.stringify(source.files) + source.name + source.whenMissing([1], new Date()), /heim/);
});

test('Kaggle has a file a year, of ten years', async (t) => {
  const { request, asked } = requestFor(2009);
  const source = kaggleSource({ endpoint: new URL('https://www.kaggle.com'), authorization: 'Bearer x' }, request);
  t.is(
    source.files[0].url.href,
    'https://www.kaggle.com/api/v1/datasets/download/yuanyuwendymu/airline-delay-and-cancellation-data-2009-2018/2009.csv',
  );
  t.is(asked.authorization, 'Bearer x');
  for (const year of [2008, 2019]) {
    await t.throwsAsync(chooseSource('kaggle', {}, requestFor(year).request), {
      instanceOf: InputError,
      message: /Kaggle's set holds 2009 to 2018; use --from bts/,
    });
  }
});
