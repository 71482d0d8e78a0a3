import { dayAndMonth } from '../../charts/dates.ts';
import { wholeNumber } from '../../charts/whole-number.ts';
import { isSoFar } from '../../charts/year-so-far.ts';
import {
  type AnomalyKind,
  airportRows,
  type DailyCounts,
  type ExpectedRange,
  type Explanations,
  type Scores,
} from '../summary/airport-days.ts';
import { cancellationCauses, cancelledColumns, causeNames, causes, minutesColumns } from '../summary/causes.ts';
import type { Contributor } from '../summary/contributors.ts';
import type { Dimension } from '../summary/counted-year.ts';
import { howLate, shareLate } from './how-late.ts';
import { whose } from './whose.ts';

type CauseColumn = (typeof minutesColumns | typeof cancelledColumns)[number];
type Judged = DailyCounts & Scores & ExpectedRange & { year: number };

/** A cause is named when it has at least this share. */
const mainShare = 0.4;
/** Cancelled flights are mentioned on a day of delays when they are at least this share. */
const mentionedShare = 0.05;
const ranksNamed = ['worse than every other day of', 'the second worst day of'];

/**
 * Say why each anomalous day is one.
 * @param contributors of all anomalous days
 * @param told by what the files tell flights apart
 * @param months how many the year has so far
 */
export function explain(
  days: Judged,
  contributors: Contributor[],
  { told, months }: { told: readonly Dimension[]; months: number },
): Explanations {
  const theYear = isSoFar(months) ? 'the year so far' : 'the year';
  const rows = days.dayOfYear.length;
  const result: Explanations = { whose: Array(rows).fill(null), explanation: Array(rows).fill(null) };
  const ofRow = Map.groupBy(contributors, ({ row }) => row);
  for (const { airport, start, end } of airportRows(days)) {
    const anomalies: number[] = [];
    for (let row = start; row < end; row++) if (days.isAnomaly[row]) anomalies.push(row);
    anomalies.sort((a, b) => days.anomalyScore[b] - days.anomalyScore[a]);
    anomalies.forEach((row, rank) => {
      const date = `${dayAndMonth(days.year, days.dayOfYear[row])} ${days.year}`;
      const { inShort, words } = whose(ofRow.get(row) ?? [], days.flights[row], told);
      const place = ranksNamed[rank] && `${ranksNamed[rank]} ${theYear}`;
      const parts = [whatHappened(days, row, days.anomalyKind[row]!), outOfLine(days, row), words, place];
      result.whose[row] = inShort;
      result.explanation[row] = `${airport}, ${date}: ${parts.filter(Boolean).join('; ')}`;
    });
  }
  return result;
}

/** Why an anomalous day is one, in a word or two: the cause that stands out, or else what was out of line. */
export function reasonInShort(
  days: Pick<Judged, 'anomalyKind' | 'lateBy' | 'lateShare' | CauseColumn>,
  row: number,
): string {
  const isDelays = days.anomalyKind[row] === 'delays';
  const names = isDelays ? causes : cancellationCauses;
  const cause = mainCause((isDelays ? minutesColumns : cancelledColumns).map((column) => days[column][row]));
  return cause < 0 ? shareLate(days.lateShare[row], days.lateBy[row]) : causeNames[names[cause]];
}

function whatHappened(days: Judged, row: number, kind: AnomalyKind): string {
  const cancelled = cancellations(days, row);
  const told = kind !== 'delays' || days.cancelled[row] >= mentionedShare * days.flights[row];
  const parts = [...(kind === 'cancellations' ? [] : [delays(days, row)]), ...(told ? [cancelled] : [])];
  return (kind === 'both' ? parts.reverse() : parts).join(', ');
}

function cancellations({ flights, departures, cancelled, ...days }: Judged, row: number): string {
  const cause = mainCause(cancelledColumns.map((column) => days[column][row]));
  const why = cause < 0 ? '' : ` (${causeNames[cancellationCauses[cause]]})`;
  return Number.isNaN(cancelled[row])
    ? `${flights[row] - departures[row]} of ${flights[row]} flights did not depart`
    : `${cancelled[row]} of ${flights[row]} flights cancelled${why}`;
}

function delays({ meanDepartureDelay, expectedLow, expectedHigh, ...days }: Judged, row: number): string {
  const cause = mainCause(minutesColumns.map((column) => days[column][row]));
  const why = cause < 0 ? '' : `, most of it ${causeNames[causes[cause]]}`;
  const range = Number.isNaN(expectedHigh[row])
    ? ''
    : ` instead of ${wholeNumber(expectedLow[row])} to ${wholeNumber(expectedHigh[row])}`;
  return `mean delay ${wholeNumber(meanDepartureDelay[row])} min${range}${why}`;
}

/** Index of the cause that stands out, or −1. None does while the file lacks one of them: that one may be the largest. */
function mainCause(amounts: number[]): number {
  const most = Math.max(...amounts);
  const all = amounts.reduce((sum, amount) => sum + amount, 0);
  return most > 0 && most >= mainShare * all ? amounts.indexOf(most) : -1;
}

/** `57 % of the flights left an hour late or not at all, usual here at this time of the year: 7 %` */
function outOfLine({ lateBy, lateShare, usualLateShare }: Judged, row: number): string {
  const percent = (share: number) => `${Math.round(100 * share)} %`;
  return `${percent(lateShare[row])} of the flights ${howLate(lateBy[row])}, usual here at this time of the year: ${percent(usualLateShare[row])}`;
}
