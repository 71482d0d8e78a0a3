import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { configuredIndex } from './package-index.ts';
import { uv } from './uv.ts';

const folder = fileURLToPath(new URL('../.venv/', import.meta.url));
/** Superset 6.1 is made for 3.10 to 3.12, Airflow's constraints are MWAA's for 3.12, and some packages need 3.11. */
const supported = ['3.12', '3.11'];
const halfMadeMilliseconds = 60 * 60_000;

/**
 * A virtual environment with pinned packages; made once, kept until the requirements change.
 * @returns its Python
 * @throws Error with a sentence that says what to install where something cannot be downloaded
 */
export function pythonEnvironment(name: string, requirements: URL): string {
  const hash = createHash('sha256').update(readFileSync(requirements)).digest('hex').slice(0, 12);
  const environment = join(folder, `${name}-${hash}`);
  const python = join(environment, 'bin', 'python');
  removeHalfMade();
  if (existsSync(environment)) return python;
  const program = uv(folder);
  console.log(`making the Python environment ${name}, once`);
  mkdirSync(folder, { recursive: true });
  // The folder gets its final name when it is complete, so that a process that makes it at the same time or is killed does no
  // harm. Its scripts contain the temporary name, so programs are called as `python -m`.
  const half = mkdtempSync(`${environment}.`);
  try {
    makeEmpty(program, half);
    const file = fileURLToPath(requirements);
    const install = ['pip', 'install', '--python', join(half, 'bin', 'python'), '--requirement', file];
    const fault = run(program, install).fault;
    if (fault) {
      throw new Error(
        `the packages of ${file} cannot be installed (${fault}); where the public index cannot be reached, name yours in ` +
          'PIP_INDEX_URL',
      );
    }
    renameSync(half, environment);
  } catch (error) {
    // Another process has been quicker.
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
    if (!/^(?:uv-.+|.+-[0-9a-f]{12})\.\w+$/.test(entry)) continue;
    const path = join(folder, entry);
    const modified = statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Number.POSITIVE_INFINITY;
    if (Date.now() - modified > halfMadeMilliseconds) rmSync(path, { recursive: true, force: true });
  }
}

/** An environment without packages: with a Python of this machine, or with one that uv brings where none fits. */
function makeEmpty(program: string, path: string): void {
  const found = supported.map((version) => onMachine(program, version)).find((python) => python !== undefined);
  const python = found ?? supported[0];
  const { fault } = run(program, ['venv', '--no-project', '--python', python, path], {
    // Otherwise a shim of that name that answers with an error keeps uv from bringing a Python.
    ...(!found && { UV_PYTHON_PREFERENCE: 'only-managed' }),
  });
  if (!fault) return;
  if (found) throw new Error(`${found} cannot make an environment: ${fault}`);
  const versions = installed(program);
  throw new Error(
    `this needs Python 3.11 or 3.12; this machine has ${versions.join(', ') || 'none'}, and uv cannot bring one ` +
      `(${fault}); install it (apt-get install python3 on Debian 12 and Ubuntu 24.04, brew install python@3.12 on ` +
      'macOS), or name a mirror in UV_PYTHON_INSTALL_MIRROR',
  );
}

/** The path of a Python of that version, if the machine has one. */
function onMachine(program: string, version: string): string | undefined {
  const find = ['python', 'find', '--no-project', '--system', '--no-python-downloads', version];
  return run(program, find).output || undefined;
}

function installed(program: string): string[] {
  const { output } = run(program, ['python', 'list', '--only-installed', '--output-format', 'json']);
  const pythons: { version: string }[] = JSON.parse(output || '[]');
  return [...new Set(pythons.map(({ version }) => version))];
}

/** What uv answers; when it fails, why: its lines in one. */
function run(program: string, args: string[], environment?: NodeJS.ProcessEnv): { output: string; fault?: string } {
  const index = configuredIndex(process.env);
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    // In this folder uv finds no settings of another project.
    cwd: folder,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    // uv does not read pip's settings.
    env: { ...process.env, ...(index && { UV_DEFAULT_INDEX: index }), ...environment },
  });
  if (status === 0) return { output: stdout.trim() };
  return { output: '', fault: inOneLine(stderr ?? '') || String(error ?? `uv ended with ${status}`) };
}

/** The error of uv, which has several lines, without its frame, its warnings and repetitions. */
function inOneLine(text: string): string {
  const lines = text
    .slice(Math.max(0, text.search(/^(?:error:| *×)/m)))
    .split('\n')
    .map((line) => line.replace(/^[\s│×╰─▶]*(?:(?:error|cause|hint): *)?/, '').trim());
  return lines.filter((line) => line && !/^(?:error sending request|client error)/.test(line)).join(': ');
}
