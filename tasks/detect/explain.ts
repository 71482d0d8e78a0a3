import { dayAndMonth } from '../../charts/dates.ts';
import type { FlightsByDay } from '../read/flights-by-day.ts';
import { airportRows, type DailyCounts } from '../summary/airport-days.ts';
import { cancellationCauses, cancelledColumns, causeNames, causes, minutesColumns } from '../summary/causes.ts';
import type { ExpectedRange } from './expected-range.ts';
import type { AnomalyKind, Surprises } from './surprise.ts';
import { wholeNumber } from './whole-number.ts';
import { worstCarriers } from './worst-carriers.ts';

/** Why a day is anomalous; null on days that are not. */
export interface Explanations {
  /** Null, too, where the file names no carriers. */
  worstCarriers: (string | null)[];
  /** One sentence. */
  explanation: (string | null)[];
}

type CauseColumn = (typeof minutesColumns | typeof cancelledColumns)[number];
type Judged = DailyCounts & Surprises & ExpectedRange & { year: number };

/** A cause is named when it has at least this share. */
const mainShare = 0.4;
/** Cancelled flights are mentioned on a day of delays when they are at least this share. */
const mentionedShare = 0.05;
const ranksNamed = ['worse than every other day of the year', 'the second worst day of the year'];

/** Say why each anomalous day is one. */
export function explain(days: Judged, flights: FlightsByDay[]): Explanations {
  const rows = days.dayOfYear.length;
  const result: Explanations = {
    worstCarriers: worstCarriers(flights, days.isAnomaly),
    explanation: Array(rows).fill(null),
  };
  for (const { airport, start, end } of airportRows(days)) {
    const anomalies: number[] = [];
    for (let row = start; row < end; row++) if (days.isAnomaly[row]) anomalies.push(row);
    anomalies.sort((a, b) => days.anomalyScore[b] - days.anomalyScore[a]);
    anomalies.forEach((row, rank) => {
      const date = `${dayAndMonth(days.year, days.dayOfYear[row])} ${days.year}`;
      result.explanation[row] =
        `${airport}, ${date}: ${whatHappened(days, row, days.anomalyKind[row]!)}; ${rankOf(days, row, rank)}`;
    });
  }
  return result;
}

/** The cause that stands out, in a word; else whether it was delays or cancellations. For days that are an anomaly. */
export function reasonInShort(days: Pick<Judged, 'anomalyKind' | CauseColumn>, row: number): string {
  const isDelays = days.anomalyKind[row] === 'delays';
  const names = isDelays ? causes : cancellationCauses;
  const cause = mainCause((isDelays ? minutesColumns : cancelledColumns).map((column) => days[column][row]));
  return cause < 0 ? (isDelays ? 'delays' : 'cancelled') : causeNames[names[cause]];
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

function rankOf({ laterThanShare }: Judged, row: number, rank: number): string {
  return ranksNamed[rank] ?? `its typical flight later than ${Math.floor(100 * laterThanShare[row])} % of the year’s`;
}
