import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('../.venv/', import.meta.url));
/** A name may be a shim that answers with an error, so each is asked. */
const interpreters = ['python3.12', 'python3.11', 'python3.13', 'python3', 'python'];
/** Installs in seconds what pip takes minutes for. */
const installer = 'uv==0.13.9';

/**
 * A virtual environment with pinned packages; made once, kept until the requirements change.
 * @returns its Python
 */
export function pythonEnvironment(name: string, requirements: URL): string {
  const hash = createHash('sha256').update(readFileSync(requirements)).digest('hex').slice(0, 12);
  const environment = join(folder, `${name}-${hash}`);
  const python = join(environment, 'bin', 'python');
  if (existsSync(environment)) return python;
  const base = interpreter();
  console.log(`making the Python environment ${name} with ${base}, once`);
  mkdirSync(folder, { recursive: true });
  // It gets its name when it is complete, so that who makes it at the same time, or was killed at it, does no harm. Its
  // scripts know the first name only: what is in it is called by `python -m`.
  const half = mkdtempSync(`${environment}.`);
  execFileSync(base, ['-m', 'venv', half], { stdio: 'inherit' });
  const inside = join(half, 'bin', 'python');
  const run = (...args: string[]) => execFileSync(inside, ['-m', ...args], { stdio: 'inherit' });
  run('pip', 'install', '--quiet', '--disable-pip-version-check', installer);
  run('uv', 'pip', 'install', '--quiet', '--python', inside, '--requirement', fileURLToPath(requirements));
  try {
    renameSync(half, environment);
  } catch (error) {
    if (!existsSync(environment)) throw error;
    rmSync(half, { recursive: true });
  }
  return python;
}

function interpreter(): string {
  for (const name of interpreters) {
    try {
      const version = execFileSync(name, ['--version'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
      const [, minor] = /^Python 3\.(\d+)/.exec(version) ?? [];
      if (Number(minor) >= 11) return name;
    } catch {
      // Not this one.
    }
  }
  throw new Error(`this needs Python 3.11 or newer; looked for ${interpreters.join(', ')}`);
}
