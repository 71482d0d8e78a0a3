// `npm run generate`: writes years of invented flights, with the causes and codes that the sample of 2013 lacks.
import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { Command } from 'commander';
import { generatedYear } from './generated-year.ts';

const options = new Command('npm run generate --')
  .description(
    'Writes years of invented flights, for what the sample lacks: more airports, years and causes of delay. The same ' +
      'options always give the same flights.',
  )
  .addHelpText('after', '\nExample:\n  npm run generate -- --years 2017,2018 --airports 100')
  .option('--years <years>', 'years, separated by commas', '2017,2018')
  .option('--flights <n>', 'number of flights a year', '1200000')
  .option('--airports <n>', 'number of airports', '60')
  .option('--folder <path>', 'folder to write to', fileURLToPath(new URL('../.local/generated', import.meta.url)))
  .parse()
  .opts<{ years: string; flights: string; airports: string; folder: string }>();

const folder = resolve(options.folder);
await mkdir(folder, { recursive: true });
for (const year of options.years.split(',').map(Number)) {
  const file = join(folder, `${year}.csv`);
  // Another seed for each year gives it other storms.
  const flights = generatedYear({
    year,
    flights: Number(options.flights),
    airports: Number(options.airports),
    seed: year,
  });
  await pipeline(Readable.from(flights), createWriteStream(file));
  console.log(file);
}
console.log(`\nnpm run demo -- --years ${options.years} --flights '${pathToFileURL(folder).href}/{year}.csv'`);
