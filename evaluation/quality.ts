/** A day as a detector judged it, and whether it was disturbed. */
export interface JudgedDay {
  score: number;
  flagged: boolean;
  disturbed: boolean;
}

/** How well a detector found the disturbed days. */
export interface Quality {
  /** Mean of the precision at each disturbed day, the days sorted by score: 1 when all disturbed days come first. */
  averagePrecision: number;
  /** Share of the flagged days that were disturbed. */
  precision: number;
  /** Share of the disturbed days that were flagged. */
  recall: number;
  /** Harmonic mean of precision and recall. */
  f1: number;
  /** Days that were flagged and not disturbed. */
  falseFlags: number;
}

/**
 * Measure a detector on days. Where scores are the same, the undisturbed day comes first: nobody gains by a tie.
 * Source: Manning, Raghavan & Schütze (2008), Introduction to Information Retrieval, chapter 8.
 */
export function quality(days: JudgedDay[]): Quality {
  const ranked = days.toSorted((a, b) => b.score - a.score || Number(a.disturbed) - Number(b.disturbed));
  let found = 0;
  let precisions = 0;
  ranked.forEach(({ disturbed }, rank) => {
    if (disturbed) precisions += ++found / (rank + 1);
  });
  const flagged = days.filter((day) => day.flagged);
  const hits = flagged.filter((day) => day.disturbed).length;
  return {
    averagePrecision: precisions / found,
    precision: flagged.length === 0 ? 0 : hits / flagged.length,
    recall: hits / found,
    f1: (2 * hits) / (flagged.length + found),
    falseFlags: flagged.length - hits,
  };
}
