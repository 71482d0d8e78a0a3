import { randomNumbers } from '../samples/random-numbers.ts';
import { findContributors } from '../tasks/detect/find-contributors.ts';
import type { StateOf } from '../tasks/detect/join-states.ts';
import { scoreDays } from '../tasks/detect/score-days.ts';
import { standingOut } from '../tasks/detect/whose.ts';
import type { Contributor } from '../tasks/summary/contributors.ts';
import { type CountedYear, type Dimension, dimensions } from '../tasks/summary/counted-year.ts';
import type { AirportYearOfFlights } from './airport-year-of-flights.ts';
import { countFlights } from './count-flights.ts';
import { culpritsOf, strikeCulprits } from './culprits.ts';
import { disturb, disturbances } from './disturbances.ts';
import { markdownTable } from './markdown-table.ts';
import { toLargestDestinations } from './to-largest-destinations.ts';
import { undisturbed } from './undisturbed.ts';

/** Trouble of a part with fewer of the airport's flights does not make an anomaly of the day. */
const leastCulprit = 0.03;
const fewDestinations = 10;
const struckDays = 12;
/** Years with culprits for each of the repeats. */
const culpritYears = 12;

interface Tally {
  injected: number;
  flagged: number;
  /** Number of the flagged days on which the right one stands out first. */
  right: number;
  namedFirst: number;
}

/**
 * Whether the right carrier, destination or hours stand out when their flights alone were late or cancelled, and nobody
 * when all flights were.
 * @param calm airports without bad days of their own
 */
export function whoseTables(
  calm: AirportYearOfFlights[],
  settings: { threshold: number; repeats: number; stateOf: StateOf },
): string {
  const few = calm.map((year) => undisturbed(toLargestDestinations(year, fewDestinations), settings.threshold));
  const groups: [string, AirportYearOfFlights[]][] = [
    ['all flights (about 300 a day)', calm],
    [`flights to the ${fewDestinations} largest destinations (about 145 a day)`, few],
  ];
  const struck = groups.map(([name, years]) => ({ name, tallies: strike(years, settings) }));
  const culpritRows = [
    ...struck.flatMap(({ name, tallies }) =>
      [...tallies].map(([dimension, tally], index) => [index === 0 ? name : '', titles[dimension], ...cells(tally)]),
    ),
    ['**all**', '', ...cells(sumOf(struck.flatMap(({ tallies }) => [...tallies.values()])))],
  ];
  const whole = groups.map(([name, years]) => ({ name, tally: strikeAll(years, settings) }));
  const wholeRows = [...whole, { name: '**all**', tally: sumOf(whole.map(({ tally }) => tally)) }].map(
    ({ name, tally: { injected, flagged, right } }) => [
      name,
      String(injected),
      String(flagged),
      percent(right, flagged),
    ],
  );
  return [
    markdownTable(
      ['airports', 'trouble of', 'injected', 'days flagged', 'stands out first', 'named first'],
      culpritRows,
      2,
    ),
    markdownTable(['airports', 'disturbances of all flights', 'days flagged', 'nobody stands out'], wholeRows),
  ].join('\n\n');
}

function cells({ injected, flagged, right, namedFirst }: Tally): string[] {
  return [String(injected), String(flagged), percent(right, flagged), percent(namedFirst, flagged)];
}

const titles: Record<Dimension, string> = {
  carrier: 'one carrier',
  destination: 'one destination',
  hours: 'three hours',
};

function strike(
  years: AirportYearOfFlights[],
  { threshold, repeats, stateOf }: { threshold: number; repeats: number; stateOf: StateOf },
): Map<Dimension, Tally> {
  const tallies = new Map(dimensions.map((dimension) => [dimension, emptyTally()]));
  years.forEach((year, airport) => {
    const { days, tallies: ofYear } = countFlights([year]);
    const culprits = culpritsOf({ days, tallies: ofYear }, leastCulprit);
    for (let repeat = 0; repeat < culpritYears * repeats; repeat++) {
      const random = randomNumbers(1_000 * airport + repeat);
      const choice = { culprits, hours: ofYear.hours.values, times: struckDays };
      const { airportYear, struck } = strikeCulprits(year, choice, random);
      const judged = judge(countFlights([airportYear]), { threshold, stateOf });
      for (const { day, culprit } of struck) {
        const tally = tallies.get(culprit.dimension)!;
        tally.injected++;
        if (!judged.isAnomaly[day]) continue;
        tally.flagged++;
        const groups = judged.standingOut(day);
        const isCulprit = ([first]: Contributor[]) =>
          first.dimension === culprit.dimension && first.value === culprit.value;
        if (groups.some(isCulprit)) tally.right++;
        if (groups.length > 0 && isCulprit(groups[0])) tally.namedFirst++;
      }
    }
  });
  return tallies;
}

function strikeAll(
  years: AirportYearOfFlights[],
  { threshold, repeats, stateOf }: { threshold: number; repeats: number; stateOf: StateOf },
): Tally {
  const tally = emptyTally();
  years.forEach((year, airport) => {
    for (const disturbance of disturbances) {
      for (let repeat = 0; repeat < repeats; repeat++) {
        const { airportYear, truth } = disturb(year, disturbance, randomNumbers(1_000 * airport + repeat));
        const judged = judge(countFlights([airportYear]), { threshold, stateOf });
        truth.forEach((mark, day) => {
          if (mark !== 1) return;
          tally.injected++;
          if (!judged.isAnomaly[day]) return;
          tally.flagged++;
          if (judged.standingOut(day).length === 0) tally.right++;
        });
      }
    }
  });
  return tally;
}

/** @param counted one airport, so that a row is a day */
function judge(counted: CountedYear, { threshold, stateOf }: { threshold: number; stateOf: StateOf }) {
  const { isAnomaly } = scoreDays(counted, threshold);
  const ofDay = Map.groupBy(findContributors(counted, isAnomaly, stateOf), ({ row }) => row);
  return { isAnomaly, standingOut: (day: number) => standingOut(ofDay.get(day) ?? [], counted.days.flights[day]) };
}

const emptyTally = (): Tally => ({ injected: 0, flagged: 0, right: 0, namedFirst: 0 });

function sumOf(tallies: Tally[]): Tally {
  const total = emptyTally();
  for (const tally of tallies) for (const key of Object.keys(total) as (keyof Tally)[]) total[key] += tally[key];
  return total;
}

const percent = (part: number, whole: number) => (whole === 0 ? '–' : `${((100 * part) / whole).toFixed(1)} %`);
