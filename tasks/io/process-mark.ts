import { hostname } from 'node:os';
import { isAlive } from './is-alive.ts';

/** Age from which on a file of another machine counts as left behind: no writer pauses for so long. */
const patienceMilliseconds = 15 * 60_000;

/** The ending that a process gives the names of its temporary files, so that others can tell whose they are. */
export const processMark = markOf(process.pid);

function markOf(pid: number): string {
  return `${hostname()}-${pid}`;
}

/**
 * Whether the process whose mark is at the end of a name has ended. A process of another machine, or of another
 * container, is known only by how long ago the file was modified.
 */
export function isLeftBehind(name: string, modified: number, patience = patienceMilliseconds): boolean {
  const pid = Number(/-(\d+)$/.exec(name)?.[1]);
  return name.endsWith(`.${markOf(pid)}`) ? !isAlive(pid) : Date.now() - modified > patience;
}
