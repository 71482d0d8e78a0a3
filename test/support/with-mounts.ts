import { spawn } from 'node:child_process';
import test from 'ava';

/**
 * A test of a process that sees other file systems. Only root may mount them, so it is left out for others; root in a
 * namespace of an ordinary user will not do, since the folders above would belong to nobody there.
 */
export const mountTest = process.platform === 'linux' && process.getuid!() === 0 ? test.serial : test.serial.skip;

/** How a process that saw other file systems ended. */
export interface MountedEnd {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Run Node after shell commands, in a namespace for mounts that ends with it. */
export function nodeWithMounts(
  mounts: string[],
  args: string[],
  environment: Record<string, string | undefined>,
): Promise<MountedEnd> {
  const script = [...mounts, 'exec "$@"'].join(' && ');
  const child = spawn('unshare', ['-m', 'sh', '-c', script, 'sh', process.execPath, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...environment },
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (text) => (stdout += text));
  child.stderr.on('data', (text) => (stderr += text));
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, stdout, stderr })));
}
