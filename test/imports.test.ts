import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { projectImports, rooms } from '../local/project-imports.ts';
import manifest from '../package.json' with { type: 'json' };

const root = fileURLToPath(new URL('../', import.meta.url));
const imports = projectImports();

test('imports form no circle', (t) => {
  const done = new Set<string>();
  const visit = (file: string, path: string[]): void => {
    const at = path.indexOf(file);
    if (at >= 0) t.fail([...path.slice(at), file].join(' → '));
    if (at >= 0 || done.has(file)) return;
    for (const next of imports.get(file) ?? []) visit(next, [...path, file]);
    done.add(file);
  };
  for (const file of imports.keys()) visit(file, []);
  t.true(done.size > 200);
});

test('the rooms of tasks stand in the order of the data', (t) => {
  const roomOf = (file: string) => rooms.findIndex(({ name }) => name === /^tasks\/(\w+)\//.exec(file)?.[1]);
  const wrong = [...imports].flatMap(([file, imported]) =>
    imported
      .filter((other) => roomOf(file) >= 0 && roomOf(other) >= 0 && roomOf(other) < roomOf(file))
      .map((other) => `${file} → ${other}`),
  );
  t.deepEqual(wrong, []);
});

test('charts and detectors do not import the edge', (t) => {
  const pure = [...imports].filter(([file]) => /^(?:charts\/(?!superset\/).+|tasks\/detect\/.+)\.ts$/.test(file));
  const wrong = pure.flatMap(([file, imported]) =>
    imported
      .filter((other) => /^tasks\/(?:io|read|acquire|commands)\//.test(other))
      .map((other) => `${file} → ${other}`),
  );
  t.true(pure.length > 20);
  t.deepEqual(wrong, []);
});

test('code of the image imports no development package', (t) => {
  const loaded =
    /(?:^(?:import|export) (?!type\b)(?:[^'"]*? from )?|\bimport\(|\bimport\.meta\.resolve\()'([^'.][^']*)'/gm;
  const files = globSync('{tasks,charts}/**/*.ts', { cwd: root }).filter(
    (file) => !file.startsWith('charts/superset/'),
  );
  const packages = files.flatMap((file) =>
    [...readFileSync(join(root, file), 'utf8').matchAll(loaded)]
      .filter(([, name]) => !name.startsWith('node:'))
      .map(([, name]) => [file, name.split('/', name.startsWith('@') ? 2 : 1).join('/')]),
  );
  t.true(packages.length > 40);
  // The image has a browser of its own; the packaged one is looked for and may be missing.
  const optional = '@sparticuz/chromium';
  t.deepEqual(
    packages.filter(([, name]) => !(name in manifest.dependencies) && name !== optional),
    [],
  );
});
