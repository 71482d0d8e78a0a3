import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import test from 'ava';
import manifest from '../package.json' with { type: 'json' };

const run = promisify(execFile);
const root = fileURLToPath(new URL('..', import.meta.url));

for (const [name, script] of Object.entries(manifest.scripts)) {
  const [, program] = /^node (\S+)/.exec(script) ?? [];
  if (!program) continue;
  const command = name === 'test' ? 'npm test' : `npm run ${name}`;
  test(`${command} has help`, async (t) => {
    const { stdout } = await run(process.execPath, [program, '--help'], { cwd: root, timeout: 60_000 });
    t.true(stdout.startsWith(`Usage: ${command} -- [options]`), stdout);
    // A sentence on what it does.
    t.regex(stdout, /^[A-Z][\s\S]*\./m);
  });
}
