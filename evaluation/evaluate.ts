// `npm run evaluate`: how flags settle from month to month, and how well disturbances of known size, those who caused
// them, and known events are found; puts the tables into docs/detection.md.
import { readFileSync, writeFileSync } from 'node:fs';
import { Command, InvalidArgumentError } from 'commander';
import { readAirports } from '../tasks/airports/airports.ts';
import { readKnownEvents } from '../tasks/known-events/known-events.ts';
import { year as yearOption } from '../tasks/options.ts';
import { countFlights } from './count-flights.ts';
import { detectorTables } from './detector-tables.ts';
import { drawStorm } from './draw-storm.ts';
import { knownEventsTable } from './known-events-table.ts';
import { readFlights } from './read-flights.ts';
import { segmentTables } from './segment-tables.ts';
import { settlingTable } from './settling-table.ts';
import { undisturbed } from './undisturbed.ts';
import { whoseTables } from './whose-tables.ts';

const sample = new URL('../samples/flights-{year}.csv.zst', import.meta.url).href
  .replaceAll('%7B', '{')
  .replaceAll('%7D', '}');

const { year, flights, repeats, threshold } = new Command('npm run evaluate --')
  .description(
    'Injects disturbances of known size into a year of flights, and measures how well the detectors find them and known events.',
  )
  .addHelpText('after', "\nExample:\n  npm run evaluate -- --year 2018 --flights 'file:///data/{year}.csv.gz'")
  .addOption(yearOption().default(2013))
  .option(
    '--flights <uri>',
    'address of the flights; {year} is replaced; docs/detection.md is written only for the sample',
    sample,
  )
  .option(
    '--repeats <n>',
    'number of disturbed years for each airport, kind of disturbance and number of flights',
    positive,
    4,
  )
  .option('--threshold <score>', 'anomaly score at which a day is flagged', positive, 3.1)
  .parse()
  .opts<{ year: number; flights: string; repeats: number; threshold: number }>();

function positive(text: string): number {
  if (Number(text) > 0) return Number(text);
  throw new InvalidArgumentError('Expected a number above 0.');
}

const airportYears = await readFlights(flights, year);
report('settling', settlingTable(airportYears, threshold));
report('known events', await knownEventsTable(countFlights(airportYears), threshold, await readKnownEvents()));
const calm = airportYears.map((airportYear) => undisturbed(airportYear, threshold));
report('detectors', detectorTables(calm, { threshold, repeats }));
const airports = await readAirports();
const stateOf = (airport: string) => airports.get(airport)?.state ?? undefined;
report('whose', whoseTables(calm, { threshold, repeats, stateOf }));
report('segments', segmentTables(airportYears, calm, { threshold, repeats }));
if (flights === sample) {
  await drawStorm(countFlights(airportYears), threshold, new URL('../docs/images/nemo-2013.png', import.meta.url));
}

/** Print tables, and put those of the sample where docs/detection.md has the last ones. */
function report(name: string, tables: string): void {
  console.log(`${tables}\n`);
  if (flights !== sample) return;
  const page = new URL('../docs/detection.md', import.meta.url);
  const text = readFileSync(page, 'utf8');
  const place = new RegExp(`(<!-- evaluated: ${name} -->)[\\s\\S]*?(<!-- end -->)`);
  if (!place.test(text)) throw new Error(`docs/detection.md has no place for the tables "${name}"`);
  writeFileSync(
    page,
    text.replace(place, (_, start, end) => `${start}\n\n${tables}\n\n${end}`),
  );
}
