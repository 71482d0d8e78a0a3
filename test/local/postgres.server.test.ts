import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { startPostgres } from '../../local/postgres.ts';
import { runningServer } from '../../local/postgres-server.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { until } from '../support/until.ts';

const parent = temporaryFolder();
const postgresModule = fileURLToPath(new URL('../../local/postgres.ts', import.meta.url));

/** A program that starts the database and says so. */
function program(folder: string, umask = 0o022) {
  const code = `process.umask(${umask});
    import { startPostgres } from ${JSON.stringify(postgresModule)};
    const { url } = await startPostgres(${JSON.stringify(folder)});
    console.log(url('pipeline'));
    setInterval(() => {}, 1000);`;
  return spawn(process.execPath, ['--input-type=module', '--eval', code], {
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
  });
}

test('a first start that is killed at any moment leaves nothing in the way of the next', async (t) => {
  const folder = join(parent, 'killed');
  for (const milliseconds of [50, 150, 300, 500, 700, 900, 1_200, 1_600]) {
    const child = program(folder);
    setTimeout(() => child.kill('SIGKILL'), milliseconds);
    t.deepEqual(await once(child, 'exit'), [null, 'SIGKILL'], 'what was left of the start before is in the way');
  }
  const { connect, stop } = await startPostgres(folder);
  const client = await connect('viewer');
  t.deepEqual((await client.query('SELECT 1 AS one')).rows, [{ one: 1 }]);
  await client.end();
  await stop();
  t.deepEqual(
    readdirSync(folder).filter((name) => name.endsWith('.half')),
    [],
  );
});

test('half a file of passwords that a killed program has left is removed by the next start', async (t) => {
  const folder = join(parent, 'passwords');
  await (await startPostgres(folder)).stop();
  const { pid: ended } = spawnSync(process.execPath, ['--version']);
  const inTheMaking = `pgpass.${process.ppid}.half`;
  for (const name of [`passwords.json.${ended}.half`, `pgpass.${ended}.half`, inTheMaking]) {
    writeFileSync(join(folder, name), 'half');
  }
  await (await startPostgres(folder)).stop();
  t.deepEqual(
    readdirSync(folder).filter((name) => name.includes('.half')),
    [inTheMaking],
  );
});

test('a server that runs already is used, and stopped by who uses it last', async (t) => {
  const folder = join(parent, 'running');
  const first = await startPostgres(folder);
  const second = await startPostgres(folder);
  t.is(second.url('viewer'), first.url('viewer'));
  await second.stop();
  const client = await first.connect('viewer');
  t.is((await client.query('SELECT 1')).rowCount, 1);
  await client.end();
  await first.stop();
  t.is(runningServer(join(folder, 'data')), undefined);
});

test('Ctrl-C in the program that started the server leaves it to the others', async (t) => {
  const folder = join(parent, 'left');
  const first = program(folder);
  await once(first.stdout!, 'data');
  const second = await startPostgres(folder);
  // The terminal tells the whole group.
  process.kill(-first.pid!, 'SIGINT');
  await once(first, 'exit');
  const client = await second.connect('viewer');
  t.is((await client.query('SELECT 1')).rowCount, 1);
  await client.end();
  await second.stop();
  t.is(runningServer(join(folder, 'data')), undefined);
});

test('the server of a program that was killed is used, and stopped with the next', async (t) => {
  const folder = join(parent, 'orphan');
  const killed = program(folder);
  const [url] = await once(killed.stdout!, 'data');
  killed.kill('SIGKILL');
  await once(killed, 'exit');
  const { url: urlNow, stop } = await startPostgres(folder);
  t.is(urlNow('pipeline'), String(url).trim());
  await stop();
  t.is(runningServer(join(folder, 'data')), undefined);
});

test('a program that ends without a stop leaves no server behind', async (t) => {
  const folder = join(parent, 'forgotten');
  const child = program(folder);
  await once(child.stdout!, 'data');
  child.kill('SIGTERM');
  await once(child, 'exit');
  await until(() => !runningServer(join(folder, 'data')));
  t.pass();
});

test('two programs that start at once have the same server', async (t) => {
  const folder = join(parent, 'at-once');
  const children = [program(folder), program(folder)];
  const urls = await Promise.all(children.map(async ({ stdout }) => String((await once(stdout, 'data'))[0])));
  t.is(urls[0], urls[1]);
  for (const child of children) child.kill('SIGTERM');
  await Promise.all(children.map((child) => once(child, 'exit')));
});

test('no password is readable by others', async (t) => {
  const folder = join(parent, 'private');
  // A first start that is killed while initdb reads the password leaves the file like this.
  const { pid: ended } = spawnSync(process.execPath, ['--version']);
  mkdirSync(join(folder, `start-${ended}-a1B2c3`), { recursive: true });
  writeFileSync(join(folder, `start-${ended}-a1B2c3`, 'pg-password-x'), 'secret');
  const { stop } = await startPostgres(folder);
  await stop();
  for (const name of ['passwords.json', 'pgpass']) t.is(statSync(join(folder, name)).mode & 0o077, 0, name);
  t.deepEqual(
    readdirSync(folder).filter((name) => name.startsWith('start-')),
    [],
  );
});

test('a umask that lets nobody else in is not in the way', async (t) => {
  const child = program(join(parent, 'umask', 'postgres'), 0o077);
  const [url] = await once(child.stdout!, 'data');
  t.regex(String(url), /^postgres:/);
  child.kill('SIGTERM');
  await once(child, 'exit');
  t.is(statSync(join(parent, 'umask', 'postgres', 'passwords.json')).mode & 0o077, 0);
});

/** PostgreSQL runs as another user only where root starts it; for anybody else there is no such fault to see. */
const rootTest = process.getuid?.() === 0 ? test : test.skip;
rootTest('a folder that the user postgres may not enter is named, with what to do', async (t) => {
  const closed = join(parent, 'closed');
  mkdirSync(closed);
  chmodSync(closed, 0o700);
  const error = await t.throwsAsync(startPostgres(join(closed, 'postgres')));
  t.true(error!.message.includes(`its user postgres may not enter ${closed}; let it (chmod o+x ${closed})`));
  t.false(existsSync(join(closed, 'postgres', 'data')));
});

test("the error contains PostgreSQL's own message", async (t) => {
  const folder = join(parent, 'broken');
  mkdirSync(join(folder, 'data'), { recursive: true });
  writeFileSync(join(folder, 'data', 'PG_VERSION'), '9.1\n');
  await t.throwsAsync(startPostgres(folder), { message: /PostgreSQL in .*data does not start: .+/ });
});
