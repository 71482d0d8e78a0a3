import { chmodSync, mkdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { contentHash } from '../../infra/content-hash.ts';
import { sources } from '../../infra/images.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const files = {
  'package.json': '{}',
  'tasks/main.ts': 'one',
  'charts/report.ts': 'two',
  'charts/superset/a.py': 'three',
};
const content = { paths: ['package.json', 'tasks', 'charts'], except: ['charts/superset'] };

function folderOf(change: Record<string, string> = {}): string {
  const root = temporaryFolder();
  for (const [path, text] of Object.entries({ ...files, ...change })) {
    mkdirSync(join(root, path, '..'), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return root;
}

const before = contentHash({ root: folderOf(), ...content });
const hashOf = (change: Record<string, string>) => contentHash({ root: folderOf(change), ...content });

test('the same files have the same name, wherever and whenever they were written', (t) => {
  const root = folderOf();
  utimesSync(join(root, 'tasks/main.ts'), 0, 0);
  t.is(contentHash({ root, ...content }), before);
  t.regex(before, /^[0-9a-f]{16}$/);
});

test('a byte, a new file, another name, a file less: another name', (t) => {
  t.not(hashOf({ 'tasks/main.ts': 'onf' }), before);
  t.not(hashOf({ 'tasks/new.ts': '' }), before);
  const root = folderOf();
  rmSync(join(root, 'tasks/main.ts'));
  t.not(contentHash({ root, ...content }), before);
  writeFileSync(join(root, 'tasks/man.ts'), 'one');
  t.not(contentHash({ root, ...content }), before);
});

test('files outside of the image do not count', (t) => {
  t.is(hashOf({ 'charts/superset/a.py': 'four' }), before);
  t.not(hashOf({ 'charts/superset.ts': 'x' }), before);
});

test('whether a file can be executed counts; the rights that the umask gives do not', (t) => {
  const root = folderOf();
  for (const rights of [0o600, 0o644, 0o664]) {
    chmodSync(join(root, 'tasks/main.ts'), rights);
    t.is(contentHash({ root, ...content }), before);
  }
  for (const rights of [0o755, 0o775]) {
    chmodSync(join(root, 'tasks/main.ts'), rights);
    t.not(contentHash({ root, ...content }), before);
  }
});

const linesOf = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8').split('\n');

test('the image of the tasks is named by what its build is given', (t) => {
  const ignore = linesOf('.dockerignore');
  const given = ignore.filter((line) => line.startsWith('!')).map((line) => line.slice(1));
  t.deepEqual([...given, '.dockerignore'].sort(), [...sources.tasks.paths].sort());
  for (const path of sources.tasks.except) t.true(ignore.includes(path), path);
});

test('all that a Dockerfile copies is given to its build, and in its name', (t) => {
  for (const { dockerfile, context, except } of Object.values(sources)) {
    const lines = linesOf(`${context}/${dockerfile}`);
    const ignore = linesOf(`${context}/.dockerignore`);
    const copied = lines.flatMap((line) => /^COPY (?!--from)(.+) \S+$/.exec(line)?.[1].split(' ') ?? []);
    t.true(copied.length > 0);
    for (const name of copied) {
      t.true(ignore.includes(`!${name}`), `${dockerfile}: ${name}`);
      t.false((except as string[]).includes(name), `${dockerfile}: ${name}`);
    }
    t.true(lines.includes('ARG CODE_VERSION=unknown'));
  }
});

test("another day mends the packages of each image's system: those of its last stage, once the day is known there", (t) => {
  for (const { context, dockerfile } of Object.values(sources)) {
    const stage = linesOf(`${context}/${dockerfile}`)
      .join('\n')
      .split(/^FROM /m)
      .at(-1)!;
    t.regex(stage, /^ARG AS_OF=unknown$.*^ && apt-get update .*^ && apt-get upgrade -y /ms, dockerfile);
  }
});
