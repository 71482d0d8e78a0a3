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
  test(`the help of ${command} has a description and an example`, async (t) => {
    const { stdout } = await run(process.execPath, [program, '--help'], { cwd: root, timeout: 60_000 });
    const [usage, ...lines] = stdout.split('\n');
    t.true(usage.startsWith(`Usage: ${command} -- [options]`), stdout);
    const end = lines.findIndex((line) => /^(?:Arguments|Options):$/.test(line));
    const description = lines.slice(0, end).join(' ').trim();
    t.regex(description, /^[A-Z].*\.$/, stdout);
    const [, example] = /\nExample:\n {2}(.+)\n/.exec(stdout) ?? [];
    t.true(example === command || example?.startsWith(`${command} -- --`), stdout);
    for (const [option] of example.matchAll(/--[a-z]\S*/g)) t.regex(stdout, new RegExp(`^ +${option} `, 'm'));
  });
}
