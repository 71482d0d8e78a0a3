import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

/** A whole process, from its start to its end. */
export interface Measurement {
  seconds: number;
  /** Until it said something. */
  firstWordSeconds: number;
  /**
   * Most memory resident at once, of the process and all it started, pages that these share counted once; 0 where /proc
   * does not tell.
   */
  peakMegabytes: number;
}

const samplingMilliseconds = 50;

/** Run a command and watch it. Fails when the command does. */
export async function measure(command: string[], environment: NodeJS.ProcessEnv = {}): Promise<Measurement> {
  const started = performance.now();
  const child = spawn(command[0], command.slice(1), {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let firstWord = 0;
  let said = '';
  const hear = (text: Buffer) => {
    firstWord ||= performance.now();
    said += text;
  };
  child.stdout.on('data', hear);
  child.stderr.on('data', hear);
  let peak = 0;
  const sampler = setInterval(() => {
    peak = Math.max(peak, residentMegabytes(child.pid!));
  }, samplingMilliseconds);
  const code = await new Promise((resolve) => child.on('close', resolve));
  clearInterval(sampler);
  if (code !== 0) throw new Error(`${command.join(' ')} ended with ${code}:\n${said}`);
  return {
    seconds: (performance.now() - started) / 1000,
    firstWordSeconds: ((firstWord || performance.now()) - started) / 1000,
    peakMegabytes: peak,
  };
}

/** Of a process and all below it. Of the process itself its high-water mark counts: it may lie between two looks. */
function residentMegabytes(root: number): number {
  const parents = new Map<number, number>();
  const resident = new Map<number, number>();
  let names: string[];
  try {
    names = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  } catch {
    return 0;
  }
  for (const name of names) {
    try {
      const status = readFileSync(`/proc/${name}/status`, 'utf8');
      parents.set(Number(name), Number(/^PPid:\s+(\d+)/m.exec(status)?.[1]));
      resident.set(Number(name), Number(/^VmHWM:\s+(\d+)/m.exec(status)?.[1] ?? 0) / 1024);
    } catch {
      // It has just ended.
    }
  }
  const isBelow = (pid: number): boolean => pid === root || (parents.has(pid) && isBelow(parents.get(pid)!));
  let total = resident.get(root) ?? 0;
  for (const pid of resident.keys()) if (pid !== root && isBelow(pid)) total += proportionalMegabytes(pid);
  return total;
}

/** What a process has resident, of shared pages its share. */
function proportionalMegabytes(pid: number): number {
  try {
    return Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}
