import test from 'ava';
import fc from 'fast-check';
import { type Fields, LineLog } from '../../../tasks/io/log.ts';

function recorded(fields?: Fields) {
  const written: string[] = [];
  const log = new LineLog({ write: (text) => written.push(text) }, fields);
  return { log, written };
}

/** What stands behind the time. */
const withoutTime = (line: string) => line.slice(line.indexOf(' ') + 1);

test('a line has a time, a level, words and fields', (t) => {
  const { log, written } = recorded({ command: 'detect', year: 2013 });
  log.info('read', { flights: 336_776, complete: true });
  log.warn('careful');
  log.error('broken', { exit: 65 });
  t.deepEqual(written.map(withoutTime), [
    'INFO read command=detect year=2013 flights=336776 complete=true\n',
    'WARN careful command=detect year=2013\n',
    'ERROR broken command=detect year=2013 exit=65\n',
  ]);
  for (const line of written) t.regex(line, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z /);
});

test('a password in an address is not told', (t) => {
  const { log, written } = recorded();
  log.info('no answer from postgres://me:secret@db/flights', { source: 'https://me:secret@host/' });
  t.is(withoutTime(written[0]), 'INFO no answer from postgres://me@db/flights source=https://me@host/\n');
});

test('fields without a value are left out', (t) => {
  const { log, written } = recorded({ year: undefined });
  log.info('start', { a: undefined, b: 0, c: false });
  t.is(withoutTime(written[0]), 'INFO start b=0 c=false\n');
});

test('a log with more fields leaves the first as it is', (t) => {
  const { log, written } = recorded({ command: 'run' });
  const inner = log.with({ step: 'detect' });
  inner.info('a', { step: 'load' });
  inner.with({ command: 'x' }).info('b');
  log.info('c');
  t.deepEqual(written.map(withoutTime), [
    'INFO a command=run step=load\n',
    'INFO b command=x step=detect\n',
    'INFO c command=run\n',
  ]);
});

test('values that would run into their neighbours are quoted', (t) => {
  const { log, written } = recorded();
  log.info('x', { a: 'two words', b: 'a=b', c: 'say "no"', d: 'one\ntwo', e: 's3://b/k.csv', f: 'tab\there' });
  t.is(
    withoutTime(written[0]),
    'INFO x a="two words" b="a=b" c="say \\"no\\"" d="one\\ntwo" e=s3://b/k.csv f="tab\\there"\n',
  );
});

test('an event is one line, whatever it says', (t) => {
  const text = fc.oneof(fc.string(), fc.stringMatching(/^[a\r\n "=]*$/));
  fc.assert(
    fc.property(text, text, (message, value) => {
      const { log, written } = recorded({ value });
      log.error(message, { other: value });
      t.is(written.length, 1);
      t.is(written[0].indexOf('\n'), written[0].length - 1);
    }),
  );
  const { log, written } = recorded();
  log.error('first\r\n  second\n\nthird');
  t.is(withoutTime(written[0]), 'ERROR first second third\n');
});

test('a value can be read back', (t) => {
  fc.assert(
    fc.property(fc.oneof(fc.string({ minLength: 1 }), fc.stringMatching(/^[a\r\n "=]+$/)), (value) => {
      const { log, written } = recorded();
      log.info('x', { value });
      const shown = withoutTime(written[0]).slice('INFO x value='.length, -1);
      t.is(shown.startsWith('"') ? JSON.parse(shown) : shown, value);
    }),
  );
});

test('progress that is reported often is not told often', (t) => {
  const { log, written } = recorded();
  const progress = log.progress('reading', 100);
  for (let done = 0; done <= 100; done++) progress.update(done);
  progress.end();
  t.deepEqual(written, []);
});
