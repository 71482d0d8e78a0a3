import { existsSync, mkdirSync, utimesSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { makeBrowserFolder, removeBrowserFolder, withTemporaryFilesIn } from '../../../tasks/io/browser-folder.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const folder = temporaryFolder();

test.before(() => {
  process.env.TMPDIR = folder;
});

test.serial('a folder is in that of temporary files, named for this process, and can be removed', async (t) => {
  t.is(tmpdir(), folder);
  const made = await makeBrowserFolder();
  t.true(made.startsWith(`${folder}/delaywatch-browser-`) && made.endsWith(`.${hostname()}-${process.pid}`), made);
  t.true(existsSync(made));
  await removeBrowserFolder(made);
  t.false(existsSync(made));
});

test.serial('a folder of another machine is removed only after a day', async (t) => {
  const [young, old] = ['young', 'old'].map((name) => join(folder, `delaywatch-browser-${name}.elsewhere-1`));
  for (const path of [young, old]) mkdirSync(path);
  const daysAgo = (days: number) => new Date(Date.now() - days * 24 * 60 * 60_000);
  utimesSync(young, daysAgo(0.9), daysAgo(0.9));
  utimesSync(old, daysAgo(1.1), daysAgo(1.1));
  await removeBrowserFolder(await makeBrowserFolder());
  t.deepEqual([existsSync(young), existsSync(old)], [true, false]);
});

test.serial('temporary files go into the folder unless the path of a socket gets too long there', (t) => {
  const given = { HOME: '/home/dev', TMPDIR: '/var/tmp' };
  const long = `/tmp/${'x'.repeat(60)}`;
  const temporary = (path: string, makesSocket: boolean) => withTemporaryFilesIn(path, given, { makesSocket }).TMPDIR;
  t.is(temporary('/tmp/short', true), '/tmp/short/tmp');
  t.is(temporary(long, false), `${long}/tmp`);
  t.is(temporary(long, true), '/var/tmp');
});
