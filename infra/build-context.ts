import { chmodSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Content, contentHash, filesOf } from './content-hash.ts';

/**
 * Copy content to a folder that is called after its hash, with the same rights everywhere. The builder has rights in its own
 * fingerprint: from the checkout itself, another umask would be another image under the same name, which the registry refuses.
 * @param folder where such folders are; what is there already is whole, and stays
 * @returns the name of the folder in it
 */
export function copyContext(folder: string, label: string, content: Content): { name: string; hash: string } {
  const hash = contentHash(content);
  const name = `${label}-${hash}`;
  if (existsSync(join(folder, name))) return { name, hash };
  mkdirSync(folder, { recursive: true });
  const half = mkdtempSync(join(folder, 'half-'));
  for (const file of filesOf(content)) {
    const copy = join(half, file.name);
    mkdirSync(dirname(copy), { recursive: true });
    copyFileSync(file.path, copy);
    chmodSync(copy, file.isExecutable ? 0o755 : 0o644);
  }
  chmodSync(half, 0o755);
  try {
    renameSync(half, join(folder, name));
  } catch (error) {
    // Another process was faster.
    rmSync(half, { recursive: true });
    if (!existsSync(join(folder, name))) throw error;
  }
  return { name, hash };
}
