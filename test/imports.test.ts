import { globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import ts from 'typescript';

const root = fileURLToPath(new URL('../', import.meta.url));
const folders = ['bench', 'charts', 'evaluation', 'infra', 'local', 'samples', 'smoke', 'tasks'];
const files = globSync(`{${folders.join(',')}}/**/*.ts`, { cwd: root });

/** What each file imports of the project, types included. */
const imports = new Map(
  files.map((file) => {
    const { importedFiles } = ts.preProcessFile(readFileSync(join(root, file), 'utf8'));
    const own = importedFiles.map(({ fileName }) => fileName).filter((name) => /^\..*\.ts$/.test(name));
    return [file, own.map((name) => normalize(join(dirname(file), name)))];
  }),
);

/** From the top down: each imports only what stands below it. */
const rooms = ['commands', 'report', 'acquire', 'tables', 'detect', 'read', 'summary', 'io'];

test('no file imports itself by way of others', (t) => {
  const done = new Set<string>();
  const visit = (file: string, path: string[]): void => {
    const at = path.indexOf(file);
    if (at >= 0) t.fail([...path.slice(at), file].join(' → '));
    if (at >= 0 || done.has(file)) return;
    for (const next of imports.get(file) ?? []) visit(next, [...path, file]);
    done.add(file);
  };
  for (const file of files) visit(file, []);
  t.true(done.size > 200);
});

test('the rooms of tasks stand in the order of the data', (t) => {
  const roomOf = (file: string) => rooms.indexOf(/^tasks\/(\w+)\//.exec(file)?.[1] ?? '');
  const wrong = [...imports].flatMap(([file, imported]) =>
    imported
      .filter((other) => roomOf(file) >= 0 && roomOf(other) >= 0 && roomOf(other) < roomOf(file))
      .map((other) => `${file} → ${other}`),
  );
  t.deepEqual(wrong, []);
});

test('charts and detectors know no edge', (t) => {
  const pure = [...imports].filter(([file]) => /^(?:charts\/(?!superset\/).+|tasks\/detect\/.+)\.ts$/.test(file));
  const wrong = pure.flatMap(([file, imported]) =>
    imported
      .filter((other) => /^tasks\/(?:io|read|acquire|commands)\//.test(other))
      .map((other) => `${file} → ${other}`),
  );
  t.true(pure.length > 20);
  t.deepEqual(wrong, []);
});
