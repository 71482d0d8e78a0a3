import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { temporaryFolder } from '../support/temporary-folder.ts';

const main = fileURLToPath(new URL('../../tasks/main.ts', import.meta.url));

test('what one command has compiled, no other one compiles again', (t) => {
  const compiled = temporaryFolder();
  /** Starts a command without settings, which ends at once, and returns whose compiled code it could not use. */
  const refused = (command: string) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [main, command, '--year', '2013'], {
      env: { PATH: process.env.PATH, NODE_COMPILE_CACHE: compiled, NODE_DEBUG_NATIVE: 'COMPILE_CACHE' },
      encoding: 'utf8',
      maxBuffer: 1 << 26,
    });
    t.is(status, 78, stderr);
    t.regex(stdout + stderr, /compile cache/);
    return (stdout + stderr).match(/V8 code cache for .* was rejected/g) ?? [];
  };
  const commands = ['acquire', 'detect', 'load', 'publish'];
  for (const command of commands) refused(command);
  for (const command of commands) t.deepEqual(refused(command), [], command);
});
