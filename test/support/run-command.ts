import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('../../tasks/main.ts', import.meta.url));

/** How a process ended. */
export interface Ended {
  /** Null when a signal ended it. */
  code: number | null;
  signal: NodeJS.Signals | null;
  /** All it said. */
  log: string;
  /** The last line, without time and level. */
  lastLine: string;
}

/** A command under way. */
export interface Running {
  child: ChildProcess;
  ended: Promise<Ended>;
  /** Resolves as soon as the log matches. */
  logged(pattern: RegExp): Promise<void>;
}

/** Start `tasks/main.ts` as a process of its own, as a pod does: with no environment but the one given. */
export function startCommand(args: string[], environment: Record<string, string>, options: SpawnOptions = {}): Running {
  const child = spawn(process.execPath, [main, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...environment },
    ...options,
  });
  let log = '';
  const waiting: { pattern: RegExp; resolve(): void }[] = [];
  const hear = (text: Buffer) => {
    log += text;
    for (const { pattern, resolve } of waiting) if (pattern.test(log)) resolve();
  };
  child.stdout!.on('data', hear);
  child.stderr!.on('data', hear);
  return {
    child,
    ended: new Promise((resolve) => {
      child.on('close', (code, signal) => {
        const lastLine = log
          .trimEnd()
          .split('\n')
          .at(-1)!
          .replace(/^\S+ [A-Z]+ /, '');
        resolve({ code, signal, log, lastLine });
      });
    }),
    logged: (pattern) =>
      new Promise((resolve) => {
        if (pattern.test(log)) resolve();
        else waiting.push({ pattern, resolve });
      }),
  };
}

/** The same, until its end. */
export async function runCommand(
  args: string[],
  environment: Record<string, string>,
  options?: SpawnOptions,
): Promise<Ended> {
  return await startCommand(args, environment, options).ended;
}
