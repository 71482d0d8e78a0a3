import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import test from 'ava';
import { uv } from '../../local/uv.ts';
import { startPackageServer, wheelOf } from '../support/package-server.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const run = promisify(execFile);
const environments = fileURLToPath(new URL('../../.venv/', import.meta.url));
const module = new URL('../../local/python-environment.ts', import.meta.url).href;
const program = uv(environments);

let names = 0;
/** A name of an environment that nobody else has; what is made of it is removed. */
function newName(t: { teardown(remove: () => void): void }): string {
  const name = `test-${process.pid}-${names++}`;
  t.teardown(() => {
    for (const entry of made(name)) rmSync(join(environments, entry), { recursive: true });
  });
  return name;
}

const made = (name: string) => readdirSync(environments).filter((entry) => entry.startsWith(`${name}-`));

function requirements(text: string): string {
  const file = join(temporaryFolder(), 'requirements.txt');
  writeFileSync(file, text);
  return pathToFileURL(file).href;
}

/** What `pythonEnvironment()` answers in a process of its own: the environment's Python, or why there is none. */
async function make(name: string, file: string, environment: NodeJS.ProcessEnv = {}): Promise<string> {
  const code = `import { pythonEnvironment } from '${module}';
    try { console.log(pythonEnvironment('${name}', new URL('${file}'))); } catch (error) { console.log(error.message); }`;
  const { stdout } = await run(process.execPath, ['--input-type=module', '-e', code], {
    env: { ...process.env, UV_HTTP_RETRIES: '0', ...environment },
  });
  return stdout.trim().split('\n').at(-1)!;
}

/** A machine with uv and without a Python; `mirror` is where uv looks for one. */
async function withoutPython(mirror: string): Promise<NodeJS.ProcessEnv> {
  const [PATH, UV_PYTHON_INSTALL_DIR] = [temporaryFolder(), temporaryFolder()];
  const path = program === 'uv' ? (await run('sh', ['-c', 'command -v uv'])).stdout.trim() : program;
  symlinkSync(path, join(PATH, 'uv'));
  return { PATH, UV_PYTHON_INSTALL_DIR, UV_PYTHON_INSTALL_MIRROR: mirror, UV_PYTHON_DOWNLOADS: 'automatic' };
}

test("the packages come from pip's index, and are there under the environment's name", async (t) => {
  const { bytes } = await wheelOf({
    'nothing.py': 'value = 42\n',
    'nothing-1.0.dist-info/METADATA': 'Metadata-Version: 2.1\nName: nothing\nVersion: 1.0\n',
    'nothing-1.0.dist-info/WHEEL': 'Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n',
    'nothing-1.0.dist-info/RECORD': '',
  });
  const wheel = 'nothing-1.0-py3-none-any.whl';
  const server = await startPackageServer(
    (path) => ({ '/simple/nothing/': `<a href="/${wheel}">${wheel}</a>`, [`/${wheel}`]: bytes })[path],
  );
  t.teardown(server.close);
  const [name, file] = [newName(t), requirements('nothing==1.0\n')];
  const environment = { PIP_INDEX_URL: `${server.url}/simple`, UV_CACHE_DIR: temporaryFolder() };
  // Both make it, one is quicker.
  const [python, other] = await Promise.all([make(name, file, environment), make(name, file, environment)]);
  t.is(other, python);
  t.is((await run(python, ['-c', 'import nothing; print(nothing.value)'])).stdout, '42\n');
  t.regex((await run(python, ['--version'])).stdout, /^Python 3\.1[12]\./);
  t.deepEqual(made(name).length, 1);
  const before = server.asked.length;
  t.is(await make(name, file, environment), python);
  t.is(server.asked.length, before);
});

test('packages that cannot be had leave nothing behind, and one sentence says what to do', async (t) => {
  const server = await startPackageServer(() => undefined);
  t.teardown(server.close);
  const [name, file] = [newName(t), requirements('nothing==1.0\n')];
  const PIP_INDEX_URL = server.url.replace('//', '//me:secret@').concat('/simple');
  const path = fileURLToPath(file);
  const advice = 'where the public index cannot be reached, name yours in PIP_INDEX_URL';
  const answer = await make(name, file, { PIP_INDEX_URL });
  t.regex(answer, /^the packages of \S+ cannot be installed \(No solution found .*nothing.*\); where the public/);
  server.close();
  const refused = await make(name, file, { PIP_INDEX_URL });
  t.true(refused.startsWith(`the packages of ${path} cannot be installed (Failed to fetch: `), refused);
  t.true(
    refused.endsWith(`Connection refused (os error ${process.platform === 'linux' ? 111 : 61})); ${advice}`),
    refused,
  );
  for (const sentence of [answer, refused]) t.false(sentence.includes('secret'), sentence);
  t.deepEqual(made(name), []);
});

test('without a suitable Python, uv asks the mirror for one; otherwise one sentence says what to install', async (t) => {
  const mirror = await startPackageServer(() => undefined);
  t.teardown(mirror.close);
  const [name, file] = [newName(t), requirements('nothing==1.0\n')];
  const answer = await make(name, file, await withoutPython(mirror.url));
  t.regex(mirror.asked[0].path, /^\/\d+\/cpython-3\.12\..*\.tar\.(?:gz|zst)$/);
  t.regex(
    answer,
    /^this needs Python 3\.11 or 3\.12; this machine has none, and uv cannot bring one \(Failed to download .*404.*\); install it \(apt-get install python3 on Debian 12 and Ubuntu 24\.04, brew install python@3\.12 on macOS\), or name a mirror in UV_PYTHON_INSTALL_MIRROR$/,
  );
  t.deepEqual(made(name), []);
});

test('environments left unfinished an hour ago are removed, but none that may still be in the making', async (t) => {
  const mirror = await startPackageServer(() => undefined);
  t.teardown(mirror.close);
  const name = newName(t);
  const hash = '0123456789ab';
  const [old, young] = [`${name}-${hash}.aBcDe1`, `${name}-${hash}.aBcDe2`];
  const whole = `${name}-${hash}`;
  for (const entry of [old, young, whole]) mkdirSync(join(environments, entry, 'bin'), { recursive: true });
  const oldUv = join(environments, `uv-0.1.2-${process.platform}-${process.arch}.${process.pid}`);
  writeFileSync(oldUv, '');
  const before = new Date(Date.now() - 61 * 60_000);
  for (const entry of [join(environments, old), join(environments, whole), oldUv]) utimesSync(entry, before, before);
  await make(name, requirements('nothing==1.0\n'), await withoutPython(mirror.url));
  t.deepEqual(made(name).sort(), [whole, young]);
  t.false(existsSync(oldUv));
  t.true(existsSync(join(environments, whole)));
});
