import { randomNumbers } from '../samples/random-numbers.ts';
import { scoreDays } from '../tasks/detect/score-days.ts';
import { isOutlier, zScoresOfDays } from '../tasks/detect/z-score.ts';
import type { AirportYearOfFlights } from './airport-year-of-flights.ts';
import { countFlights } from './count-flights.ts';
import { disturb, disturbances, thinned } from './disturbances.ts';
import { markdownTable } from './markdown-table.ts';
import { type JudgedDay, type Quality, quality } from './quality.ts';

const flightsADay = [2, 5, 10, 20, Infinity];
const detectors = ['profile', 'z-score'] as const;
type Detector = (typeof detectors)[number];

interface Trial {
  disturbance: string;
  flightsADay: number;
  airportYears: number;
  days: Record<Detector, JudgedDay[]>;
}

/**
 * How well both detectors find each of the disturbances, with few flights a day and with all.
 * @param airportYears without bad days of their own
 * @param repeats years disturbed for each airport, disturbance and number of flights
 */
export function detectorTables(
  airportYears: AirportYearOfFlights[],
  { threshold, repeats }: { threshold: number; repeats: number },
): string {
  const trials = flightsADay.flatMap((many) =>
    disturbances.map((disturbance) => {
      const trial: Trial = {
        disturbance: disturbance.name,
        flightsADay: many,
        airportYears: 0,
        days: { profile: [], 'z-score': [] },
      };
      airportYears.forEach((airportYear, airport) => {
        for (let repeat = 0; repeat < repeats; repeat++) {
          const random = randomNumbers(1_000 * airport + repeat);
          const few = Number.isFinite(many) ? thinned(airportYear, many, random) : airportYear;
          const disturbed = disturb(few, disturbance, random);
          judge(disturbed.airportYear, { ...disturbed, threshold, days: trial.days });
          trial.airportYears++;
        }
      });
      return trial;
    }),
  );
  const all = trials.filter((trial) => trial.flightsADay === Infinity);
  return [
    table(
      'flights a day',
      flightsADay.map((many) => [
        Number.isFinite(many) ? String(many) : 'all (about 300)',
        trials.filter((trial) => trial.flightsADay === many),
      ]),
    ),
    table(
      'disturbance of all flights (about 300 a day)',
      all.map((trial) => [trial.disturbance, [trial]]),
    ),
  ].join('\n\n');
}

/** Have both detectors judge the days that count. */
function judge(
  airportYear: AirportYearOfFlights,
  { truth, threshold, days }: { truth: Uint8Array; threshold: number; days: Trial['days'] },
): void {
  const counted = countFlights([airportYear]);
  const { anomalyScore, isAnomaly } = scoreDays(counted, threshold);
  const z = zScoresOfDays(counted.days);
  truth.forEach((mark, day) => {
    if (mark === 2) return;
    const disturbed = mark === 1;
    const score = Number.isNaN(anomalyScore[day]) ? -Infinity : anomalyScore[day];
    days.profile.push({ score, flagged: isAnomaly[day] === 1, disturbed });
    // Without a mean, the reference cannot rank a day at all.
    const distance = Number.isNaN(z[day]) ? -Infinity : Math.abs(z[day]);
    days['z-score'].push({ score: distance, flagged: isOutlier(z[day]), disturbed });
  });
}

/** A line for each group of trials, and one for all: means of the trials' qualities. */
function table(heading: string, groups: [string, Trial[]][]): string {
  const head = [heading, 'detector', 'average precision', 'precision', 'recall', 'F1', 'false flags a year'];
  const together: [string, Trial[]] = ['**mean**', groups.flatMap(([, group]) => group)];
  const rows = [...groups, together].flatMap(([name, group]) =>
    detectors.map((detector, index) => {
      const mean = (of: (quality: Quality, trial: Trial) => number) =>
        (group.reduce((sum, trial) => sum + of(quality(trial.days[detector]), trial), 0) / group.length).toFixed(2);
      return [
        index === 0 ? name : '',
        detector,
        mean(({ averagePrecision }) => averagePrecision),
        mean(({ precision }) => precision),
        mean(({ recall }) => recall),
        mean(({ f1 }) => f1),
        mean(({ falseFlags }, { airportYears }) => falseFlags / airportYears),
      ];
    }),
  );
  return markdownTable(head, rows, 2);
}
