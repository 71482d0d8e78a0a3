import test from 'ava';
import { borrow, giveBack } from '../../../tasks/io/spare-memory.ts';

test('memory that was given back is lent again, and nothing is lent twice', (t) => {
  const [one, other] = [borrow(100_000), borrow(100_000)];
  t.true(one.length >= 100_000);
  t.not(one.buffer, other.buffer);
  giveBack(one);
  t.is(borrow(one.length).buffer, one.buffer);
  t.not(borrow(100_000).buffer, one.buffer);
});

test('a small piece is not lent for a large one, and huge ones are not kept', (t) => {
  giveBack(borrow(1));
  t.true(borrow((1 << 17) + 1).length > 1 << 17);
  const huge = borrow((1 << 23) + 1);
  giveBack(huge);
  t.not(borrow(huge.length).buffer, huge.buffer);
});
