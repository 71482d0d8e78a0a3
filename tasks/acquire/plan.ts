import { InputError, YearMissingError } from '../errors.ts';
import { isReadable } from '../io/archive.ts';
import type { OriginFile } from '../io/origin.ts';
import { forEachConcurrently } from './for-each-concurrently.ts';
import type { ManifestFile } from './manifest.ts';
import { mayStillCome, missingMonthsError, waitedForMonths } from './missing-months.ts';
import { monthName, monthSpans } from './months.ts';
import type { Source, WantedFile } from './source.ts';

/** A file that is there to be fetched, and what to call it. */
export interface PlannedFile {
  name: string;
  found: OriginFile;
  months: number[];
}

/** What to look for. */
export interface PlanRequest {
  year: number;
  /** Whether the months that are published so far will do, from the first one on without a hole. */
  soFar: boolean;
  /** The month up to which all must be there, at least, for the months so far to do. */
  through?: number | undefined;
  /** Months that lie in the year's folder already; they need not be published any more. */
  keptMonths: number[];
  signal: AbortSignal;
  today?: Date;
}

/**
 * Look at all files of a source, before any is fetched.
 * @returns those that are there, in the order of their months
 * @throws YearMissingError when months are missing that may still come
 * @throws InputError when months of a year long past are missing, or when two files have one name
 */
export async function planYear(source: Source, request: PlanRequest): Promise<PlannedFile[]> {
  const { year, soFar, through = 0, keptMonths, signal } = request;
  const found = new Map<WantedFile, OriginFile>();
  await forEachConcurrently(source.files, { atOnce: source.atOnce, signal }, async (file) => {
    const there = await source.origin.look(file.url);
    if (there) found.set(file, there);
  });
  const isThere = (file: WantedFile) => found.has(file) || file.months.every((month) => keptMonths.includes(month));
  const last = source.files.findLastIndex(isThere);
  const upTo = Math.max(
    last,
    source.files.findLastIndex(({ months }) => months.every((month) => month <= through)),
  );
  const wanted = soFar && upTo >= 0 ? source.files.slice(0, upTo + 1) : source.files;
  const missing = wanted.filter((file) => !isThere(file)).flatMap(({ months }) => months);
  if (missing.length > 0) throw missingError(source, missing, { ...request, after: soFar ? last : -1 });
  const planned = source.files
    .filter((file) => found.has(file))
    .map((file) => {
      const there = found.get(file)!;
      const name = file.name ?? there.name;
      return { name: isReadable(name) ? name : `${year}.csv`, found: there, months: file.months };
    });
  const names = planned.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) < index);
  if (twice === undefined) return planned;
  throw new InputError(
    `${source.place} leads to several files of the name ${twice}; expected a name for each month: put the files into the ` +
      "year's folder by hand",
  );
}

/** @param after index of the last file that is there where the months up to it will do; −1 where all must be there */
function missingError(
  source: Source,
  missing: number[],
  { year, today = new Date(), after }: PlanRequest & { after: number },
): Error {
  const words = monthSpans(year, missing);
  if (!mayStillCome(year, today)) {
    const sentence =
      `there is nothing at ${source.place} for ${words}, and waiting would not help, since ${year} ended more than ` +
      `${waitedForMonths} months ago; ${source.whenAbsent}`;
    return missingMonthsError(year, sentence, today);
  }
  const there = source.files[after]?.months[0];
  const hole =
    there === undefined || there < missing[0]
      ? ''
      : `, although ${monthName(year, there)} is published, and the year so far needs each month up to its last one`;
  return new YearMissingError(
    `${source.name} has not published ${words} yet${hole}; ${source.whenMissing(missing, today)}`,
  );
}

/** Whether a file that was fetched is still what its source has. */
export function isCurrent(recorded: ManifestFile, { found }: PlannedFile): boolean {
  return (
    (found.size === undefined || found.size === recorded.size) &&
    found.etag === recorded.etag &&
    found.lastModified === recorded.last_modified
  );
}
