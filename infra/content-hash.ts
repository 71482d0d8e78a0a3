import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

/** Left behind by runs of Python and of editors; not part of what is built. */
const ignored = /(^|\/)(__pycache__|\.DS_Store|.*\.swp)(\/|$)/;

/**
 * A name for what files hold: the same wherever and whenever they are read, another one when a byte or a name is another.
 * @param root what the paths are below; files, or folders with all that is in them
 */
export function contentHash(root: string, paths: string[]): string {
  const hash = createHash('sha256');
  const files = paths
    .flatMap((path) => filesBelow(join(root, path)))
    .filter((file) => !ignored.test(relative(root, file)));
  for (const file of files.sort()) {
    const content = readFileSync(file);
    hash.update(`${relative(root, file).replaceAll('\\', '/')}\0${content.length}\0`).update(content);
  }
  return hash.digest('hex').slice(0, 16);
}

function filesBelow(path: string): string[] {
  const entries = readDirectory(path);
  return entries ? entries.flatMap((entry) => filesBelow(join(path, entry))) : [path];
}

/** @returns undefined for a file */
function readDirectory(path: string): string[] | undefined {
  try {
    return readdirSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOTDIR') return undefined;
    throw error;
  }
}
