let memory = new Float64Array(512);

/** A copy to be sorted. Its memory is used again for the next one, since a year needs a hundred thousand of them. */
export function copyToSort(values: Float64Array): Float64Array {
  if (values.length > memory.length) memory = new Float64Array(2 * values.length);
  const copy = memory.subarray(0, values.length);
  copy.set(values);
  return copy;
}

/** Bring the value to its place that would be there were they sorted, smaller ones before it: Hoare's FIND (1961). */
export function select(values: Float64Array, place: number): void {
  let left = 0;
  let right = values.length - 1;
  while (left < right) {
    const pivot = values[place];
    let i = left;
    let j = right;
    while (i <= j) {
      while (values[i] < pivot) i++;
      while (values[j] > pivot) j--;
      if (i > j) break;
      const value = values[i];
      values[i++] = values[j];
      values[j--] = value;
    }
    if (j < place) left = i;
    if (i > place) right = j;
  }
}
