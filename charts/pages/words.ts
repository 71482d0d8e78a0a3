import { dateSpan, isoDate, weekdayAndDate } from '../dates.ts';
import { fewNames } from '../few-names.ts';
import { wholeNumber } from '../whole-number.ts';
import type { YearFacts } from './year-facts.ts';

/** `1 event`, `29 events` */
export function counted(value: number, one: string): string {
  return `${wholeNumber(value)} ${value === 1 ? one : `${one}s`}`;
}

/** `2.4 %` of a share of 0.0241; `–` where the whole is nothing. */
export function percent(part: number, whole: number, decimals = 1): string {
  return whole > 0 ? `${((100 * part) / whole).toFixed(decimals)} %` : '–';
}

/** `15.2`, or `–` where it is not known. */
export function decimal(value: number | null, decimals = 1): string {
  return value === null ? '–' : value.toFixed(decimals);
}

/** `Sat 9 Feb` */
export function weekday(year: number, day: number): string {
  return weekdayAndDate(isoDate(year, day));
}

/** `62 anomalous airport-days in 29 events` */
export function yearInShort({ totals }: Pick<YearFacts, 'totals'>): string {
  if (totals.anomalies === 0) return 'no anomalous day';
  return `${counted(totals.anomalies, 'anomalous airport-day')} in ${counted(totals.events, 'event')}`;
}

/** `blizzard Nemo, 8–9 Feb`, or `JFK and LGA, 8–9 Feb` for an event without a name. */
export function eventInShort(year: number, { name, airports, firstDay, lastDay }: YearFacts['events'][number]): string {
  return `${name ?? fewNames(airports)}, ${dateSpan(year, firstDay, lastDay)}`;
}

/** A sentence without the airport and the date that it begins with. */
export function sentenceOnly(explanation: string): string {
  const sentence = explanation.slice(explanation.indexOf(': ') + 2);
  return sentence[0].toUpperCase() + sentence.slice(1);
}
