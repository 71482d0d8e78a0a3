import { copyToSort, select } from './select.ts';

/**
 * The value below which a share of values lies, linear between the values. Source: Hyndman & Fan (1996), Sample quantiles
 * in statistical packages, definition 7.
 * @param values at least one, in any order, without NaN
 */
export function quantile(values: Float64Array, share: number): number {
  const ordered = copyToSort(values);
  const position = share * (ordered.length - 1);
  const place = Math.floor(position);
  select(ordered, place);
  const before = ordered[place];
  if (place === position) return before;
  let after = Infinity;
  for (let at = place + 1; at < ordered.length; at++) if (ordered[at] < after) after = ordered[at];
  return before + (position - place) * (after - before);
}
