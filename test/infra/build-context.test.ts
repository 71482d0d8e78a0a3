import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { copyContext } from '../../infra/build-context.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const content = { paths: ['tasks', 'run.sh'], except: ['tasks/old'] };

/** A checkout by somebody with such an umask. */
function checkout(umask: number): string {
  const root = temporaryFolder();
  mkdirSync(join(root, 'tasks/old'), { recursive: true });
  for (const [name, rights] of [
    ['tasks/main.ts', 0o666],
    ['tasks/old/main.ts', 0o666],
    ['run.sh', 0o777],
  ] as const) {
    writeFileSync(join(root, name), name);
    chmodSync(join(root, name), rights & ~umask);
  }
  return root;
}

/** Names and rights. */
function listing(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => `${name} ${(statSync(join(folder, name)).mode & 0o777).toString(8)}`)
    .filter((line) => !line.startsWith('tasks '))
    .sort();
}

test('the same files are the same context, by name, hash and rights, whatever the umask of their checkout', (t) => {
  const copies = [0o022, 0o002, 0o077].map((umask) => {
    const folder = temporaryFolder();
    const { name, hash } = copyContext(folder, 'tasks', { root: checkout(umask), ...content });
    t.is(name, `tasks-${hash}`);
    t.deepEqual(listing(join(folder, name)), ['run.sh 755', 'tasks/main.ts 644']);
    t.is(readFileSync(join(folder, name, 'tasks/main.ts'), 'utf8'), 'tasks/main.ts');
    return hash;
  });
  t.is(new Set(copies).size, 1);
});

test('a context that is there is not written again, and other contents are another one', (t) => {
  const [folder, root] = [temporaryFolder(), checkout(0o022)];
  const first = copyContext(folder, 'tasks', { root, ...content });
  const before = statSync(join(folder, first.name)).mtimeMs;
  t.deepEqual(copyContext(folder, 'tasks', { root, ...content }), first);
  t.is(statSync(join(folder, first.name)).mtimeMs, before);
  writeFileSync(join(root, 'tasks/main.ts'), 'other');
  const second = copyContext(folder, 'tasks', { root, ...content });
  t.not(second.name, first.name);
  t.deepEqual(readdirSync(folder).sort(), [first.name, second.name].sort());
});

test('a copy that was cut off is not a context', (t) => {
  const [folder, root] = [temporaryFolder(), checkout(0o022)];
  const { name } = copyContext(folder, 'tasks', { root, ...content });
  rmSync(join(folder, name), { recursive: true });
  mkdirSync(join(folder, 'half-abcdef/tasks'), { recursive: true });
  copyContext(folder, 'tasks', { root, ...content });
  t.deepEqual(listing(join(folder, name)), ['run.sh 755', 'tasks/main.ts 644']);
});
