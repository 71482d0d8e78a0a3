import { InputError, UnreachableError } from '../errors.ts';
import type { Storage, StoredObject } from '../io/storage.ts';
import { summaryKey } from '../outputs.ts';
import { carriedHash, decodeSummary, headBytes, type StoredSummary } from './summary-file.ts';

/**
 * The summary that `detect` made of a year.
 * @throws InputError when there is none, when it is damaged, or when it is another year's
 */
export async function readSummary(output: Storage, year: number): Promise<StoredSummary> {
  const key = summaryKey(year);
  const bytes = await output.read(key);
  if (!bytes) throw new InputError(`${output.uriOf(key)} is not there; run \`detect --year ${year}\` first`);
  const summary = decodeSummary(bytes, output.uriOf(key));
  if (summary.days.year === year) return summary;
  throw new InputError(
    `${output.uriOf(key)} is the summary of ${summary.days.year}, not of ${year}; run \`detect --year ${year}\` again`,
  );
}

/**
 * Make sure that a summary is still the year's. Another run of the year may have replaced it meanwhile, and what is
 * made of the old one must not stay beside what is made of the new one.
 * @returns the summary's file
 * @throws UnreachableError when it is not
 */
export async function refuseIfReplaced(
  output: Storage,
  { days: { year }, sha256 }: StoredSummary,
): Promise<StoredObject> {
  const current = await output.stat(summaryKey(year));
  if (current && (await hashIn(output, current)) === sha256) return current;
  throw new UnreachableError(
    `another run of ${year} has replaced ${output.uriOf(summaryKey(year))} meanwhile; run this step again`,
  );
}

async function hashIn(output: Storage, summary: StoredObject): Promise<string | undefined> {
  const chunks = output.stream(summary, { start: 0, end: Math.min(summary.size, headBytes) });
  return carriedHash(Buffer.concat(await Array.fromAsync(chunks, (chunk) => Buffer.from(chunk))));
}
