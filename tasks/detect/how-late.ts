const lateness: Record<number, string> = {
  1: 'a minute',
  15: '15 minutes',
  30: 'half an hour',
  60: 'an hour',
  120: 'two hours',
};

/**
 * What the flights did that are out of line: `left an hour late or not at all`.
 * @param lateBy minutes; NaN where cancellations are out of line
 */
export function howLate(lateBy: number): string {
  return Number.isNaN(lateBy) ? 'did not leave' : `left ${lateness[lateBy]} late or not at all`;
}
