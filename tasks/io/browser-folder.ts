import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rm, stat, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SettingsError } from '../errors.ts';
import { isLeftBehind, processMark } from './process-mark.ts';

const prefix = 'delaywatch-browser-';
/** Age from which on the folder of another machine's browser counts as left behind: none draws for so long. */
const patienceMilliseconds = 24 * 60 * 60_000;
/** Room that a browser needs. Two pages took 11 MB, and a browser dies of a full disk without a word. */
const roomBytes = 32e6;
/** Chrome makes a socket below, in `org.chromium.Chromium.XXXXXX/SingletonSocket`; its path has 103 characters at most. */
const longestPath = 103 - 47;

/**
 * Make a folder for the profile and the temporary files of one browser. What killed processes have left is removed.
 * @throws SettingsError when the folder for temporary files is full or cannot be written to
 */
export async function makeBrowserFolder(): Promise<string> {
  const parent = tmpdir();
  const refuse = (what: string) =>
    new SettingsError(`TMPDIR: the browser cannot keep its files in ${parent}: ${what}; make room, or set TMPDIR`);
  const folder = join(parent, `${prefix}${randomUUID().slice(0, 6)}.${processMark}`);
  try {
    await sweep(parent);
    const { bavail, bsize } = await statfs(parent);
    if (bavail * bsize < roomBytes) {
      throw refuse(`it has ${megabytes(bavail * bsize)} MB of room, expected ${megabytes(roomBytes)} MB`);
    }
    await mkdir(folder, { mode: 0o700 });
    await mkdir(temporaryFilesIn(folder));
    return folder;
  } catch (error) {
    throw error instanceof SettingsError ? error : refuse((error as Error).message);
  }
}

/** The profile of the browser that a folder was made for. */
export const profileIn = (folder: string) => join(folder, 'profile');
/** An environment that also puts the browser's temporary files into the folder, unless its socket's path gets too long. */
export function withTemporaryFilesIn(
  folder: string,
  environment: Record<string, string>,
  { makesSocket }: { makesSocket: boolean },
): Record<string, string> {
  const TMPDIR = temporaryFilesIn(folder);
  return makesSocket && TMPDIR.length > longestPath ? environment : { ...environment, TMPDIR };
}

const temporaryFilesIn = (folder: string) => join(folder, 'tmp');

/** Remove the folder of a browser that has ended. Its last processes may be writing still. */
export async function removeBrowserFolder(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true, maxRetries: 5 }).catch(() => {});
}

async function sweep(parent: string): Promise<void> {
  for (const name of await readdir(parent)) {
    if (!name.startsWith(prefix)) continue;
    const found = await stat(join(parent, name)).catch(() => undefined);
    if (found && isLeftBehind(name, found.mtimeMs, patienceMilliseconds)) await removeBrowserFolder(join(parent, name));
  }
}

const megabytes = (bytes: number) => Math.floor(bytes / 1e6);
