import { type AirportRows, airportRows } from '../summary/airport-days.ts';
import type { Contributor } from '../summary/contributors.ts';
import { type CountedYear, type Dimension, dimensions, type Tallies } from '../summary/counted-year.ts';
import { joinStates, type StateOf } from './join-states.ts';

/** Contributors that are kept of a day and dimension. */
const atMost = 5;
// These four are tuned on injected disturbances: docs/detection.md, "How well it works".
/** A candidate has at least this share of the excess. */
const leastShare = 0.15;
/** A candidate's flights lost at least this many times as much beyond the usual as the other flights, per flight. */
const leastRatio = 2.5;
/** Candidates that stand out have at least this share of the excess between them. */
const leastTogether = 0.5;
/** The flights of candidates that stand out lost at least this many times as much as all other flights, per flight. */
const leastRatioTogether = 4;

/**
 * Find out whose flights made each anomalous airport-day: for the values of each dimension, the minutes lost beyond what
 * their flights usually lose on the airport's days without an anomaly, and their share of all that were lost beyond it.
 * @returns those with the largest shares, row after row, largest first
 */
export function findContributors(
  { days, tallies }: Pick<CountedYear, 'days' | 'tallies'>,
  isAnomaly: Uint8Array,
  stateOf: StateOf,
): Contributor[] {
  const found = dimensions.flatMap((dimension) => {
    const { values } = tallies[dimension];
    return airportRows(days).flatMap((rows) => {
      if (!isAnomaly.subarray(rows.start, rows.end).includes(1)) return [];
      const { ofAnomalies, usual } = divide(tallies[dimension], rows, isAnomaly);
      return [...ofAnomalies].flatMap(([row, parts]) =>
        contributorsOf(values, { row, dimension, parts, usual, stateOf }),
      );
    });
  });
  const order = (dimension: Dimension) => dimensions.indexOf(dimension);
  return found.sort((a, b) => a.row - b.row || order(a.dimension) - order(b.dimension));
}

/** What the flights of a value come to on one day, or on many. */
interface Part {
  flights: number;
  cancelled: number;
  lost: number;
}

/** The parts of an airport's anomalous rows, by value, and what a flight of each value usually loses there. */
function divide(tallies: Tallies, rows: AirportRows, isAnomaly: Uint8Array) {
  const ofAnomalies = new Map<number, Map<number, Part>>();
  // The year's sums minus those of the anomalous days are the sums of the days without an anomaly.
  const { flights: flown, lost: lostBy } = tallies.total(rows);
  for (let row = rows.start; row < rows.end; row++) {
    if (isAnomaly[row] === 0) continue;
    const parts = new Map<number, Part>();
    tallies.visit(row, (value, flights, cancelled, lost) => {
      flown[value] -= flights;
      lostBy[value] -= lost;
      const part = parts.get(value);
      if (!part) parts.set(value, { flights, cancelled, lost });
      else {
        part.flights += flights;
        part.cancelled += cancelled;
        part.lost += lost;
      }
    });
    ofAnomalies.set(row, parts);
  }
  /** 0 for a value without a flight on such days. */
  const usual = (value: number) => (flown[value] > 0 ? lostBy[value] / flown[value] : 0);
  return { ofAnomalies, usual };
}

/** The values with the largest excess, largest first. */
function contributorsOf(
  values: string[],
  {
    row,
    dimension,
    parts,
    usual,
    stateOf,
  }: {
    row: number;
    dimension: Dimension;
    parts: Map<number, Part>;
    usual: (value: number) => number;
    stateOf: StateOf;
  },
): Contributor[] {
  let found: Contributor[] = [];
  let all = 0;
  for (const [value, { flights, cancelled, lost }] of parts) {
    all += flights;
    const excess = lost - flights * usual(value);
    if (!(excess > 0)) continue;
    found.push({
      row,
      dimension,
      value: values[value],
      flights,
      cancelled,
      lostMinutes: lost,
      excessMinutes: excess,
      share: NaN,
      standsOut: false,
    });
  }
  // The names are sorted, so that sums do not depend on the order in which flights were read.
  found.sort((a, b) => (a.value < b.value ? -1 : 1));
  const whole = found.reduce((sum, { excessMinutes }) => sum + excessMinutes, 0);
  for (const contributor of found) contributor.share = contributor.excessMinutes / whole;
  const isRatio = (least: number, share: number, flights: number) =>
    share * (all - flights) > least * (1 - share) * flights;
  const isInTrouble = ({ share, flights }: Contributor) => isRatio(leastRatio, share, flights);
  if (dimension === 'destination') {
    const flown = [...parts.keys()].map((value) => values[value]);
    found = joinStates(found, { destinations: flown, stateOf, isInTrouble });
  }
  const candidates = found.filter((each) => each.share >= leastShare && isInTrouble(each));
  const together = candidates.reduce((sum, { share }) => sum + share, 0);
  const flown = candidates.reduce((sum, { flights }) => sum + flights, 0);
  const standOut = together >= leastTogether && isRatio(leastRatioTogether, together, flown);
  for (const candidate of candidates) candidate.standsOut = standOut;
  return found.sort((a, b) => b.share - a.share).slice(0, atMost);
}
