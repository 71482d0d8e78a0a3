import type { IncomingHttpHeaders } from 'node:http';
import test from 'ava';
import fc from 'fast-check';
import { answerFor } from '../../../tasks/serve/answer-for.ts';

const modified = new Date('2026-03-01T06:00:00.250Z');
const object = { key: 'reports/2013.html', size: 1000, modified, version: '12-1000-345', etag: '"abc"' };
const get = (headers: IncomingHttpHeaders = {}, more: Partial<typeof object> = {}) =>
  answerFor({ ...object, ...more }, { method: 'GET', headers });

test('a GET is answered with all of it, and what there is to know', (t) => {
  t.deepEqual(get(), {
    status: 200,
    headers: {
      etag: '"abc"',
      'last-modified': 'Sun, 01 Mar 2026 06:00:00 GMT',
      'cache-control': 'no-cache',
      'content-type': 'text/html; charset=utf-8',
      'accept-ranges': 'bytes',
      'content-length': 1000,
    },
    body: { start: 0, end: 1000 },
  });
});

test('a HEAD is answered with the same headers and no bytes, and knows no ranges', (t) => {
  const { body, ...described } = get();
  t.deepEqual(answerFor(object, { method: 'HEAD', headers: {} }), described);
  t.deepEqual(answerFor(object, { method: 'HEAD', headers: { range: 'bytes=0-1' } }), described);
});

test('a version that the client has is not sent again', (t) => {
  for (const headers of [
    { 'if-none-match': '"abc"' },
    { 'if-none-match': '"other", W/"abc"' },
    { 'if-none-match': '*' },
    { 'if-modified-since': 'Sun, 01 Mar 2026 06:00:00 GMT' },
    { 'if-none-match': '"abc"', range: 'bytes=0-1' },
  ]) {
    const { status, headers: sent, body } = get(headers);
    t.is(status, 304);
    t.deepEqual(Object.keys(sent), ['etag', 'last-modified', 'cache-control']);
    t.is(body, undefined);
  }
  for (const headers of [
    { 'if-none-match': '"other"' },
    { 'if-modified-since': 'Sun, 01 Mar 2026 05:59:59 GMT' },
    { 'if-modified-since': 'nonsense' },
    // The tag is what counts.
    { 'if-none-match': '"other"', 'if-modified-since': 'Sun, 01 Mar 2026 06:00:00 GMT' },
  ]) {
    t.is(get(headers).status, 200);
  }
});

test('a folder has tags that change with the version and tell nothing of it', (t) => {
  const { etag, ...file } = object;
  const tag = (version: string) =>
    answerFor({ ...file, version }, { method: 'GET', headers: {} }).headers.etag as string;
  t.regex(tag('12-1000-345'), /^"[\w-]{22}"$/);
  t.is(tag('12-1000-345'), tag('12-1000-345'));
  t.not(tag('12-1000-345'), tag('12-1000-346'));
});

test('a range is cut out', (t) => {
  for (const [range, start, end] of [
    ['bytes=0-99', 0, 100],
    ['bytes=900-', 900, 1000],
    ['bytes=-100', 900, 1000],
    ['bytes=990-5000', 990, 1000],
    ['bytes=-5000', 0, 1000],
  ] as const) {
    const { status, headers, body } = get({ range });
    t.is(status, 206);
    t.deepEqual(body, { start, end });
    t.is(headers['content-range'], `bytes ${start}-${end - 1}/1000`);
    t.is(headers['content-length'], end - start);
  }
});

test('a range behind the end is refused with the size', (t) => {
  for (const range of ['bytes=1000-', 'bytes=2000-3000', 'bytes=-0']) {
    t.deepEqual(get({ range }), { status: 416, headers: { 'content-range': 'bytes */1000' } });
  }
  t.is(get({ range: 'bytes=0-' }, { size: 0 }).status, 416);
});

test('several ranges, and invalid ones, are answered with the whole', (t) => {
  for (const range of ['bytes=0-1,5-6', 'bytes=5-1', 'bytes=a-b', 'bytes=', 'lines=0-1', 'nonsense']) {
    t.is(get({ range }).status, 200, range);
  }
});

test('a range of another version is answered with the whole', (t) => {
  const range = 'bytes=0-99';
  for (const same of ['"abc"', 'Sun, 01 Mar 2026 06:00:00 GMT']) t.is(get({ range, 'if-range': same }).status, 206);
  for (const other of ['"other"', 'W/"abc"', 'Sun, 01 Mar 2026 05:00:00 GMT', '']) {
    t.is(get({ range, 'if-range': other }).status, 200, other);
  }
});

test('any range is answered with bytes of the file, as many as promised', (t) => {
  const number = fc.oneof(fc.constant(''), fc.nat(3_000).map(String));
  const range = fc.tuple(number, number).map(([from, to]) => `bytes=${from}-${to}`);
  fc.assert(
    fc.property(fc.nat(2_000), fc.oneof(range, fc.string()), (size, text) => {
      const { status, headers, body } = get({ range: text }, { size });
      if (status === 416) return t.is(body, undefined);
      t.true(body!.start >= 0 && body!.end <= size && body!.start <= body!.end);
      t.is(headers['content-length'], body!.end - body!.start);
    }),
  );
});

test('assets whose name has a hash are kept for ever, all else is asked for anew', (t) => {
  const caching = (key: string) => get({}, { key }).headers['cache-control'];
  t.is(caching('reports/assets/style-0123456789.css'), 'public, max-age=31536000, immutable');
  for (const key of ['reports/assets/style.css', 'reports/data/site.js', 'plots/2013/JFK.png', 'exports/README.md']) {
    t.is(caching(key), 'no-cache');
  }
});

test('the content type is that of the ending', (t) => {
  const type = (key: string) => get({}, { key }).headers['content-type'];
  for (const [ending, expected] of [
    ['html', 'text/html; charset=utf-8'],
    ['js', 'text/javascript; charset=utf-8'],
    ['css', 'text/css; charset=utf-8'],
    ['csv', 'text/csv; charset=utf-8'],
    ['md', 'text/markdown; charset=utf-8'],
    ['png', 'image/png'],
    ['parquet', 'application/vnd.apache.parquet'],
    ['xlsx', 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'],
    ['svg', 'application/octet-stream'],
    ['constructor', 'application/octet-stream'],
  ]) {
    t.is(type(`exports/a.b.${ending}`), expected);
  }
  t.is(type('exports/README'), 'application/octet-stream');
});
