import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { fetchWheelProgram } from '../../local/wheel-program.ts';
import { startPackageServer, wheelOf } from '../support/package-server.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const file = 'uv-1.0-py3-none-any.whl';
const entry = 'uv-1.0.data/scripts/uv';
const { bytes, sha256 } = await wheelOf({ 'uv/__init__.py': '', [entry]: '#!/bin/sh\necho hello\n' });
const program = { project: 'uv', file, sha256, entry };
const listing = (link: string) =>
  `<a href="../uv-0.9.whl">uv-0.9.whl</a><br/>\n<a data-x="1" href='${link}'>${file}</a>`;

async function serve(t: ExecutionContext, answer: Parameters<typeof startPackageServer>[0]) {
  const server = await startPackageServer(answer);
  t.teardown(server.close);
  return server;
}

test('a program comes out of its wheel, ready to run', async (t) => {
  const link = `../../files/${encodeURIComponent(file)}#sha256=${sha256}`;
  const server = await serve(t, (path) => ({ '/simple/uv/': listing(link), [`/files/${file}`]: bytes })[path]);
  const folder = temporaryFolder();
  for (const slash of ['', '/']) {
    const to = join(folder, `uv${slash && '-2'}`);
    await fetchWheelProgram(program, { index: `${server.url}/simple${slash}`, to });
    t.is(execFileSync(to, { encoding: 'utf8' }), 'hello\n');
  }
  t.deepEqual(readdirSync(folder), ['uv', 'uv-2']);
});

test("the index's name and password go to the index, and to nobody else", async (t) => {
  const files = await serve(t, () => bytes);
  const server = await serve(t, (path) => (path === '/simple/uv/' ? listing(`${files.url}/${file}`) : undefined));
  const to = join(temporaryFolder(), 'uv');
  await fetchWheelProgram(program, { index: server.url.replace('//', '//me:s%40cret@').concat('/simple'), to });
  const basic = `Basic ${Buffer.from('me:s@cret').toString('base64')}`;
  t.deepEqual(server.asked, [{ path: '/simple/uv/', authorization: basic }]);
  t.deepEqual(files.asked, [{ path: `/${file}`, authorization: undefined }]);

  const own = await serve(t, (path) => (path === '/simple/uv/' ? listing(`/${file}?a=1&amp;b=2`) : bytes));
  await fetchWheelProgram(program, { index: own.url.replace('//', '//me:s%40cret@').concat('/simple'), to });
  t.deepEqual(own.asked[1], { path: `/${file}?a=1&b=2`, authorization: basic });
});

test('a wheel with another hash is refused, and nothing is left', async (t) => {
  const folder = temporaryFolder();
  const to = join(folder, 'uv');
  const server = await serve(t, (path) => (path === '/simple/uv/' ? listing(file) : Buffer.from('another')));
  const index = server.url.replace('//', '//me:secret@').concat('/simple');
  await t.throwsAsync(fetchWheelProgram(program, { index, to }), {
    message: new RegExp(`^${server.url}/simple/uv/${file} has sha256 [0-9a-f]{64}; expected ${sha256}$`),
  });
  const other = { ...program, file: 'uv-2.0-py3-none-any.whl' };
  await t.throwsAsync(fetchWheelProgram(other, { index, to }), {
    message: `${server.url}/simple/uv/ has no uv-2.0-py3-none-any.whl`,
  });
  const whole = await serve(t, (path) => (path === '/simple/uv/' ? listing(file) : bytes));
  await t.throwsAsync(fetchWheelProgram({ ...program, entry: 'bin/uv' }, { index: `${whole.url}/simple`, to }), {
    message: `${file} holds no bin/uv`,
  });
  t.deepEqual(readdirSync(folder), []);
});

test('an index that stumbles is asked again, one that refuses is not', async (t) => {
  const to = join(temporaryFolder(), 'uv');
  let stumbles = 2;
  const server = await serve(t, (path) => (stumbles-- > 0 ? 503 : path === '/simple/uv/' ? listing(file) : bytes));
  await fetchWheelProgram(program, { index: `${server.url}/simple`, to });
  t.is(server.asked.length, 4);

  const refusing = await serve(t, () => 403);
  await t.throwsAsync(fetchWheelProgram(program, { index: refusing.url, to }), {
    message: `${refusing.url}/uv/ answered 403 Forbidden`,
  });
  t.is(refusing.asked.length, 1);

  refusing.close();
  await t.throwsAsync(fetchWheelProgram(program, { index: refusing.url, to }), {
    message: new RegExp(`^${refusing.url}/uv/ does not answer: .*ECONNREFUSED`),
  });
});
