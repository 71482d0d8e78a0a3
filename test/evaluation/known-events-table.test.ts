import test from 'ava';
import { findingsOf, knownEventsTable } from '../../evaluation/known-events-table.ts';
import type { SegmentAnomaly } from '../../tasks/summary/segment-anomalies.ts';
import { airportDaysOf } from '../support/airport-days.ts';
import { countedYear, type Flight } from '../support/counted-year.ts';

const segment = (more: Partial<SegmentAnomaly>): SegmentAnomaly => ({
  kind: 'carrier',
  airport: 'JFK',
  carrier: 'AA',
  dayOfYear: 38,
  flights: 40,
  cancelled: 20,
  meanDepartureDelay: 60,
  anomalyScore: 5,
  lateBy: 60,
  lateShare: 0.5,
  usualLateShare: 0.1,
  eventId: NaN,
  ...more,
});
const days = airportDaysOf([
  { airport: 'JFK', day: 37, isOutlier: 1, isAnomaly: 1 },
  { airport: 'JFK', day: 38, isAnomaly: 1 },
  { airport: 'JFK', day: 39, isOutlier: 1, isAnomaly: 1 },
  { airport: 'LGA', day: 38 },
  { airport: 'EWR', day: 38, isAnomaly: 1 },
]);
const segmentAnomalies = [
  segment({}),
  segment({ carrier: 'DL' }),
  segment({ airport: 'EWR' }),
  segment({ dayOfYear: 40 }),
  segment({ kind: 'destination', airport: 'ORD', carrier: null }),
  segment({ kind: 'destination', airport: 'MIA', carrier: null }),
  segment({ dayOfYear: 39 }),
];
const event = { firstDate: '2013-02-08', lastDate: '2013-02-09', airports: ['JFK', 'LGA'], carriers: [] };
const detected = { days, contributors: [], segmentAnomalies };

test('an event is found by flags on its days at its airports and destinations', (t) => {
  t.deepEqual(findingsOf({ ...event, destinations: ['ORD'] }, detected), {
    airportDays: 3,
    zScore: 1,
    profile: 2,
    segments: ['AA JFK', 'DL JFK', 'to ORD'],
  });
});

test('an event of some carriers is not found by flags of other carriers', (t) => {
  t.deepEqual(findingsOf({ ...event, carriers: ['AA'], destinations: [] }, detected).segments, ['AA JFK']);
});

test('the table has a line for each event of the year, and one for how many are found', async (t) => {
  const flights: Flight[] = Array.from({ length: 60 }, (_, day) =>
    Array.from({ length: 40 }, (_, i) => ({ day, delay: i % 9, cancelled: day === 38, destination: 'ORD' })),
  ).flat();
  const details = { carriers: [], destinations: [], what: '', source: 'https://example.com/' };
  const table = await knownEventsTable(countedYear([flights]), 3.1, [
    { ...details, ...event, name: 'blizzard' },
    { ...details, ...event, firstDate: '2013-02-20', lastDate: '2013-02-20', name: 'calm' },
    { ...details, ...event, firstDate: '2014-02-20', lastDate: '2014-02-20', name: 'next year' },
  ]);
  const lines = table.split('\n').slice(2);
  t.deepEqual(lines, [
    '| [blizzard](https://example.com/) | 8 Feb – 9 Feb | JFK, LGA | 0 of 2 | 1 of 2 | – |',
    '| [calm](https://example.com/) | 20 Feb | JFK, LGA | 0 of 1 | 0 of 1 | – |',
    '| **found at all** |  |  | 0 of 2 | 1 of 2 | 0 of 2 |',
  ]);
});
