import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('../.venv/', import.meta.url));
/** A name may be a shim that answers with an error, so each is asked. */
const interpreters = ['python3.12', 'python3.11', 'python3', 'python'];
/** Superset 6.1 is made for 3.10 to 3.12, Airflow's constraints are MWAA's for 3.12, and some packages need 3.11. */
const supported = /^Python 3\.1[12]\./;
/** Installs in seconds what pip takes minutes for. */
const installer = 'uv==0.13.9';
const halfMadeMilliseconds = 60 * 60_000;

/**
 * A virtual environment with pinned packages; made once, kept until the requirements change.
 * @returns its Python
 */
export function pythonEnvironment(name: string, requirements: URL): string {
  const hash = createHash('sha256').update(readFileSync(requirements)).digest('hex').slice(0, 12);
  const environment = join(folder, `${name}-${hash}`);
  const python = join(environment, 'bin', 'python');
  removeHalfMade();
  if (existsSync(environment)) return python;
  const base = interpreter();
  console.log(`making the Python environment ${name} with ${base}, once`);
  mkdirSync(folder, { recursive: true });
  // It gets its name when it is complete, so that who makes it at the same time, or was killed at it, does no harm. Its
  // scripts know the first name only: what is in it is called by `python -m`.
  const half = mkdtempSync(`${environment}.`);
  try {
    execFileSync(base, ['-m', 'venv', half], { stdio: 'inherit' });
    const inside = join(half, 'bin', 'python');
    const run = (...args: string[]) => execFileSync(inside, ['-m', ...args], { stdio: 'inherit' });
    run('pip', 'install', '--quiet', '--disable-pip-version-check', installer);
    run('uv', 'pip', 'install', '--quiet', '--python', inside, '--requirement', fileURLToPath(requirements));
    renameSync(half, environment);
  } catch (error) {
    // Another has been quicker.
    if (!existsSync(environment)) throw error;
  } finally {
    rmSync(half, { recursive: true, force: true });
  }
  return python;
}

/** What was left behind by who was killed at making it. What is younger may still be in the making. */
function removeHalfMade(): void {
  if (!existsSync(folder)) return;
  for (const entry of readdirSync(folder)) {
    if (!/-[0-9a-f]{12}\.\w+$/.test(entry)) continue;
    const path = join(folder, entry);
    const modified = statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Number.POSITIVE_INFINITY;
    if (Date.now() - modified > halfMadeMilliseconds) rmSync(path, { recursive: true, force: true });
  }
}

function interpreter(): string {
  const found: string[] = [];
  for (const name of interpreters) {
    try {
      const version = execFileSync(name, ['--version'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
      if (supported.test(version)) return name;
      found.push(`${name} (${version.trim().replace('Python ', '')})`);
    } catch {
      // Not this one.
    }
  }
  const looked = interpreters.join(', ');
  throw new Error(`this needs Python 3.11 or 3.12; looked for ${looked} and found ${found.join(', ') || 'none'}`);
}
