/** A row that could not be read, and why. */
export interface BadRow {
  /** Number of the line in what was pushed to the reader, counted from 1. */
  line: number;
  /** Name of the column in the file; '' when the fault is that of the whole line. */
  column: string;
  /** The end of a sentence, such as `"abc" is not …; expected …`. */
  reason: string;
  /** The line, or the beginning of a long one. */
  text: string;
}

/**
 * Bad rows of which the reason and the text are kept; all are counted. A file of nothing but bad rows would else be kept
 * in memory whole.
 */
export const badRowsKept = 10_000;
/** The number of bytes of a bad row that are kept, several times as many as a flight has. */
export const longestBadRow = 1_000;
