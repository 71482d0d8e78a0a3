import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isAlive } from '../tasks/io/is-alive.ts';

let uses = 0;

/**
 * Note that this process uses the server of a folder.
 * @returns what ends the use; it returns whether that was the last one, and does so once
 */
export function useServer(folder: string): () => boolean {
  const users = join(folder, 'users');
  const own = join(users, `${process.pid}-${++uses}`);
  mkdirSync(users, { recursive: true });
  writeFileSync(own, '');
  let ended = false;
  return () => {
    if (ended) return false;
    ended = true;
    rmSync(own, { force: true });
    return readdirSync(users).every((name) => !isUser(users, name));
  };
}

/** A process that was killed does not use it any more. */
function isUser(users: string, name: string): boolean {
  if (isAlive(Number.parseInt(name, 10))) return true;
  rmSync(join(users, name), { force: true });
  return false;
}
