import { readFileSync } from 'node:fs';
import test from 'ava';

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const dockerfile = read('tasks/Dockerfile');

test('the image has the Node that the tests run with, pinned', (t) => {
  const { node } = JSON.parse(read('package.json')).devDependencies;
  t.regex(dockerfile, new RegExp(`^ARG NODE_IMAGE=docker\\.io/library/node:${node}-`, 'm'));
});

test('it runs as the user that the pods ask for', (t) => {
  t.regex(dockerfile, /^USER 10001:10001$/m);
});

test('all that it copies gets past .dockerignore', (t) => {
  const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, sources]) => sources.split(' '));
  t.deepEqual([...new Set(copied)].sort(), [
    '.npmrc',
    'LICENSE',
    'NOTICE',
    'charts',
    'package-lock.json',
    'package.json',
    'tasks',
  ]);
  const ignored = read('.dockerignore').split('\n');
  for (const path of copied) t.true(ignored.includes(`!${path}`), path);
});
