import { randomNumbers } from '../samples/random-numbers.ts';
import { findSegmentAnomalies, segmentThreshold } from '../tasks/detect/find-segment-anomalies.ts';
import { scoreDays } from '../tasks/detect/score-days.ts';
import type { AirportYearOfFlights } from './airport-year-of-flights.ts';
import { countFlights } from './count-flights.ts';
import { culpritsOf } from './culprits.ts';
import { cancel } from './disturbances.ts';
import { markdownTable } from './markdown-table.ts';
import { type JudgedDay, quality } from './quality.ts';

/** Share of an airport's flights that are cancelled, all of one carrier. */
const shareCancelled = 0.1;
const daysCancelled = 8;

/**
 * What watching carriers and destinations by themselves finds that watching airports does not, and how much it flags.
 * @param years as they are
 * @param calm the same without the airports' bad days
 */
export function segmentTables(
  years: AirportYearOfFlights[],
  calm: AirportYearOfFlights[],
  { threshold, repeats }: { threshold: number; repeats: number },
): string {
  return [ofOneCarrier(calm, { threshold, repeats }), flaggedShares(years, threshold)].join('\n\n');
}

function ofOneCarrier(calm: AirportYearOfFlights[], { threshold, repeats }: { threshold: number; repeats: number }) {
  const ofAirport: JudgedDay[][] = [];
  const ofCarrier: JudgedDay[][] = [];
  calm.forEach((year, airport) => {
    const carriers = culpritsOf(countFlights([year]), shareCancelled).filter(
      ({ dimension }) => dimension === 'carrier',
    );
    for (const { value: carrier } of carriers) {
      for (let repeat = 0; repeat < repeats; repeat++) {
        const { airportYear, truth } = cancelOfCarrier(year, carrier, randomNumbers(1_000 * airport + repeat));
        const counted = countFlights([airportYear]);
        const { anomalyScore, isAnomaly } = scoreDays(counted, threshold);
        const everyDay = findSegmentAnomalies(counted, new Uint8Array(truth.length), -Infinity);
        const score = new Map(
          everyDay
            .filter((segment) => segment.carrier === carrier)
            .map((segment) => [segment.dayOfYear, segment.anomalyScore]),
        );
        const days = [...truth.keys()].filter((day) => score.has(airportYear.dayOfYear[day]));
        const judged = (scoreOf: (day: number) => number, isFlagged: (day: number) => boolean) =>
          days.map((day) => ({ score: scoreOf(day), flagged: isFlagged(day), disturbed: truth[day] === 1 }));
        const carriersScore = (day: number) => score.get(airportYear.dayOfYear[day])!;
        ofAirport.push(
          judged(
            (day) => anomalyScore[day],
            (day) => isAnomaly[day] === 1,
          ),
        );
        ofCarrier.push(judged(carriersScore, (day) => carriersScore(day) >= segmentThreshold));
      }
    }
  });
  const row = (name: string, limit: number, trials: JudgedDay[][]) => {
    const qualities = trials.map(quality);
    const mean = (of: (each: (typeof qualities)[number]) => number) =>
      (qualities.reduce((sum, each) => sum + of(each), 0) / qualities.length).toFixed(2);
    return [
      name,
      String(limit),
      mean(({ averagePrecision }) => averagePrecision),
      mean(({ precision }) => precision),
      mean(({ recall }) => recall),
      mean(({ falseFlags }) => falseFlags),
    ];
  };
  return markdownTable(
    [
      'a tenth cancelled, all of one carrier',
      'threshold',
      'average precision',
      'precision',
      'recall',
      'other days flagged a year',
    ],
    [row('profile of the airport', threshold, ofAirport), row('profile of the carrier', segmentThreshold, ofCarrier)],
  );
}

/** The year with a tenth of the airport's flights cancelled on some days, all of them the carrier's if it has as many. */
function cancelOfCarrier(year: AirportYearOfFlights, carrier: string, random: () => number) {
  const truth = new Uint8Array(year.flights.length);
  const flights = [...year.flights];
  for (let time = 0; time < daysCancelled; ) {
    const day = Math.floor(random() * flights.length);
    const own = [...flights[day].keys()].filter((flight) => flights[day][flight].carrier === carrier);
    if (truth[day] === 1 || own.length === 0) continue;
    const many = Math.round(shareCancelled * flights[day].length);
    const cancelled = new Set(
      own
        .map((flight) => ({ flight, rank: random() }))
        .sort((a, b) => a.rank - b.rank)
        .slice(0, many)
        .map(({ flight }) => flight),
    );
    flights[day] = flights[day].map((flight, index) => (cancelled.has(index) ? cancel(flight) : flight));
    truth[day] = 1;
    time++;
  }
  return { airportYear: { ...year, flights }, truth };
}

function flaggedShares(years: AirportYearOfFlights[], threshold: number): string {
  const counted = countFlights(years);
  const everyDay = findSegmentAnomalies(counted, scoreDays(counted, threshold).isAnomaly, -Infinity);
  const rows = (['carrier', 'destination'] as const).map((kind) => {
    const days = everyDay.filter((segment) => segment.kind === kind);
    const segments = new Set(days.map(({ airport, carrier }) => `${airport} ${carrier}`)).size;
    const flagged = days.filter(({ anomalyScore }) => anomalyScore >= segmentThreshold).length;
    return { kind, segments, days: days.length, flagged };
  });
  const sum = (of: (row: (typeof rows)[number]) => number) => rows.reduce((total, row) => total + of(row), 0);
  const all = {
    segments: sum((row) => row.segments),
    days: sum((row) => row.days),
    flagged: sum((row) => row.flagged),
  };
  const names = { carrier: 'carriers at an airport', destination: 'destinations' };
  return markdownTable(
    ['days whose airport is not flagged', 'segments', 'segment-days', 'flagged', 'share'],
    [...rows.map((row) => ({ name: names[row.kind], ...row })), { name: '**all**', ...all }].map(
      ({ name, segments, days, flagged }) => [
        name,
        String(segments),
        String(days),
        String(flagged),
        `${((100 * flagged) / days).toFixed(2)} %`,
      ],
    ),
  );
}
