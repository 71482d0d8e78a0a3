import { readFileSync } from 'node:fs';
import test from 'ava';
import lock from '../package-lock.json' with { type: 'json' };

interface Package {
  dev?: boolean;
  devOptional?: boolean;
  license?: string;
}

const notice = readFileSync(new URL('../NOTICE', import.meta.url), 'utf8').replaceAll(/\s+/g, ' ');
const packages: [string, Package][] = Object.entries(lock.packages);

test('NOTICE names the licence of every package that is installed for production', (t) => {
  const [, list] = /for production have the licences (.*?); test\/licences/.exec(notice)!;
  const named = list.split(/, | and /).sort();
  const found = new Set(packages.filter(([path, { dev }]) => path !== '' && !dev).map(([, { license }]) => license!));
  t.deepEqual([...found].sort(), named);
});

for (const name of ['@fontsource/inter', 'plotly.js', '@observablehq/plot', 'd3-geo', 'topojson-client', 'us-atlas']) {
  test(`NOTICE names ${name}, which is in the pages`, (t) => {
    t.true(notice.includes(name));
    t.true(packages.some(([path, { dev }]) => path.startsWith(`node_modules/${name}`) && !dev));
  });
}
