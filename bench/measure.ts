import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

/** A whole process, from its start to its end. */
export interface Measurement {
  seconds: number;
  /** Time until it wrote something. */
  firstWordSeconds: number;
  /**
   * Most memory resident at once, of the process and all it started, pages that these share counted once; 0 where /proc
   * does not tell.
   */
  peakMegabytes: number;
}

const samplingMilliseconds = 20;
/** Time between two looks. Looking at the children takes long enough to slow them down. */
const samplesPerLookAtChildren = 25;

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
  let samples = 0;
  const sampler = setInterval(() => {
    const own = highWaterMegabytes(child.pid!);
    const children = ++samples % samplesPerLookAtChildren === 0 ? megabytesBelow(child.pid!) : 0;
    peak = Math.max(peak, own + children);
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

/** The most a process has had resident so far. */
function highWaterMegabytes(pid: number): number {
  return megabytes(`/proc/${pid}/status`, /^VmHWM:\s+(\d+)/m);
}

/** Memory that a process and all processes below it have resident; of shared pages their share counts. */
function megabytesBelow(root: number): number {
  let total = 0;
  for (const pid of childrenOf(root)) {
    total += megabytes(`/proc/${pid}/smaps_rollup`, /^Pss:\s+(\d+)/m) + megabytesBelow(pid);
  }
  return total;
}

function childrenOf(pid: number): number[] {
  try {
    const threads = readdirSync(`/proc/${pid}/task`);
    return threads.flatMap((thread) =>
      readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8').split(' ').filter(Boolean).map(Number),
    );
  } catch {
    // The process has just ended, or this is not Linux.
    return [];
  }
}

function megabytes(file: string, field: RegExp): number {
  try {
    return Number(field.exec(readFileSync(file, 'utf8'))?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}
