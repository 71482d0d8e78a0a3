import { createHash } from 'node:crypto';
import { InputError, SettingsError } from '../errors.ts';
import { isReadable } from '../io/archive.ts';
import { openStorage } from '../io/open-storage.ts';
import type { Storage, StoredObject } from '../io/storage.ts';
import { type Manifest, type ManifestFile, monthsIn, type Recorded, readManifest } from './manifest.ts';
import { monthsOf } from './months.ts';

/** A year's folder, and what lies in it. */
export interface YearFolder {
  storage: Storage;
  uri: string;
  /** The files that could be read as flights, by name. */
  files: Map<string, StoredObject>;
  recorded?: Recorded | undefined;
}

/**
 * Open the folder of a year.
 * @param template the setting `FLIGHTS_URI`
 * @throws SettingsError when it does not name a folder for each year
 * @throws InputError when files that nobody recorded lie beside those that are recorded
 */
export async function openYearFolder(template: string, year: number, s3PathStyle: boolean): Promise<YearFolder> {
  if (!template.endsWith('/') || !template.includes('{year}')) {
    throw new SettingsError(
      `FLIGHTS_URI ${template}: acquire needs a folder for each year; set an address with {year} in it that ends in /, ` +
        'like s3://bucket/flights/{year}/',
    );
  }
  const uri = template.replaceAll('{year}', String(year));
  const storage = await openStorage({ root: uri, s3PathStyle });
  const objects = (await storage.list('')).filter(({ key }) => !key.includes('/'));
  const recorded = await readManifest(
    storage,
    objects.map(({ key }) => key),
  );
  const files = new Map(objects.filter(({ key }) => isReadable(key)).map((object) => [object.key, object]));
  if (recorded) checkOthers({ storage, uri, files }, recorded.manifest);
  return { storage, uri, files, recorded };
}

function checkOthers({ storage, files }: YearFolder, { expected, source }: Manifest): void {
  const others = [...files.keys()].filter((name) => !expected.includes(name));
  if (others.length === 0) return;
  throw new InputError(
    `${others.map((name) => storage.uriOf(name)).join(', ')} ${others.length === 1 ? 'is' : 'are'} in the same folder as the files ` +
      `that acquire fetched from ${source}; remove either`,
  );
}

/** Whether the recorded files can be read and have their sizes. */
export function isReadableYear({ files }: YearFolder, { manifest, finished }: Recorded): boolean {
  return (
    finished && manifest.files.length > 0 && manifest.files.every(({ name, size }) => files.get(name)?.size === size)
  );
}

/** Whether a manifest has all months of its year. */
export function isWholeYear({ year, files }: Manifest): boolean {
  const months = monthsIn(files);
  return monthsOf(year).every((month) => months.includes(month));
}

/** Whether a file is there as it was recorded, to the last bit. */
export async function isIntact({ storage, files }: YearFolder, { name, size, sha256 }: ManifestFile): Promise<boolean> {
  const object = files.get(name);
  if (object?.size !== size) return false;
  const hash = createHash('sha256');
  for await (const chunk of storage.stream(object, { start: 0, end: size })) hash.update(chunk);
  return hash.digest('hex') === sha256;
}
