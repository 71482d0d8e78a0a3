import { dayAndMonth } from '../charts/dates.ts';
import { readAirports } from '../tasks/airports/airports.ts';
import { detectAnomalies } from '../tasks/detect/detect-anomalies.ts';
import type { KnownEvent } from '../tasks/detect/known-event.ts';
import { airportRows } from '../tasks/summary/airport-days.ts';
import { dayOfYear } from '../tasks/summary/calendar.ts';
import type { CountedYear } from '../tasks/summary/counted-year.ts';
import type { SegmentAnomaly } from '../tasks/summary/segment-anomalies.ts';
import { markdownTable } from './markdown-table.ts';

/** What each detector finds of an event. */
export interface Findings {
  /** Days of the event's airports: all, and those flagged by each detector. */
  airportDays: number;
  zScore: number;
  profile: number;
  /** Carriers and destinations that were found to be in trouble by themselves: `AA JFK`, `ORD`. */
  segments: string[];
}

/** Which of the known events of a year each detector finds: a line for each, and one for how many. */
export async function knownEventsTable(counted: CountedYear, threshold: number, known: KnownEvent[]): Promise<string> {
  const ofYear = known.filter(({ firstDate }) => firstDate.startsWith(`${counted.year}-`));
  const detected = detectAnomalies(counted, { threshold, places: await readAirports(), months: 12 });
  const found = ofYear.map((event) => findingsOf(event, detected));
  const part = (days: number, all: number) => (all === 0 ? '–' : `${days} of ${all}`);
  const rows = ofYear.map(({ name, source, airports, destinations, carriers, ...event }, index) => {
    const { airportDays, zScore, profile, segments } = found[index];
    return [
      `[${name}](${source})`,
      datesOf(event),
      [...carriers, [...airports, ...destinations.map((to) => `to ${to}`)].join(', ')].join(' '),
      part(zScore, airportDays),
      part(profile, airportDays),
      segments.join(', ') || '–',
    ];
  });
  const many = (isFound: (findings: Findings) => boolean) => `${found.filter(isFound).length} of ${found.length}`;
  return markdownTable(
    ['event', 'days of the year', 'where', 'z-score: airport-days', 'profile: airport-days', 'carriers, destinations'],
    [
      ...rows,
      [
        '**found at all**',
        '',
        '',
        many(({ zScore }) => zScore > 0),
        many(({ profile }) => profile > 0),
        many(({ segments }) => segments.length > 0),
      ],
    ],
    6,
  );
}

/** What the detectors find of an event on its days. */
export function findingsOf(
  event: Pick<KnownEvent, 'firstDate' | 'lastDate' | 'airports' | 'carriers' | 'destinations'>,
  { days, segmentAnomalies }: ReturnType<typeof detectAnomalies>,
): Findings {
  const [firstDay, lastDay] = daysOf(event);
  const isThen = (day: number) => day >= firstDay && day <= lastDay;
  const rows = airportRows(days)
    .filter(({ airport }) => event.airports.includes(airport))
    .flatMap(({ start, end }) => Array.from({ length: end - start }, (_, row) => start + row))
    .filter((row) => isThen(days.dayOfYear[row]));
  const isOfEvent = ({ kind, airport, carrier }: SegmentAnomaly) =>
    kind === 'destination'
      ? event.destinations.includes(airport)
      : event.airports.includes(airport) && (event.carriers.length === 0 || event.carriers.includes(carrier!));
  const segments = segmentAnomalies
    .filter((segment) => isThen(segment.dayOfYear) && isOfEvent(segment))
    .map(({ airport, carrier }) => (carrier ? `${carrier} ${airport}` : `to ${airport}`));
  return {
    airportDays: rows.length,
    zScore: rows.filter((row) => days.isOutlier[row]).length,
    profile: rows.filter((row) => days.isAnomaly[row]).length,
    segments: [...new Set(segments)].sort(),
  };
}

function daysOf({ firstDate, lastDate }: Pick<KnownEvent, 'firstDate' | 'lastDate'>): [number, number] {
  const [first, last] = [firstDate, lastDate].map((date) => {
    const [year, month, day] = date.split('-').map(Number);
    return dayOfYear(year, month, day);
  });
  return [first, last];
}

function datesOf(event: Pick<KnownEvent, 'firstDate' | 'lastDate'>): string {
  const year = Number(event.firstDate.slice(0, 4));
  const [first, last] = daysOf(event).map((day) => dayAndMonth(year, day));
  return first === last ? first : `${first} – ${last}`;
}
