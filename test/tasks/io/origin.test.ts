import test from 'ava';
import { lastSegment } from '../../../tasks/io/origin.ts';

test('the last part of an address is a name, and never leads out of a folder', (t) => {
  for (const [address, name] of [
    ['https://m.example/a/b%20c.zip?x=/y', 'b c.zip'],
    ['https://m.example/a/..%2F..%2Fb.csv', 'b.csv'],
    ['https://m.example/a/100%.csv', '100%.csv'],
    ['https://m.example/a%FF/b%FF.csv', 'b%FF.csv'],
    ['https://m.example/', ''],
  ]) {
    t.is(lastSegment(new URL(address)), name);
  }
});
