import { copyToSort, select } from './select.ts';

/** The median of numbers without NaN; NaN of none. For an even count, the mean of the two in the middle. */
export function median(values: Float64Array): number {
  if (values.length === 0) return NaN;
  const sorted = copyToSort(values);
  const upper = values.length >> 1;
  select(sorted, upper);
  if (values.length % 2 === 1) return sorted[upper];
  let lower = sorted[0];
  for (let i = 1; i < upper; i++) if (sorted[i] > lower) lower = sorted[i];
  return (lower + sorted[upper]) / 2;
}

/**
 * The median of a value and its neighbours: of up to `reach` before it and `reach` after, fewer at the ends.
 * @param values without NaN
 */
export function rollingMedian(values: Float64Array, reach: number): Float64Array {
  const medians = new Float64Array(values.length);
  // The sorted window. Each day adds a value and removes one, so the window need not be sorted again.
  const window = values.slice(0, reach).sort();
  const sorted = new Float64Array(2 * reach + 1);
  sorted.set(window);
  let size = window.length;
  for (let day = 0; day < values.length; day++) {
    const comes = day + reach < values.length;
    const goes = day > reach;
    if (comes && goes) replace(sorted, { size, old: values[day - reach - 1], by: values[day + reach] });
    else if (comes) {
      sorted[size++] = Infinity;
      replace(sorted, { size, old: Infinity, by: values[day + reach] });
    } else if (goes) {
      replace(sorted, { size, old: values[day - reach - 1], by: Infinity });
      size--;
    }
    medians[day] = (sorted[(size - 1) >> 1] + sorted[size >> 1]) / 2;
  }
  return medians;
}

/** Put a value into sorted ones in the place of another: those between the two move by one. */
function replace(sorted: Float64Array, { size, old, by }: { size: number; old: number; by: number }): void {
  let at = positionOf(sorted, size, old);
  for (; at + 1 < size && sorted[at + 1] < by; at++) sorted[at] = sorted[at + 1];
  for (; at > 0 && sorted[at - 1] > by; at--) sorted[at] = sorted[at - 1];
  sorted[at] = by;
}

/** Index of a value that is among them. */
function positionOf(sorted: Float64Array, size: number, value: number): number {
  let low = 0;
  let high = size;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle] < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
