import { execFileSync } from 'node:child_process';

/** Processes that others have started, directly or not, and whose command line holds a text. */
export function processesBelow(ancestors: number[], text: string): number[] {
  const lines = execFileSync('ps', ['-o', 'pid=,ppid=,args=', '-A'], { encoding: 'utf8' }).trim().split('\n');
  const processes = lines
    .map((line) => /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line)!)
    .map(([, pid, parent, args]) => ({ pid: Number(pid), parent: Number(parent), args }));
  const below = new Set(ancestors);
  for (let size = 0; below.size > size; ) {
    size = below.size;
    for (const { pid, parent } of processes) if (below.has(parent)) below.add(pid);
  }
  return processes
    .filter(({ pid, args }) => below.has(pid) && !ancestors.includes(pid) && args.includes(text))
    .map(({ pid }) => pid);
}
