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

const inShort: Record<number, string> = {
  1: 'late',
  15: '15 min late',
  30: '30 min late',
  60: 'an hour late',
  120: 'two hours late',
};

/**
 * The same in a few words, with the share of the flights that did so: `57 % an hour late`, `82 % cancelled`.
 * @param lateBy minutes; NaN where cancellations are out of line
 */
export function shareLate(share: number, lateBy: number): string {
  return `${Math.round(100 * share)} % ${Number.isNaN(lateBy) ? 'cancelled' : inShort[lateBy]}`;
}
