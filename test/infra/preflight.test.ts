import { spawnSync } from 'node:child_process';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { temporaryFolder } from '../support/temporary-folder.ts';

const preflight = fileURLToPath(new URL('../../infra/preflight.ts', import.meta.url));

/** What the AWS CLI says, by a part of the command: in the order of the needs. */
const aws: Record<string, string> = {
  '--version': 'echo aws-cli/2.31.0 Python/3.13',
  'get-caller-identity': 'echo 111122223333',
  'describe-availability-zones': 'echo eu-central-1a eu-central-1b eu-central-1c',
  'L-F678F1CE': 'echo 5.0',
  'describe-vpcs': 'echo 4',
  'L-0263D0A3': 'echo 5.0',
  'describe-addresses': 'echo 3',
};

/** Run it where these are all the programs that there are, each a script of the shell. */
function run(
  programs: Record<string, string>,
  ...options: string[]
): { status: number | null; lines: string[]; said: string } {
  const folder = temporaryFolder();
  for (const [name, script] of Object.entries(programs)) {
    writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`);
    chmodSync(join(folder, name), 0o755);
  }
  const { status, stdout, stderr } = spawnSync(process.execPath, [preflight, ...options], {
    env: { PATH: folder },
    encoding: 'utf8',
  });
  return { status, lines: stdout.trim().split('\n'), said: stderr };
}

/** All that is needed, with other answers of AWS. */
function programs(answers: Record<string, string> = {}): Record<string, string> {
  const cases = Object.entries({ ...aws, ...answers }).map(([part, answer]) => `*${part}*) ${answer} ;;`);
  return { docker: 'exit 0', kubectl: 'exit 0', aws: `case "$*" in ${cases.join('\n')} *) exit 2 ;; esac` };
}

test('where all is there, it is ready', (t) => {
  const { status, lines } = run(programs());
  t.deepEqual(
    lines.map((line) => line.slice(0, 5)),
    [...Array(8).fill('there'), 'Ready'],
  );
  t.is(status, 0);
});

test('what is not there is told, and what to do', (t) => {
  const zones = 'echo eu-central-1a eu-central-1c';
  const { status, lines } = run(programs({ 'describe-availability-zones': zones, 'describe-vpcs': 'echo 5' }));
  t.deepEqual(
    lines.filter((line) => !line.startsWith('there')),
    [
      'MISSING    the zones eu-central-1a, eu-central-1b: set network.zones to two zones that this account has',
      'MISSING    room for a VPC: ask for more VPCs in Service Quotas, or remove one',
      'Of 8, 2 are missing and 0 not known.',
    ],
  );
  t.is(status, 1);
});

test('prod needs two public addresses', (t) => {
  t.regex(run(programs({ 'describe-addresses': 'echo 3' }), '--stack', 'prod').lines[7], /^there +room for 2 public/);
  t.regex(run(programs({ 'describe-addresses': 'echo 4' }), '--stack', 'prod').lines[7], /^MISSING +room for 2 public/);
});

test('without credentials, what AWS was not asked is not known, and no quota is said to be short', (t) => {
  const refuse = 'echo >&2; echo Unable to locate credentials >&2; exit 253';
  const { status, lines } = run(
    programs(
      Object.fromEntries(
        Object.keys(aws)
          .slice(1)
          .map((part) => [part, refuse]),
      ),
    ),
  );
  t.regex(lines[4], /^MISSING +credentials of AWS: sign in/);
  for (const line of lines.slice(5, 8)) {
    t.regex(line, /^not known .*: AWS did not say: Unable to locate credentials$/);
  }
  t.deepEqual(lines.slice(8), [
    'Of 8, 1 are missing and 3 not known.',
    'See to the AWS CLI, its credentials and their rights, and look again.',
  ]);
  t.is(status, 1);
});

test('without any program', (t) => {
  const { lines } = run({});
  t.deepEqual(
    lines.map((line) => /^\S+( known)?/.exec(line)![0]),
    [...Array(5).fill('MISSING'), ...Array(3).fill('not known'), 'Of', 'See'],
  );
  t.regex(lines[6], /: aws cannot be started$/);
});

test('an answer that is no number is none', (t) => {
  t.regex(
    run(programs({ 'L-F678F1CE': 'echo None' })).lines[6],
    /^not known +room for a VPC: .*get-service-quota says "None", expected a number/,
  );
});

test('a stack without settings is told, with those that have some', (t) => {
  const { status, said } = run(programs(), '--stack', 'nope');
  t.regex(said, /--stack.* There is no Pulumi\.nope\.yaml; there are settings of dev, prod\.\n$/);
  t.is(status, 1);
});
