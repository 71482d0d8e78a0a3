/** Spearman's rank correlation: Pearson's of the ranks, where equal values share the mean of theirs. */
export function rankCorrelation(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const [x, y] = [ranks(a), ranks(b)];
  // Both are permutations of the same ranks but for ties, so they have the same mean.
  const mean = (x.length + 1) / 2;
  let [xy, xx, yy] = [0, 0, 0];
  for (let at = 0; at < x.length; at++) {
    xy += (x[at] - mean) * (y[at] - mean);
    xx += (x[at] - mean) ** 2;
    yy += (y[at] - mean) ** 2;
  }
  return xy / Math.sqrt(xx * yy);
}

/** From 1. */
function ranks(values: ArrayLike<number>): Float64Array {
  const order = Array.from({ length: values.length }, (_, index) => index).sort((a, b) => values[a] - values[b]);
  const result = new Float64Array(values.length);
  for (let first = 0; first < order.length; ) {
    let end = first + 1;
    while (end < order.length && values[order[end]] === values[order[first]]) end++;
    // The mean of the ranks first + 1 to end.
    for (let at = first; at < end; at++) result[order[at]] = (first + 1 + end) / 2;
    first = end;
  }
  return result;
}
