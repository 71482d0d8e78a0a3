import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { uvVersion } from './uv-wheel.ts';

const fetchUv = fileURLToPath(new URL('fetch-uv.ts', import.meta.url));

/**
 * The program uv, which makes Python environments: the one on the PATH, or the one that is fetched once into a folder.
 * @throws Error with a sentence that says what to install
 */
export function uv(folder: string): string {
  // A program on the PATH may be a shim that answers with an error, so it is called once to see.
  if (spawnSync('uv', ['--version'], { stdio: 'ignore' }).status === 0) return 'uv';
  const own = join(folder, `uv-${uvVersion}-${process.platform}-${process.arch}`);
  if (existsSync(own)) return own;
  console.log('fetching uv, which makes Python environments, once');
  mkdirSync(folder, { recursive: true });
  const { status, stderr } = spawnSync(
    process.execPath,
    ['--use-env-proxy', '--use-system-ca', '--disable-warning=ExperimentalWarning', fetchUv, own],
    { encoding: 'utf8', stdio: ['ignore', 'inherit', 'pipe'] },
  );
  if (status === 0) return own;
  throw new Error(
    `this needs uv, which is not on the PATH and cannot be fetched (${stderr.trim()}); install uv, or name a package ` +
      'index that has it in PIP_INDEX_URL',
  );
}
