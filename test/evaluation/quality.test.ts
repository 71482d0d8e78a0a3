import test from 'ava';
import fc from 'fast-check';
import { type JudgedDay, quality } from '../../evaluation/quality.ts';

/** `+` disturbed, `-` not; a capital F behind it: flagged. Worst score first. */
const days = (text: string): JudgedDay[] =>
  text.split(' ').map((day, rank) => ({ score: -rank, disturbed: day[0] === '+', flagged: day.endsWith('F') }));

test('average precision is 1 when all disturbed days come first, whatever was flagged', (t) => {
  t.is(quality(days('+ + - - -F')).averagePrecision, 1);
});

test('average precision is the mean of the precisions at the disturbed days', (t) => {
  t.is(quality(days('- + - +')).averagePrecision, (1 / 2 + 2 / 4) / 2);
});

test('flags count as precision, recall, F1 and false flags', (t) => {
  const { precision, recall, f1, falseFlags } = quality(days('+F +F -F + +'));
  t.is(precision, 2 / 3);
  t.is(recall, 1 / 2);
  t.is(f1, 4 / 7);
  t.is(falseFlags, 1);
});

test('a detector that flags nothing has no precision, and no error either', (t) => {
  const { precision, recall, f1, falseFlags } = quality(days('+ - -'));
  t.deepEqual({ precision, recall, f1, falseFlags }, { precision: 0, recall: 0, f1: 0, falseFlags: 0 });
});

test('giving all days the same score gains nothing', (t) => {
  const alike = days('+ - - -').map((day) => ({ ...day, score: 0 }));
  t.is(quality(alike).averagePrecision, 1 / 4);
});

test('the order in which days are given does not matter', (t) => {
  const anyDay = fc.record({ score: fc.integer({ min: 0, max: 5 }), flagged: fc.boolean(), disturbed: fc.boolean() });
  const anyDays = fc.array(anyDay, { minLength: 1 }).filter((all) => all.some(({ disturbed }) => disturbed));
  fc.assert(
    fc.property(anyDays, (all) => {
      t.deepEqual(quality(all), quality(all.toReversed()));
    }),
  );
});
