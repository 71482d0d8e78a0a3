import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';

/** Files, or folders with all that is in them, below a root. */
export interface Content {
  root: string;
  paths: string[];
  /** Files in the folders that do not belong to the content. */
  except?: string[];
}

export interface ContentFile {
  /** Below the root, with `/` on every system. */
  name: string;
  path: string;
  isExecutable: boolean;
}

/**
 * A hash of files that depends only on their names, their bytes and whether they are executable. Other rights do not count,
 * since they depend on the umask of the checkout.
 */
export function contentHash(content: Content): string {
  const hash = createHash('sha256');
  for (const { name, path, isExecutable } of filesOf(content)) {
    const bytes = readFileSync(path);
    hash.update(`${name}\0${isExecutable ? 'x' : '-'}\0${bytes.length}\0`).update(bytes);
  }
  return hash.digest('hex').slice(0, 16);
}

/** Sorted by name. */
export function filesOf({ root, paths, except = [] }: Content): ContentFile[] {
  const name = (path: string) => relative(root, path).replaceAll('\\', '/');
  const isPart = (path: string) => !except.some((part) => `${name(path)}/`.startsWith(`${part}/`));
  return paths
    .flatMap((path) => filesBelow(join(root, path)))
    .filter(isPart)
    .sort()
    .map((path) => ({ name: name(path), path, isExecutable: (statSync(path).mode & 0o100) !== 0 }));
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
