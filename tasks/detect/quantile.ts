/**
 * The value below which a share of sorted values lies, linear between the values. Source: Hyndman & Fan (1996), Sample
 * quantiles in statistical packages, definition 7.
 */
export function quantile(sorted: Float64Array, share: number): number {
  const position = share * (sorted.length - 1);
  const before = Math.floor(position);
  const after = Math.min(before + 1, sorted.length - 1);
  return sorted[before] + (position - before) * (sorted[after] - sorted[before]);
}
