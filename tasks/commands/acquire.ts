import { chooseSource } from '../acquire/choose-source.ts';
import { fetchYear } from '../acquire/fetch-year.ts';
import { finish, type Manifest, writeUnfinished } from '../acquire/manifest.ts';
import { isCurrent, type PlannedFile, planYear } from '../acquire/plan.ts';
import { isComplete, isIntact, openYearFolder, type YearFolder } from '../acquire/year-folder.ts';
import type { Command } from '../command.ts';
import { InputError } from '../errors.ts';
import { FileOrigin } from '../io/file-origin.ts';
import { WebOrigin } from '../io/web-origin.ts';
import { version } from '../version.ts';

const settings = [
  'FLIGHTS_URI',
  'AWS_ENDPOINT_URL_S3',
  'BTS_URL',
  'KAGGLE_TOKEN_SECRET',
  'KAGGLE_API_ENDPOINT',
  'KAGGLE_API_TOKEN',
  'KAGGLE_USERNAME',
  'KAGGLE_KEY',
  'KAGGLE_CONFIG_DIR',
  'XDG_CONFIG_HOME',
  'HOME',
] as const;

/** Polite to a public server, and enough to keep the line to it busy. */
const atOnce = 2;

/** Puts a year's flights into its folder. What is there stays; until all is there, nobody takes it for a year. */
export const acquire: Command<(typeof settings)[number]> = {
  settings,
  async run({ settings, year, from, refresh, log, signal }) {
    const folder = await openYearFolder(settings.FLIGHTS_URI, year, settings.AWS_ENDPOINT_URL_S3 !== undefined);
    const { storage, recorded } = folder;
    const before = recorded?.manifest;
    if (!before && folder.files.size > 0) {
      if (refresh) throw new InputError(`${folder.uri} holds files that acquire did not fetch; it cannot refresh them`);
      log.info('the year is there, put there by hand', { files: [...folder.files.keys()].join(', ') });
      return;
    }
    const isWhole = recorded?.finished === true && isComplete(folder, recorded.manifest);
    if (isWhole && !refresh) {
      log.info('the year is there', summary(recorded.manifest));
      return;
    }

    const userAgent = `delaywatch/${version}`;
    const source = await chooseSource(from, settings, {
      year,
      openOrigin: (url, authorization) =>
        url.protocol === 'file:'
          ? new FileOrigin()
          : new WebOrigin({ userAgent, authorization, onRetry: (what) => log.warn(what), signal }),
    });
    if (isWhole && before!.source !== source.name) {
      throw new InputError(`${folder.uri} holds files from ${before!.source}; refresh them from there`);
    }
    log.info('looking for the year', { from: source.name, files: source.files.length });
    const planned = await planYear(source, { year, atOnce, signal });

    const request = { year, source, folder: storage, planned, atOnce, log, signal };
    if (isWhole) {
      // The year stays whole all the time: its files are replaced one by one.
      const current = currentFiles(before!, planned);
      const wanted = planned.filter(({ name }) => !current.some((file) => file.name === name));
      if (wanted.length > 0) log.info('files were corrected', { files: wanted.length });
      const record = (manifest: Manifest) => finish(storage, manifest);
      log.info('refreshed', summary(await fetchYear({ ...request, present: before!.files, wanted, record })));
      return;
    }
    const present = before ? await keep(before, { folder, source: source.name, planned, signal }) : [];
    if (before) log.info('going on where it stopped', { kept: present.length, of: planned.length });
    const wanted = planned.filter(({ name }) => !present.some((file) => file.name === name));
    const record = (manifest: Manifest) => writeUnfinished(storage, manifest);
    const manifest = await fetchYear({ ...request, present, wanted, record });
    await finish(storage, manifest);
    log.info('acquired', summary(manifest));
  },
};

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

function summary({ source, acquired_at, files }: Manifest) {
  const sum = (count: (file: Manifest['files'][number]) => number) =>
    files.reduce((total, file) => total + count(file), 0);
  return {
    from: source,
    at: acquired_at,
    files: files.length,
    flights: sum(({ rows }) => rows),
    megabytes: (sum(({ size }) => size) / 1e6).toFixed(1),
  };
}
