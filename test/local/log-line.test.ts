import test from 'ava';
import fc from 'fast-check';
import { parseLogLine } from '../../local/log-line.ts';
import { LineLog } from '../../tasks/io/log.ts';

function written(message: string, fields: Record<string, string | number>): string {
  let line = '';
  new LineLog({
    write: (text) => {
      line = text;
    },
  }).info(message, fields);
  return line.slice(0, -1);
}

test('a line is read back', (t) => {
  const line = written('read: 3 files', { command: 'detect', from: 'two words "quoted"', flights: 336_776, rest: '' });
  const { time, ...read } = parseLogLine(line)!;
  t.deepEqual(read, {
    level: 'INFO',
    words: 'read: 3 files',
    fields: { command: 'detect', from: 'two words "quoted"', flights: '336776', rest: '' },
  });
  t.true(Math.abs(time - Date.now()) < 60_000);
});

test('any value is read back', (t) => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[a\r\n "=\\]*$/)), (value) => {
      t.like(parseLogLine(written('x', { value, last: 1 })), { words: 'x', fields: { value, last: '1' } });
    }),
  );
});

test('other lines are not lines of a log', (t) => {
  for (const line of ['', 'Error: broken', '    at main.ts:1:1', '2013-01-01 INFO x', 'INFO x command=detect']) {
    t.is(parseLogLine(line), undefined, line);
  }
});
