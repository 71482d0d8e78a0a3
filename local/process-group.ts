import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';

const stopMilliseconds = 8_000;

/** End a process that was started `detached`, and all that it has started; by force after some seconds. */
export async function stopGroup(child: ChildProcess): Promise<void> {
  const ended = child.exitCode !== null || child.signalCode !== null ? Promise.resolve() : once(child, 'exit');
  killGroup(child, 'SIGTERM');
  const patience = new AbortController();
  await Promise.race([ended, sleep(stopMilliseconds, undefined, patience).catch(() => {})]);
  patience.abort();
  // The signal also ends the processes that it started and left behind.
  killGroup(child, 'SIGKILL');
  await ended;
}

/** Send a signal to a process that was started `detached`, and to all that it has started. */
export function killGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  try {
    process.kill(-child.pid!, signal);
  } catch {
    // The whole process group has ended.
  }
}
