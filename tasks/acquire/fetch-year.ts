import type { Log } from '../io/log.ts';
import type { Storage } from '../io/storage.ts';
import { version } from '../version.ts';
import { fetchFile } from './fetch-file.ts';
import { forEachConcurrently } from './for-each-concurrently.ts';
import { type Manifest, type ManifestFile, monthsIn } from './manifest.ts';
import type { PlannedFile } from './plan.ts';
import type { Source } from './source.ts';

/** What to fetch of a year. */
export interface YearRequest {
  year: number;
  source: Source;
  folder: Storage;
  /** The files that are there. */
  present: ManifestFile[];
  /** The files to fetch, whether they are there or not, in the order in which they are begun. */
  wanted: PlannedFile[];
  atOnce: number;
  /** Called at the start and after each file, one call after the other. */
  record(manifest: Manifest): Promise<void>;
  log: Log;
  signal: AbortSignal;
}

/** Fetch what is wanted; returns what is there then. */
export async function fetchYear(request: YearRequest): Promise<Manifest> {
  const { year, source, folder, present, wanted, atOnce, log, signal } = request;
  const files = new Map(present.map((file) => [file.name, file]));
  const expected = new Map([...present, ...wanted].map(({ name, months }) => [name, months[0]]));
  const names = [...expected].sort(([, a], [, b]) => a - b).map(([name]) => name);
  const manifest = (): Manifest => {
    const there = names.map((name) => files.get(name)).filter((file) => file !== undefined);
    return {
      year,
      source: source.name,
      acquired_by: `delaywatch ${version}`,
      acquired_at: there.map(({ acquired_at }) => acquired_at).reduce((a, b) => (a > b ? a : b), ''),
      months: monthsIn(there),
      expected: names,
      files: there,
    };
  };
  let recording = request.record(manifest());
  await recording;

  const sizes = wanted.map(({ found }) => found.size);
  const total = sizes.every((size) => size !== undefined) ? sizes.reduce((sum, size) => sum + size, 0) : undefined;
  const progress = log.progress('fetching bytes', total);
  let bytes = 0;
  await forEachConcurrently(wanted, { atOnce, signal }, async ({ name, found, months }, stop) => {
    const file = await fetchFile({
      ...{ origin: source.origin, found, folder, name, year, months, signal: stop },
      onRetry: (what) => log.warn(what),
      onProgress: (more) => {
        bytes += more;
        progress.update(bytes);
      },
    });
    if (file.unreadable_rows > 0) log.warn('unreadable rows', { file: name, rows: file.unreadable_rows });
    log.info('fetched', { file: name, flights: file.rows, megabytes: (file.size / 1e6).toFixed(1) });
    files.set(name, file);
    recording = recording.then(() => request.record(manifest()));
    await recording;
  });
  progress.end();
  return manifest();
}
