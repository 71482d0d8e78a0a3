/** A number for a page; null for NaN, which JSON does not know. */
export function rounded(value: number, decimals: number): number | null {
  if (!Number.isFinite(value)) return null;
  const factor = 10 ** decimals;
  // Adding 0 turns −0 into 0.
  return Math.round(value * factor) / factor + 0;
}
