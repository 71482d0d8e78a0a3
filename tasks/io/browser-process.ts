import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { SettingsError } from '../errors.ts';
import { BreakdownError } from './breakdown-error.ts';

/** A browser that can be started. */
export interface Chromium {
  /** Path of a Chrome or Chromium. */
  path: string;
  /** The whole environment of its process. */
  environment: Record<string, string>;
}

/** The process of a browser. */
export interface BrowserProcess {
  toBrowser: Writable;
  fromBrowser: Readable;
  /**
   * Resolves as soon as it has ended, with what that means at its start: SettingsError, or BreakdownError after a
   * signal.
   */
  ended: Promise<SettingsError | BreakdownError>;
  /** Ends it and the processes that it has started. */
  kill(): void;
}

/** Number of lines of what the browser wrote that are reported. */
const toldLines = 3;
const lastWordsMilliseconds = 1_000;
/** A shell tells by a higher exit code which signal ended its program. */
const highestExitCode = 128;
/** The system has no room for another process now, and may have it later. */
const passingFaults = ['EAGAIN', 'ENOMEM', 'EMFILE', 'ENFILE'];

/** Start a browser that listens on pipes. It ends when they are closed, so also when this process is killed. */
export function startBrowserProcess({ path, environment }: Chromium, options: string[]): BrowserProcess {
  const because = (why: string) => new SettingsError(`the browser ${path} does not start: ${why}`);
  let child: ChildProcess;
  try {
    // The browser gets its own process group, so that Ctrl-C reaches only this process, which then closes the browser.
    child = spawn(path, [...options, '--remote-debugging-pipe'], {
      env: environment,
      detached: true,
      stdio: ['ignore', 'ignore', 'pipe', 'pipe', 'pipe'],
    });
  } catch (error) {
    throw because((error as Error).message);
  }
  const said: string[] = [];
  createInterface(child.stderr!).on('line', (line) => {
    if (said.length < toldLines && line.trim() !== '') said.push(line.trim());
  });
  const ended = new Promise<SettingsError | BreakdownError>((resolve) => {
    child.once('error', (error: NodeJS.ErrnoException) =>
      resolve(passingFaults.includes(error.code!) ? new BreakdownError(error.message) : because(error.message)),
    );
    const closed = new Promise((resolveClosed) => child.once('close', resolveClosed));
    child.once('exit', async (code, signal) => {
      // Its child processes must not outlive it. Its last output may arrive after its end.
      killGroup(child.pid);
      await Promise.race([closed, sleep(lastWordsMilliseconds, undefined, { ref: false })]);
      const how = signal ? `ended by ${signal}` : `ended with exit code ${code}`;
      if (signal || code! > highestExitCode) resolve(new BreakdownError([how, ...said].join('; ')));
      else resolve(because(said.length > 0 ? said.join('; ') : `it ${how}; expected a Chrome or Chromium`));
    });
  });
  const [, , , toBrowser, fromBrowser] = child.stdio as [unknown, unknown, unknown, Writable, Readable];
  return { toBrowser, fromBrowser, ended, kill: () => killGroup(child.pid) };
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // The whole process group has ended.
  }
}
