import { BtsForm } from '../acquire/bts-form.ts';
import { chooseSource } from '../acquire/choose-source.ts';
import { fetchYear } from '../acquire/fetch-year.ts';
import { finish, type Manifest, monthsIn, writeUnfinished } from '../acquire/manifest.ts';
import { monthSpans } from '../acquire/months.ts';
import { isCurrent, type PlannedFile, planYear } from '../acquire/plan.ts';
import type { Source } from '../acquire/source.ts';
import { isIntact, isReadableYear, isWholeYear, openYearFolder, type YearFolder } from '../acquire/year-folder.ts';
import type { Command } from '../command.ts';
import { InputError, UsageError } from '../errors.ts';
import { FileOrigin } from '../io/file-origin.ts';
import { WebOrigin } from '../io/web-origin.ts';
import { version } from '../version.ts';

const settings = [
  'FLIGHTS_URI',
  'AWS_ENDPOINT_URL_S3',
  'BTS_URL',
  'BTS_FORM_URL',
  'KAGGLE_TOKEN_SECRET',
  'KAGGLE_API_ENDPOINT',
  'KAGGLE_API_TOKEN',
  'KAGGLE_USERNAME',
  'KAGGLE_KEY',
  'KAGGLE_CONFIG_DIR',
  'XDG_CONFIG_HOME',
  'HOME',
] as const;

/**
 * Puts a year's flights into its folder. What is there stays. A folder without a year that can be read is marked until all
 * is there; a year or a year so far that can be read stays so, while its months are corrected and added one by one.
 */
export const acquire: Command<(typeof settings)[number]> = {
  settings,
  async run({ settings, year, from, refresh, soFar, through, log, signal }) {
    if (through !== undefined && !soFar)
      throw new UsageError('--through is only for --so-far; add --so-far, or leave --through out');
    const folder = await openYearFolder(settings.FLIGHTS_URI, year, settings.AWS_ENDPOINT_URL_S3 !== undefined);
    const { storage, recorded } = folder;
    const before = recorded?.manifest;
    if (!before && folder.files.size > 0) {
      if (refresh) throw new InputError(`${folder.uri} holds files that acquire did not fetch; it cannot refresh them`);
      log.info('the year is there; somebody put it there', { files: [...folder.files.keys()].join(', ') });
      return;
    }
    const readable = recorded && isReadableYear(folder, recorded) ? recorded.manifest : undefined;
    if (readable && isWholeYear(readable) && !refresh && !soFar) {
      log.info('the year is there', summary(readable));
      return;
    }

    const web = { userAgent: `delaywatch/${version}`, onRetry: (what: string) => log.warn(what), signal };
    const source = await chooseSource(from, settings, {
      year,
      openOrigin: (url, authorization) =>
        url.protocol === 'file:' ? new FileOrigin() : new WebOrigin({ ...web, authorization }),
      openForm: () => new BtsForm(web),
    });
    if (readable && readable.source !== source.name) {
      throw new InputError(`${folder.uri} holds files from ${readable.source}; fetch the others from there`);
    }
    checkMonthly(source, soFar);
    log.info(soFar ? 'looking for the year so far' : 'looking for the year', {
      from: source.name,
      files: source.files.length,
    });
    const keptMonths = monthsIn(readable?.files ?? []);
    const planned = await planYear(source, { year, soFar, through, keptMonths, signal });

    const request = { year, source, folder: storage, log, signal };
    if (readable) {
      const current = currentFiles(readable, planned);
      const wanted = planned.filter(({ name }) => !current.some((file) => file.name === name));
      if (wanted.length === 0) {
        log.info('nothing new', summary(readable));
        return;
      }
      const isThere = ({ name }: PlannedFile) => readable.files.some((file) => file.name === name);
      const words = (files: PlannedFile[]) => monthSpans(year, monthsIn(files)) || undefined;
      // The months come one by one and in order, so that the year so far can be read at any moment and never has a hole.
      const record = (manifest: Manifest) => finish(storage, manifest);
      const manifest = await fetchYear({ ...request, present: readable.files, wanted, atOnce: 1, record });
      log.info('fetched new months', {
        new: words(wanted.filter((file) => !isThere(file))),
        corrected: words(wanted.filter(isThere)),
      });
      log.info('acquired', summary(manifest));
      return;
    }
    const present = before ? await keep(before, { folder, source: source.name, planned, signal }) : [];
    if (before) log.info('continuing where it stopped', { kept: present.length, of: planned.length });
    const wanted = planned.filter(({ name }) => !present.some((file) => file.name === name));
    const record = (manifest: Manifest) => writeUnfinished(storage, manifest);
    const manifest = await fetchYear({ ...request, present, wanted, atOnce: source.atOnce, record });
    await finish(storage, manifest);
    log.info('acquired', summary(manifest));
  },
};

/** @throws UsageError when months are asked for one by one of a source that has them in one file */
function checkMonthly({ name, files }: Source, soFar: boolean): void {
  if (!soFar || files.every(({ months }) => months.length === 1)) return;
  throw new UsageError(`--so-far needs a source with a file for each month; ${name} has one for the whole year`);
}

/** What need not be fetched again; what would be in the way is removed. */
async function keep(
  before: Manifest,
  {
    folder,
    source,
    planned,
    signal,
  }: { folder: YearFolder; source: string; planned: PlannedFile[]; signal: AbortSignal },
): Promise<Manifest['files']> {
  const kept: Manifest['files'] = [];
  for (const file of before.source === source ? currentFiles(before, planned) : []) {
    signal.throwIfAborted();
    if (await isIntact(folder, file)) kept.push(file);
  }
  const names = new Set(planned.map(({ name }) => name));
  const obsolete = before.expected.filter((name) => folder.files.has(name) && !names.has(name));
  await folder.storage.remove(obsolete);
  return kept;
}

/** The files that their source still has as they were fetched. */
function currentFiles({ files }: Manifest, planned: PlannedFile[]): Manifest['files'] {
  return files.filter((file) => planned.some((one) => one.name === file.name && isCurrent(file, one)));
}

function summary({ year, source, acquired_at, files }: Manifest) {
  const sum = (count: (file: Manifest['files'][number]) => number) =>
    files.reduce((total, file) => total + count(file), 0);
  return {
    from: source,
    at: acquired_at,
    months: monthSpans(year, monthsIn(files)),
    files: files.length,
    flights: sum(({ rows }) => rows),
    megabytes: (sum(({ size }) => size) / 1e6).toFixed(1),
  };
}
