import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, readdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import test from 'ava';
import { startPackageServer } from '../support/package-server.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const run = promisify(execFile);
const module = new URL('../../local/uv.ts', import.meta.url).href;

/** The answer of `uv()` in a process of its own. */
async function uv(folder: string, environment: Record<string, string>) {
  const program = `import { uv } from '${module}';
    try { console.log('found', uv('${folder}')); } catch (error) { console.log('refused', error.message); }`;
  const { stdout } = await run(process.execPath, ['--input-type=module', '-e', program], {
    env: { HOME: folder, ...environment },
  });
  return stdout.trim().split('\n').at(-1);
}

/** A folder with a program uv. */
function withUv(script: string): string {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'uv'), `#!/bin/sh\n${script}\n`);
  chmodSync(join(folder, 'uv'), 0o755);
  return folder;
}

test('the uv on the PATH is used', async (t) => {
  const folder = temporaryFolder();
  t.is(await uv(folder, { PATH: withUv('echo uv 0.9.1') }), 'found uv');
  t.deepEqual(readdirSync(folder), []);
});

test('without a working uv on the PATH, the one fetched before is used', async (t) => {
  const folder = temporaryFolder();
  const own = join(folder, `uv-0.13.9-${process.platform}-${process.arch}`);
  writeFileSync(own, '');
  for (const PATH of [temporaryFolder(), withUv('exit 127')]) t.is(await uv(folder, { PATH }), `found ${own}`);
});

test('if uv cannot be fetched, one sentence says what to install', async (t) => {
  const folder = temporaryFolder();
  const server = await startPackageServer((path) => (path === '/simple/uv/' ? '<a href="uv-0.1.tar.gz">' : undefined));
  t.teardown(server.close);
  const index = server.url.replace('//', '//me:secret@').concat('/simple');
  const answer = await uv(folder, { PATH: temporaryFolder(), PIP_INDEX_URL: index });
  t.regex(
    answer!,
    /^refused this needs uv, which is not on the PATH and cannot be fetched \(http:\/\/127\.0\.0\.1:\d+\/simple\/uv\/ has no uv-0\.13\.9-py3-none-[\w.]+\.whl\); install uv, or name a package index that has it in PIP_INDEX_URL$/,
  );
  t.deepEqual(readdirSync(folder), []);
});

test('a proxy is asked for it', async (t) => {
  const asked: string[] = [];
  const proxy = createServer().on('connect', (request, socket) => {
    asked.push(request.url!);
    socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
  });
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  t.teardown(() => proxy.close());
  const HTTPS_PROXY = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  const UV_DEFAULT_INDEX = 'https://index.example/simple';
  t.regex((await uv(temporaryFolder(), { PATH: '/nowhere', HTTPS_PROXY, UV_DEFAULT_INDEX }))!, /^refused /);
  t.is(asked[0], 'index.example:443');
});
