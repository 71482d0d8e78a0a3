import test from 'ava';
import { airportYearFigure } from '../../../charts/airport-year.ts';
import { airportYearOf } from '../../../charts/pages/airport-year-of.ts';
import { airportYear } from '../../../tasks/detect/airport-year.ts';
import { airportFacts } from '../../../tasks/report/airport-facts.ts';
import { airportRows } from '../../../tasks/summary/airport-days.ts';
import { airportDaysOf } from '../../support/airport-days.ts';
import { storedSummaryOf } from '../../support/stored-summary.ts';

const days = airportDaysOf([
  { day: 1, meanDepartureDelay: 12.3, expectedLow: 1, expectedHigh: 20 },
  { day: 2, isAnomaly: 1, anomalyScore: 5.25, anomalyKind: 'delays', explanation: 'JFK, 3 Jan 2013: bad', eventId: 1 },
  { day: 4, flights: 10, cancelled: 10, meanDepartureDelay: NaN, zScore: NaN, isOutlier: 1 },
]);

test('a page draws the figure that the PNG shows', (t) => {
  const [rows] = airportRows(days);
  const known = { name: 'Kennedy', city: 'New York' };
  const context = { months: 3, known, absent: [], eventNames: new Map([[1, 'blizzard Nemo']]) };
  const stored = storedSummaryOf(days);
  const summary = { ...stored, provenance: { ...stored.provenance, months: 3 } };
  const facts = airportFacts(summary, rows, { eventNames: context.eventNames, notInFile: [] });
  const onPage = airportYearFigure(airportYearOf(JSON.parse(JSON.stringify(facts)), known));
  t.deepEqual(onPage, airportYearFigure(airportYear(days, rows, context)));
});
