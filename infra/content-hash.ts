import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

/** Left behind by runs of Python and of editors; not part of what is built. */
const ignored = /(^|\/)(__pycache__|\.DS_Store|.*\.swp)(\/|$)/;

/** Files, or folders with all that is in them, below a root. */
export interface Content {
  root: string;
  paths: string[];
  /** What is not part of it, though it lies in one of the folders. */
  except?: string[];
}

/** A name for what files hold: the same wherever and whenever they are read, another one when a byte or a name is another. */
export function contentHash({ root, paths, except = [] }: Content): string {
  const hash = createHash('sha256');
  const name = (file: string) => relative(root, file).replaceAll('\\', '/');
  const isPart = (file: string) =>
    !ignored.test(name(file)) && !except.some((path) => `${name(file)}/`.startsWith(`${path}/`));
  for (const file of paths
    .flatMap((path) => filesBelow(join(root, path)))
    .filter(isPart)
    .sort()) {
    const content = readFileSync(file);
    hash.update(`${name(file)}\0${content.length}\0`).update(content);
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
