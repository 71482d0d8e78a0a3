import { chmodSync, existsSync, mkdirSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import test from 'ava';
import { pythonEnvironment } from '../../local/python-environment.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const environments = fileURLToPath(new URL('../../.venv/', import.meta.url));
const path = process.env.PATH!;
const name = `test-${process.pid}`;
const requirements = join(temporaryFolder(), 'requirements.txt');
writeFileSync(requirements, 'nothing==1.0\n');

test.afterEach.always(() => {
  process.env.PATH = path;
  for (const entry of made()) rmSync(join(environments, entry), { recursive: true });
});

const made = () =>
  existsSync(environments) ? readdirSync(environments).filter((entry) => entry.startsWith(name)) : [];
const make = () => pythonEnvironment(name, pathToFileURL(requirements));

/** These interpreters and no others: a version that they tell, and what they do when they are asked for a venv. */
function interpreters(versions: Record<string, string>, makeEnvironment = 'exit 1'): void {
  const folder = temporaryFolder();
  for (const [interpreter, version] of Object.entries(versions)) {
    const file = join(folder, interpreter);
    writeFileSync(
      file,
      `#!/bin/sh\nif [ "$1" = --version ]; then echo Python ${version}; exit; fi\n${makeEnvironment}\n`,
    );
    chmodSync(file, 0o755);
  }
  process.env.PATH = folder;
}

const pipFails =
  '/bin/mkdir -p "$3/bin"; printf "#!/bin/sh\\nexit 3\\n" > "$3/bin/python"; /bin/chmod +x "$3/bin/python"';

test.serial('a Python that the requirements are not made for is refused, and named', (t) => {
  interpreters({ python3: '3.13.1', python: '3.10.13' });
  t.throws(make, {
    message:
      'this needs Python 3.11 or 3.12; looked for python3.12, python3.11, python3, python and found python3 (3.13.1), python (3.10.13)',
  });
  interpreters({});
  t.throws(make, { message: /needs Python 3\.11 or 3\.12; .* found none$/ });
  t.deepEqual(made(), []);
});

test.serial('an installation that fails leaves nothing behind', (t) => {
  interpreters({ python3: '3.12.1' }, pipFails);
  t.throws(make, { message: /Command failed: .*pip install/ });
  t.deepEqual(made(), []);
});

test.serial('what was half made an hour ago is removed, and nothing that may still be in the making', (t) => {
  const hash = '0123456789ab';
  const [old, young] = [`${name}-${hash}.aBcDe1`, `${name}-${hash}.aBcDe2`];
  const whole = `${name}-${hash}`;
  for (const entry of [old, young, whole]) mkdirSync(join(environments, entry, 'bin'), { recursive: true });
  const before = new Date(Date.now() - 61 * 60_000);
  for (const entry of [old, whole]) utimesSync(join(environments, entry), before, before);
  interpreters({ python3: '3.12.1' }, pipFails);
  t.throws(make);
  t.deepEqual(made().sort(), [whole, young]);
});
