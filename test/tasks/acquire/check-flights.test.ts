import { constants, gzipSync, zstdCompressSync } from 'node:zlib';
import test from 'ava';
import { ZipFile } from 'yazl';
import { btsTexts, btsZip } from '../../../samples/bts-months.ts';
import { checkFlights, type Expected } from '../../../tasks/acquire/check-flights.ts';
import { InputError } from '../../../tasks/errors.ts';
import { DamagedError, type Kind } from '../../../tasks/io/archive.ts';

const texts = await Array.fromAsync(btsTexts({ year: 2012, flights: 3_660, airports: 10, seed: 3 }));
const february = texts[1].text;
const rows = february.trimEnd().split('\n').length - 1;

async function* chunksOf(bytes: Buffer): AsyncIterable<Uint8Array> {
  for (let start = 0; start < bytes.length; start += 5_000) yield bytes.subarray(start, start + 5_000);
}

const check = (bytes: Buffer | string, more: Partial<Expected> = {}) =>
  checkFlights(chunksOf(Buffer.from(bytes)), { name: 'f', kind: 'csv', year: 2012, months: [2], ...more });

test('a month is counted, however it is packed', async (t) => {
  const packed: [Kind, Buffer | string][] = [
    ['csv', february],
    ['csv', `\uFEFF${february.trimEnd()}`],
    ['gzip', gzipSync(february)],
    // Without a checksum, zstd does not see every change.
    ['zstd', zstdCompressSync(february, { params: { [constants.ZSTD_c_checksumFlag]: 1 } })],
    ['zip', await btsZip(2012, 2, february)],
  ];
  for (const [kind, bytes] of packed) t.deepEqual(await check(bytes, { kind }), { rows, unreadableRows: 0 }, kind);
});

test('a year in one file must hold all months', async (t) => {
  const year = texts.map(({ text }, index) => (index === 0 ? text : text.slice(text.indexOf('\n') + 1))).join('');
  const months = texts.map(({ month }) => month);
  t.deepEqual(await check(year, { months }), { rows: 3_660, unreadableRows: 0 });
  await t.throwsAsync(check(february, { months: [1, 2, 3] }), {
    instanceOf: InputError,
    message: 'f holds no flights of 2012-01, 2012-03',
  });
});

test('another month or year inside is reported', async (t) => {
  await t.throwsAsync(check(february, { months: [3] }), {
    instanceOf: InputError,
    message: 'f holds flights of 2012-02; expected only flights of 2012-03',
  });
  await t.throwsAsync(check(february, { year: 2013 }), {
    instanceOf: InputError,
    message: 'f holds flights of 2012; expected only flights of 2013-02',
  });
  const january = texts[0].text.split('\n')[1];
  await t.throwsAsync(check(`${february}${january}\n`), {
    message: /^f holds flights of 2012-01; expected only flights of 2012-02/,
  });
});

test('some unreadable rows are counted, many are too many', async (t) => {
  t.deepEqual(await check(`${february}nonsense\n`.repeat(1)), { rows, unreadableRows: 1 });
  await t.throwsAsync(check(february + 'nonsense\n'.repeat(1_001)), {
    instanceOf: InputError,
    message: new RegExp(`^f:${rows + 2}: has 1 field; expected 110 as in the header; more than 1000 rows like this`),
  });
});

test('a file without flights is reported', async (t) => {
  await t.throwsAsync(check(''), { instanceOf: InputError, message: /^f is empty/ });
  await t.throwsAsync(check('a,b,c\n1,2,3\n'), { instanceOf: InputError, message: /^f:1: no column for/ });
  await t.throwsAsync(check('x'.repeat(200_000)), { instanceOf: InputError, message: /^f:1: no line end/ });
  await t.throwsAsync(check(february.slice(0, february.indexOf('\n') + 1)), {
    instanceOf: InputError,
    message: 'f holds no flights of 2012-02',
  });
  const zip = new ZipFile();
  zip.addBuffer(Buffer.from('text'), 'readme.html');
  zip.end();
  const bytes = Buffer.concat(await Array.fromAsync(zip.outputStream as AsyncIterable<Buffer>));
  await t.throwsAsync(check(bytes, { kind: 'zip' }), { instanceOf: InputError, message: /^f holds no \.csv file/ });
  await t.throwsAsync(check('PAR1', { kind: 'parquet' }), { instanceOf: InputError, message: /^f is a Parquet file/ });
});

test('a packed file that is cut or changed is damaged', async (t) => {
  const packed: [Kind, Buffer][] = [
    ['gzip', gzipSync(february)],
    // Without a checksum, zstd does not see every change.
    ['zstd', zstdCompressSync(february, { params: { [constants.ZSTD_c_checksumFlag]: 1 } })],
    ['zip', await btsZip(2012, 2, february)],
  ];
  for (const [kind, bytes] of packed) {
    await t.throwsAsync(check(bytes.subarray(0, bytes.length >> 1), { kind }), { instanceOf: DamagedError }, kind);
    const wrong = Buffer.from(bytes);
    wrong[wrong.length >> 1] ^= 16;
    await t.throwsAsync(check(wrong, { kind }), { instanceOf: InputError }, kind);
  }
});
