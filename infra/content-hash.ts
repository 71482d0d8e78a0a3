import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';

/** Files, or folders with all that is in them, below a root. */
export interface Content {
  root: string;
  paths: string[];
  /** What is not part of it, though it lies in one of the folders. */
  except?: string[];
}

/** A name for files: the same wherever and whenever they are read, another one when a byte, a name or a right is another. */
export function contentHash({ root, paths, except = [] }: Content): string {
  const hash = createHash('sha256');
  const name = (file: string) => relative(root, file).replaceAll('\\', '/');
  const isPart = (file: string) => !except.some((path) => `${name(file)}/`.startsWith(`${path}/`));
  for (const file of paths
    .flatMap((path) => filesBelow(join(root, path)))
    .filter(isPart)
    .sort()) {
    const content = readFileSync(file);
    // The builder's own fingerprint has the rights in it, too: a build that it takes for another one needs another name.
    const rights = statSync(file).mode & 0o777;
    hash.update(`${name(file)}\0${rights}\0${content.length}\0`).update(content);
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
