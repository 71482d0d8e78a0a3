import { InputError } from '../errors.ts';
import { decodeSummary, type Summary } from '../flights/summary-file.ts';
import type { Storage } from '../io/storage.ts';
import { summaryKey } from '../outputs.ts';

/**
 * The summary that `detect` made of a year.
 * @throws InputError when there is none
 */
export async function readSummary(output: Storage, year: number): Promise<Summary> {
  const key = summaryKey(year);
  const bytes = await output.read(key);
  if (!bytes) throw new InputError(`${output.uriOf(key)} is not there; run \`detect --year ${year}\` first`);
  return decodeSummary(bytes, output.uriOf(key));
}
