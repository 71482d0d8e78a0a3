import test from 'ava';
import fc from 'fast-check';
import { rankCorrelation } from '../../evaluation/rank-correlation.ts';

test('the same order is 1, the reverse −1, whatever the distances', (t) => {
  t.is(rankCorrelation([1, 2, 100], [-5, 0, 1]), 1);
  t.is(rankCorrelation([1, 2, 3, 4], [9, 8, 7, -100]), -1);
});

test('it is the textbook’s value, with ties at the mean of their ranks', (t) => {
  // 1 − 6 · Σd² / (n · (n² − 1)) with Σd² = 1 + 1 + 1 + 1.
  t.true(Math.abs(rankCorrelation([1, 2, 3, 4, 5], [2, 1, 4, 3, 5]) - (1 - (6 * 4) / 120)) < 1e-12);
  // Ranks 1, 2.5, 2.5, 4 against 1, 2, 3, 4: 4.5 / √(4.5 · 5).
  t.true(Math.abs(rankCorrelation([1, 2, 2, 3], [1, 2, 3, 4]) - 4.5 / Math.sqrt(4.5 * 5)) < 1e-12);
});

test('it does not change when both are reordered, or replaced by numbers that rise with them', (t) => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(9), fc.nat(9)), { minLength: 3 }), (pairs) => {
      const of = (list: [number, number][]) =>
        rankCorrelation(
          list.map(([a]) => a),
          list.map(([, b]) => b),
        );
      const value = of(pairs);
      fc.pre(!Number.isNaN(value));
      t.true(Math.abs(of(pairs.toReversed()) - value) < 1e-9);
      t.true(Math.abs(of(pairs.map(([a, b]) => [a ** 3, b + 7])) - value) < 1e-9);
      t.true(Math.abs(value) < 1 + 1e-9);
    }),
  );
});
