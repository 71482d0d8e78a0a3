import test from 'ava';
import fc from 'fast-check';
import {
  chartKey,
  exportFormats,
  exportKey,
  exportsReadmeKey,
  exportTables,
  reportKey,
} from '../../../tasks/outputs.ts';
import { outputKey } from '../../../tasks/serve/output-key.ts';

test('the path of an output is its key behind a slash', (t) => {
  const exported = exportTables.flatMap((table) => exportFormats.map((format) => exportKey(2013, table, format)));
  for (const key of [
    reportKey(2013),
    'reports/index.html',
    'reports/airports/JFK.html',
    'reports/data/2013/year.js',
    'reports/assets/plotly-0123456789.js',
    chartKey(2013, 'JFK'),
    exportsReadmeKey,
    ...exported,
  ]) {
    t.is(outputKey(`/${key}`), key);
  }
});

test('paths that are not public or not valid have no key', (t) => {
  for (const path of [
    '',
    '/',
    '/reports',
    '/reports/',
    'reports/2013.html',
    '/summaries/2013.arrow',
    '/rejects/2013.csv',
    '/flights/2013.csv',
    '/reports/../summaries/2013.arrow',
    '/reports/..',
    '/reports/./2013.html',
    '/reports//2013.html',
    '//reports/2013.html',
    '/reports/.2013.html.1.tmp',
    '/reports/%2e%2e/summaries/2013.arrow',
    '/reports/..%2fsummaries/2013.arrow',
    '/reports/2013.html%00.png',
    '/reports/2013.html\0',
    '/reports/2013.html\n',
    '/reports\\2013.html',
    '/reports/..\\summaries/2013.arrow',
    '/Reports/2013.html',
    '/reports/2013.html/',
    '/reportsX/2013.html',
    'http://elsewhere/reports/2013.html',
    `/reports/${'a'.repeat(101)}`,
    `/reports${'/a'.repeat(5)}`,
    '/reports/JFK’.html',
  ]) {
    t.is(outputKey(path), undefined, JSON.stringify(path));
  }
});

test('any key lies below a public folder', (t) => {
  const piece = fc.constantFrom(
    'reports',
    'plots',
    'exports',
    '..',
    '.',
    '/',
    '\\',
    '%2e',
    '%2F',
    '\0',
    'a',
    '2013',
    ' ',
    '~',
  );
  const pieces = fc.array(piece).map((some) => some.join(''));
  const path = fc.oneof(
    fc.string(),
    pieces.map((end) => `/${end}`),
    pieces.map((end) => `/reports/a${end}`),
    fc.webPath(),
  );
  let keys = 0;
  fc.assert(
    fc.property(path, (text) => {
      const key = outputKey(text);
      t.true(key === undefined || `/${key}` === text);
      if (key === undefined) return;
      keys++;
      t.regex(key, /^(?:reports|plots|exports)\//);
      t.is(new URL(text, 'http://localhost/').pathname, text);
      t.false(key.split('/').some((part) => part.startsWith('.')));
    }),
    { numRuns: 2_000 },
  );
  t.true(keys > 20, `${keys}`);
});
