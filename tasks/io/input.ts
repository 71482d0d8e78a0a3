import { SettingsError, YearMissingError } from '../errors.ts';
import { isReadable, readableEndings } from './archive.ts';
import { openStorage, type StorageLocation } from './open-storage.ts';
import type { Storage, StoredObject } from './storage.ts';

/** While a year's folder has a file of this name, the year is not complete, whatever other files it has. */
export const unfinishedName = 'acquiring.json';

/** Where a year's files lie. */
export interface Input {
  location: StorageLocation;
  storage: Storage;
  objects: StoredObject[];
}

/**
 * Find the objects that an address names.
 * @param template an object, or with a trailing `/` a folder whose data files together are the input; `{year}` is
 *   replaced
 * @throws YearMissingError when there is nothing, or not all yet
 */
export async function findInput(template: string, year: number, s3PathStyle: boolean): Promise<Input> {
  const uri = template.replaceAll('{year}', String(year));
  const { root, key } = splitUri(uri);
  const location = { root, s3PathStyle };
  const storage = await openStorage(location);
  if (!uri.endsWith('/')) {
    if (!isReadable(key)) {
      throw new SettingsError(
        `FLIGHTS_URI ${template}: expected a name ending in ${readableEndings}, or a folder ending in /`,
      );
    }
    const object = await storage.stat(key);
    if (!object) throw new YearMissingError(`the flights of ${year} are not there: looked for ${uri}`);
    return { location, storage, objects: [object] };
  }
  const listed = (await storage.list('')).filter((object) => !object.key.includes('/'));
  if (listed.some(({ key: name }) => name === unfinishedName)) {
    throw new YearMissingError(
      `the flights of ${year} are not all there yet: ${uri}${unfinishedName} says that they are being fetched; ` +
        `run \`acquire --year ${year}\` to its end`,
    );
  }
  const objects = listed.filter((object) => isReadable(object.key));
  if (objects.length === 0) {
    throw new YearMissingError(
      `the flights of ${year} are not there: looked for files ending in ${readableEndings} in ${uri}` +
        (listed.length > 0 ? `, which holds ${listed.length} other files` : '') +
        `; \`acquire --year ${year}\` fetches them`,
    );
  }
  return { location, storage, objects };
}

/** The folder an address lies in, and the name in it; the name is empty for a folder. */
function splitUri(uri: string): { root: string; key: string } {
  const end = uri.lastIndexOf('/') + 1;
  return { root: uri.slice(0, end), key: decodeURIComponent(uri.slice(end)) };
}
