import { type DailyCounts, has } from './airport-days.ts';
import { cancelledColumns, causeNames, causes, minutesColumns } from './causes.ts';

/** The columns that a year's files lack, each with a sentence on what follows from that. */
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
    ...absentCauses(days),
    ...(lacks(cancelledColumns)
      ? [{ what: 'causes of cancellations', sentence: 'Causes of cancellations are not in this year’s file.' }]
      : []),
  ];
}

/** The causes of delays that the files lack: none of them, a few, or all. */
function absentCauses(days: DailyCounts): { what: string; sentence: string }[] {
  const absent = causes.filter((_, cause) => !has(days[minutesColumns[cause]]));
  if (absent.length === 0) return [];
  if (absent.length === causes.length) {
    return [{ what: 'causes of delays', sentence: 'Causes of delays are not in this year’s file.' }];
  }
  const names = absent.map((cause) => causeNames[cause]).join(', ');
  return [
    {
      what: 'some causes of delays',
      sentence: `Minutes of delay by these causes are not in this year’s file: ${names}; so no main cause is named.`,
    },
  ];
}
