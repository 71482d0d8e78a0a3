import { YearMissingError } from '../errors.ts';
import { isReadable } from '../io/archive.ts';
import type { OriginFile } from '../io/origin.ts';
import { inTurn } from './in-turn.ts';
import type { ManifestFile } from './manifest.ts';
import { monthName } from './months.ts';
import type { Source, WantedFile } from './source.ts';

/** A file that is there to be fetched, and what to call it. */
export interface PlannedFile {
  name: string;
  found: OriginFile;
  months: number[];
}

/**
 * Look at all files of a source, before any is fetched.
 * @throws YearMissingError when some are not there
 */
export async function planYear(
  source: Source,
  { year, atOnce, signal }: { year: number; atOnce: number; signal: AbortSignal },
): Promise<PlannedFile[]> {
  const found = new Map<WantedFile, OriginFile>();
  await inTurn(source.files, { atOnce, signal }, async (file) => {
    const there = await source.origin.look(file.url);
    if (there) found.set(file, there);
  });
  const missing = source.files.filter((file) => !found.has(file)).flatMap(({ months }) => months);
  if (missing.length > 0) {
    const which = missing.map((month) => monthName(year, month)).join(', ');
    throw new YearMissingError(`${source.name} lacks flights of ${which}; ${source.whenMissing(missing, new Date())}`);
  }
  return source.files.map((file) => {
    const there = found.get(file)!;
    const name = file.name ?? there.name;
    return { name: isReadable(name) ? name : `${year}.csv`, found: there, months: file.months };
  });
}

/** Whether a file that was fetched is still what its source has. */
export function isCurrent(recorded: ManifestFile, { found }: PlannedFile): boolean {
  return (
    (found.size === undefined || found.size === recorded.size) &&
    found.etag === recorded.etag &&
    found.lastModified === recorded.last_modified
  );
}
