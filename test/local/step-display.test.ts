import test from 'ava';
import { StepDisplay } from '../../local/step-display.ts';

/** What is left on a terminal, line by line: a line that is erased is not. */
function shown(lines: string[], { columns = 200, end = true } = {}): string[] {
  let text = '';
  const display = new StepDisplay({
    columns,
    write: (more) => {
      text += more;
    },
  });
  for (const line of lines) display.hear(line);
  if (end) display.end();
  return text.split('\n').map((line) => line.split('\x1b[2K').at(-1)!);
}

const at = (seconds: number, rest: string) => `2026-03-01T06:00:${seconds.toFixed(3).padStart(6, '0')}Z ${rest}`;
const run = [
  at(1, 'INFO start command=run year=2013'),
  at(1, 'INFO start command=migrate year=2013'),
  at(1.5, 'INFO migrated command=migrate year=2013 migration=0001_airport-days'),
  at(2, 'INFO the schema is up to date command=migrate year=2013 migrations_run=11 airports=2154'),
  at(2.1, 'INFO start command=detect year=2013'),
  at(2.2, 'INFO reading command=detect year=2013 files=1 from=file:///samples/flights-{year}.csv.zst'),
  at(3, 'WARN Causes of delays are not in this year’s file. command=detect year=2013'),
  at(4.5, 'INFO detected command=detect year=2013 airports=3 segment_anomalies=0'),
  at(4.5, 'INFO start command=render year=2013'),
  at(16, 'INFO drew command=render year=2013 charts=3 removed=0 shard=1/1'),
];
const migrated = '2013  migrate     1.0 s  the schema is up to date: 11 migrations run, 2,154 airports';

test('a step that is done is one line: its seconds, what it said last, and its numbers', (t) => {
  t.deepEqual(shown([...run, at(16, 'INFO done command=run year=2013 seconds=15.0')]), [
    migrated,
    run[6],
    '2013  detect      2.4 s  detected: 3 airports',
    '2013  render     11.5 s  drew: 3 charts',
    '',
  ]);
});

test('a running step shows what it does', (t) => {
  const last = (count: number, options = {}) => shown(run.slice(0, count), { end: false, ...options }).at(-1);
  t.is(last(5), '2013  detect   start …');
  t.is(last(6), '2013  detect   reading …');
  // A warning stands above.
  t.is(last(7), '2013  detect   reading …');
  t.is(last(6, { columns: 20 }), '2013  detect   read');
  // A terminal that does not tell its width.
  t.is(last(6, { columns: 0 }), '2013  detect   reading …');
});

test('a failed step is not shown as done, and its error is shown unchanged', (t) => {
  const error = at(5, 'ERROR the disk is full command=run year=2013 exit=65');
  const stack = '    at detect.ts:1:1';
  t.deepEqual(shown([...run.slice(0, 6), stack, error]), [migrated, stack, error, '']);
});
