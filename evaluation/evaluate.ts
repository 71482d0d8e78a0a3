// `npm run evaluate`: how well both detectors find disturbances of known size; puts the tables into docs/detection.md.
import { readFileSync, writeFileSync } from 'node:fs';
import { Command, InvalidArgumentError } from 'commander';
import { randomNumbers } from '../samples/random-numbers.ts';
import { daySurprises } from '../tasks/detect/surprise.ts';
import { isOutlier, zScoresOfDays } from '../tasks/detect/z-score.ts';
import { findInput } from '../tasks/io/input.ts';
import { year as yearOption } from '../tasks/options.ts';
import { readYear } from '../tasks/read/read-year.ts';
import { type AirportYearOfFlights, airportYearsOf, countedYear } from './airport-year-of-flights.ts';
import { disturb, disturbances, thinned } from './disturbances.ts';
import { drawStorm } from './draw-storm.ts';
import { type JudgedDay, type Quality, quality } from './quality.ts';
import { undisturbed } from './undisturbed.ts';

const sample = new URL('../samples/flights-{year}.csv.zst', import.meta.url).href
  .replaceAll('%7B', '{')
  .replaceAll('%7D', '}');

const { year, flights, repeats, threshold } = new Command('npm run evaluate --')
  .description('Injects disturbances of known size into a year of flights and measures how well they are found.')
  .addOption(yearOption().default(2013))
  .option(
    '--flights <uri>',
    'the flights, {year} is replaced; docs/detection.md is written for the sample only',
    sample,
  )
  .option('--repeats <n>', 'years disturbed for each airport, size and number of flights', positive, 4)
  .option('--threshold <score>', 'anomaly score from which on a day is flagged', positive, 3.5)
  .parse()
  .opts<{ year: number; flights: string; repeats: number; threshold: number }>();

function positive(text: string): number {
  if (Number(text) > 0) return Number(text);
  throw new InvalidArgumentError('Expected a number above 0.');
}

const flightsADay = [2, 5, 10, 20, Infinity];
const detectors = ['surprise', 'z-score'] as const;
type Detector = (typeof detectors)[number];

interface Trial {
  disturbance: string;
  flightsADay: number;
  airportYears: number;
  days: Record<Detector, JudgedDay[]>;
}

const read = await readYear({
  input: await findInput(flights, year, false),
  year,
  ofYearOnly: flights.includes('{year}'),
  maxBadRows: 0,
  signal: new AbortController().signal,
  onProgress: () => {},
});
const airportYears = airportYearsOf(read).map(undisturbed);
const trials: Trial[] = [];
for (const many of flightsADay) {
  for (const disturbance of disturbances) {
    const trial: Trial = {
      disturbance: disturbance.name,
      flightsADay: many,
      airportYears: 0,
      days: { surprise: [], 'z-score': [] },
    };
    airportYears.forEach((airportYear, airport) => {
      for (let repeat = 0; repeat < repeats; repeat++) {
        const random = randomNumbers(1_000 * airport + repeat);
        const few = Number.isFinite(many) ? thinned(airportYear, many, random) : airportYear;
        const disturbed = disturb(few, disturbance, random);
        judge(disturbed.airportYear, disturbed.truth, trial);
        trial.airportYears++;
      }
    });
    trials.push(trial);
  }
}

const all = trials.filter((trial) => trial.flightsADay === Infinity);
const tables = [
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
console.log(tables);
if (flights === sample) {
  write(tables);
  await drawStorm(read, new URL('../docs/images/nemo-2013.png', import.meta.url));
}

/** Have both detectors judge the days that count. */
function judge(airportYear: AirportYearOfFlights, truth: Uint8Array, { days }: Trial): void {
  const counted = countedYear(airportYear);
  const { anomalyScore, isAnomaly } = daySurprises(counted, threshold);
  const z = zScoresOfDays(counted.days);
  truth.forEach((mark, day) => {
    if (mark === 2) return;
    const disturbed = mark === 1;
    const score = Number.isNaN(anomalyScore[day]) ? -Infinity : anomalyScore[day];
    days.surprise.push({ score, flagged: isAnomaly[day] === 1, disturbed });
    // Without a mean, the reference cannot rank a day at all.
    const distance = Number.isNaN(z[day]) ? -Infinity : Math.abs(z[day]);
    days['z-score'].push({ score: distance, flagged: isOutlier(z[day]), disturbed });
  });
}

/** A line for each group of trials, and one for all: means of the trials' qualities. */
function table(heading: string, groups: [string, Trial[]][]): string {
  const line = (cells: string[]) => `| ${cells.join(' | ')} |`;
  const head = [heading, 'detector', 'average precision', 'precision', 'recall', 'F1', 'false flags a year'];
  const together: [string, Trial[]] = ['**mean**', groups.flatMap(([, group]) => group)];
  const rows = [...groups, together].flatMap(([name, group]) =>
    detectors.map((detector, index) => {
      const mean = (of: (quality: Quality, trial: Trial) => number) =>
        (group.reduce((sum, trial) => sum + of(quality(trial.days[detector]), trial), 0) / group.length).toFixed(2);
      return line([
        index === 0 ? name : '',
        detector,
        mean(({ averagePrecision }) => averagePrecision),
        mean(({ precision }) => precision),
        mean(({ recall }) => recall),
        mean(({ f1 }) => f1),
        mean(({ falseFlags }, { airportYears }) => falseFlags / airportYears),
      ]);
    }),
  );
  return [line(head), line(head.map((_, index) => (index < 2 ? '---' : '--:'))), ...rows].join('\n');
}

function write(tables: string): void {
  const page = new URL('../docs/detection.md', import.meta.url);
  const text = readFileSync(page, 'utf8');
  writeFileSync(page, text.replace(/(<!-- evaluated -->)[\s\S]*(<!-- end -->)/, `$1\n\n${tables}\n\n$2`));
}
