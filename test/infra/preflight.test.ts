import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { temporaryFolder } from '../support/temporary-folder.ts';

const preflight = fileURLToPath(new URL('../../infra/preflight.ts', import.meta.url));

/** Run it where these are all the programs that there are, each a script of the shell, and nothing of the internet answers. */
function run(programs: Record<string, string>, ...options: string[]) {
  const folder = temporaryFolder();
  // One of npm's.
  const own = join(folder, 'node_modules/.bin');
  mkdirSync(own, { recursive: true });
  for (const [name, script] of Object.entries({ ...programs, 'node_modules/.bin/pulumi': 'exit 0' })) {
    writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`);
    chmodSync(join(folder, name), 0o755);
  }
  const { status, stdout, stderr } = spawnSync(process.execPath, [preflight, ...options], {
    env: { PATH: [own, folder].join(delimiter), HTTPS_PROXY: 'http://127.0.0.1:9' },
    encoding: 'utf8',
  });
  return { status, lines: stdout.trim().split('\n'), said: stderr };
}

const verdicts = (lines: string[]) => lines.map((line) => /^\S+( known)?/.exec(line)![0]);

test('programs outside of the repository are asked, and the internet by the proxy of the environment', (t) => {
  const { status, lines } = run({
    docker: 'echo Platforms: linux/amd64',
    kubectl: 'exit 0',
    aws: 'case "$*" in --version) echo aws-cli/2.31.0 ;; *) echo Unable to locate credentials >&2; exit 253 ;; esac',
  });
  t.deepEqual(verdicts(lines), [
    ...Array(5).fill('there'),
    'not known',
    'MISSING',
    ...Array(5).fill('not known'),
    '1',
    'Find',
  ]);
  t.regex(lines[5], /index\.yaml did not answer: ECONNREFUSED$/);
  t.regex(lines[7], /: AWS did not say: Unable to locate credentials$/);
  t.is(status, 1);
});

test('without any program', (t) => {
  const { status, lines } = run({});
  t.deepEqual(verdicts(lines), [
    'there',
    ...Array(4).fill('MISSING'),
    'not known',
    'MISSING',
    ...Array(5).fill('not known'),
    '5',
    'Find',
  ]);
  t.regex(lines[7], /: aws cannot be started$/);
  t.is(status, 1);
});

test('an unknown stack is reported, with the stacks that exist', (t) => {
  const { status, said } = run({}, '--stack', 'nope');
  t.regex(said, /--stack.* There is no Pulumi\.nope\.yaml; expected one of the stacks dev, prod\.\n$/);
  t.is(status, 1);
});
