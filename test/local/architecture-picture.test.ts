import { readFileSync } from 'node:fs';
import test from 'ava';
import { architectureFile, drawArchitecture } from '../../local/architecture-picture.ts';
import { projectImports } from '../../local/project-imports.ts';

test('the committed picture is what the code imports: else run `npm run make:architecture`', (t) => {
  // A difference of two pictures would say less than the title of this test.
  t.true(readFileSync(architectureFile, 'utf8') === drawArchitecture(projectImports()));
});

test('an arrow has the number of imports between two rooms; what leads elsewhere is left out', (t) => {
  const svg = drawArchitecture(
    new Map([
      ['tasks/detect/a.ts', ['tasks/summary/b.ts', 'tasks/summary/c.ts', 'tasks/detect/d.ts']],
      ['tasks/detect/d.ts', ['charts/dates.ts']],
      ['tasks/summary/b.ts', []],
      ['tasks/settings.ts', ['tasks/io/log.ts']],
    ]),
  );
  const numbers = [...svg.matchAll(/paint-order="stroke">(\d+)</g)].map(([, number]) => number);
  t.deepEqual(numbers, ['2', '1']);
});

test('no two arrows have their numbers at the same place', (t) => {
  const places = [...drawArchitecture(projectImports()).matchAll(/<text (x="[^"]+" y="[^"]+") text-anchor="middle"/g)];
  t.true(places.length > 15);
  t.is(new Set(places.map(([, place]) => place)).size, places.length);
});
