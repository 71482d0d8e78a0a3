/** A row that could not be read, and why. */
export interface BadRow {
  /** Counted from 1 in what was pushed. */
  line: number;
  /** The column's name in the file; '' when the fault is the line's. */
  column: string;
  /** A sentence's end: `"abc" is not …; expected …`. */
  reason: string;
  /** The line, or the beginning of a long one. */
  text: string;
}

/**
 * Bad rows of which the reason and the text are kept; all are counted. A file of nothing but bad rows would else be kept
 * in memory whole.
 */
export const badRowsKept = 10_000;
/** Bytes of a bad row that are kept, several times as many as a flight has. */
export const longestBadRow = 1_000;
