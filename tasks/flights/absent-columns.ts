import { type DailyCounts, has } from './airport-days.ts';
import { cancelledColumns, minutesColumns } from './causes.ts';

/** What a year's files do not tell: each with what follows from it, in a sentence. */
export function absentColumns(days: DailyCounts): { what: string; sentence: string }[] {
  const lacks = (columns: readonly (typeof minutesColumns | typeof cancelledColumns)[number][]) =>
    !columns.some((column) => has(days[column]));
  return [
    ...(has(days.cancelled)
      ? []
      : [
          {
            what: 'cancellations',
            sentence:
              'Which flights were cancelled is not in this year’s file; a flight without a departure counts as cancelled.',
          },
        ]),
    ...(lacks(minutesColumns)
      ? [{ what: 'causes of delays', sentence: 'Causes of delays are not in this year’s file.' }]
      : []),
    ...(lacks(cancelledColumns)
      ? [{ what: 'causes of cancellations', sentence: 'Causes of cancellations are not in this year’s file.' }]
      : []),
  ];
}
