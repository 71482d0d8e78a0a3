import { fewNames } from '../../charts/few-names.ts';
import type { Contributor } from '../summary/contributors.ts';
import { type Dimension, dimensions } from '../summary/counted-year.ts';
import { carrierName } from './carrier-names.ts';

/** Whose flights made an airport-day an anomaly. */
export interface Whose {
  /** Those that stand out, in a few words: `American and Envoy`; null where nobody does. */
  inShort: string | null;
  /** What each of them contributed, or that all flights were affected alike; null where the file does not say. */
  words: string | null;
}

const everybody: Record<Dimension, string> = {
  hours: 'all day',
  carrier: 'all carriers',
  destination: 'all destinations',
};

/**
 * @param contributors of one airport-day
 * @param flights of that day
 * @param known the dimensions that the year's files tell
 */
export function whose(contributors: Contributor[], flights: number, known: readonly Dimension[]): Whose {
  const standing = standingOut(contributors, flights);
  if (standing.length > 0) {
    const [first] = standing;
    return { inShort: nameOf(first), words: standing.map((group) => wordsFor(group, flights)).join('; ') };
  }
  const all = (['hours', 'carrier', 'destination'] as const).filter((dimension) => known.includes(dimension));
  return { inShort: null, words: all.length === 0 ? null : all.map((dimension) => everybody[dimension]).join(', ') };
}

/**
 * Those that stand out, by dimension: first the dimension in which the excess is the most concentrated. When all flights
 * of a carrier are cancelled, its destinations stand out, too, but not as clearly.
 */
export function standingOut(contributors: Contributor[], flights: number): Contributor[][] {
  return dimensions
    .map((dimension) => contributors.filter((each) => each.dimension === dimension && each.standsOut))
    .filter((group) => group.length > 0)
    .sort((a, b) => concentration(b, flights) - concentration(a, flights));
}

/** How far a group's share of the excess diverges from its share of the flights: Kullback & Leibler (1951). */
function concentration(group: Contributor[], flights: number): number {
  const excess = Math.min(1, sum(group, 'share'));
  const flown = sum(group, 'flights') / flights;
  const part = (share: number, usual: number) => (share > 0 ? share * Math.log(share / usual) : 0);
  return part(excess, flown) + part(1 - excess, 1 - flown);
}

function sum(group: Contributor[], column: 'share' | 'flights' | 'cancelled'): number {
  return group.reduce((total, each) => total + each[column], 0);
}

/** `American and Envoy: 97 of 298 flights, 94 % of the excess` */
function wordsFor(group: Contributor[], flights: number): string {
  const own = sum(group, 'flights');
  const left =
    sum(group, 'cancelled') === own
      ? `none of ${own} left`
      : `${own} of ${flights} flights, ${Math.round(100 * sum(group, 'share'))} % of the excess`;
  return `${nameOf(group)}: ${left}`;
}

function nameOf(group: Contributor[]): string {
  const values = group.map(({ value }) => value);
  switch (group[0].dimension) {
    case 'carrier':
      return fewNames([...new Set(values.map(carrierName))]);
    case 'destination':
      return `flights to ${fewNames(values)}`;
    case 'hours':
      return `departures ${fewNames(spans(values))} h`;
  }
}

/** `15–18`, `18–21` and `06–09` are 06–09 and 15–21. */
function spans(blocks: string[]): string[] {
  const joined: [string, string][] = [];
  for (const block of blocks.toSorted()) {
    const [from, to] = block.split('–');
    const last = joined.at(-1);
    if (last && last[1] === from) last[1] = to;
    else joined.push([from, to]);
  }
  return joined.map(([from, to]) => `${from}–${to}`);
}
