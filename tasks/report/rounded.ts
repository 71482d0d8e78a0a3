/** A number rounded for a page; null for NaN, which JSON cannot hold. */
export function rounded(value: number, decimals: number): number | null {
  if (!Number.isFinite(value)) return null;
  const factor = 10 ** decimals;
  // Adding 0 turns −0 into 0, which JSON writes without a sign.
  return Math.round(value * factor) / factor + 0;
}
