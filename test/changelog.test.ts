import { readFileSync } from 'node:fs';
import test from 'ava';
import manifest from '../package.json' with { type: 'json' };

const changelog = readFileSync(new URL('../CHANGELOG.md', import.meta.url), 'utf8');

test('the changelog tells of the version in package.json, and has a place for what comes next', (t) => {
  const headings = [...changelog.matchAll(/^## \[(.+?)\](?: - (\d{4}-\d\d-\d\d))?$/gm)];
  t.is(headings[0]?.[1], 'Unreleased');
  t.is(headings[1]?.[1], manifest.version);
  for (const [, , date] of headings.slice(1)) t.truthy(date);
});
