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
  .description('Writes years of invented flights, to try what the sample lacks; the same each time.')
  .option('--years <years>', 'years, with commas between', '2017,2018')
  .option('--flights <n>', 'flights a year', '1200000')
  .option('--airports <n>', 'airports', '60')
  .option('--folder <path>', 'where to', fileURLToPath(new URL('../.local/generated', import.meta.url)))
  .parse()
  .opts<{ years: string; flights: string; airports: string; folder: string }>();

const folder = resolve(options.folder);
await mkdir(folder, { recursive: true });
for (const year of options.years.split(',').map(Number)) {
  const file = join(folder, `${year}.csv`);
  // Another seed each year: other storms.
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
