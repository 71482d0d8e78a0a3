import { type ExpectedError, InputError, YearMissingError } from '../errors.ts';

/** A year's last month comes out two to three months after the year's end; as long again may be lateness. */
export const waitedForMonths = 6;

/** Whether months of the year that are missing may still be published. */
export function mayStillCome(year: number, today = new Date()): boolean {
  return today.getTime() < Date.UTC(year + 1, waitedForMonths, 1);
}

/** The error for months that are missing: waiting can only mend it while they {@link mayStillCome}. */
export function missingMonthsError(year: number, sentence: string, today?: Date): ExpectedError {
  return mayStillCome(year, today) ? new YearMissingError(sentence) : new InputError(sentence);
}
