import { lstat, mkdir, realpath } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Only the owner of a file in such a folder may rename or remove it, as in /tmp. */
const sticky = 0o1000;
const writableByOthers = 0o022;

/**
 * Make a folder, and give its real path, into which nobody else can put anything: programs are run from it.
 * @throws Error when it, or a folder above it, belongs to somebody else, or others can write to it
 */
export async function makeOwnFolder(folder: string): Promise<string> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const self = process.getuid!();
  const { uid: maker } = await lstat(folder);
  const own = await realpath(folder);
  for (let path = own; ; path = dirname(path)) {
    const { uid, mode } = await lstat(path);
    const owned = path === own ? uid === self && maker === self : uid === self || uid === 0;
    const open = (mode & writableByOthers) !== 0 && (path === own || (mode & sticky) === 0);
    if (!owned || open) {
      throw new Error(`somebody else can write to ${path === own ? 'it' : `${path}, which is above it`}`);
    }
    if (path === dirname(path)) return own;
  }
}
