import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { generatedYear } from '../../samples/generated-year.ts';

/** A year of invented flights as a CSV file; returns its text. */
export async function writeGeneratedYear(
  folder: string,
  { year = 2013, flights = 20_000, airports = 20, seed = 1 } = {},
): Promise<string> {
  const text = (await Array.fromAsync(generatedYear({ year, flights, airports, seed }))).join('');
  writeFileSync(join(folder, `${year}.csv`), text);
  return text;
}
