import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import test from 'ava';

const bin = fileURLToPath(new URL('../../tasks/delaywatch.js', import.meta.url));

/** With a Node that cannot run TypeScript, as a system's older one. */
function start(args: string[], environment: Record<string, string> = {}): ChildProcess {
  return spawn(process.execPath, ['--no-experimental-strip-types', bin, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...environment },
  });
}

test('a command runs with a Node that cannot strip types, and its exit code is passed on', async (t) => {
  const help = start(['--help']);
  let said = '';
  help.stdout!.on('data', (text) => {
    said += text;
  });
  t.deepEqual(await once(help, 'close'), [0, null]);
  t.regex(said, /Usage: delaywatch/);
  t.deepEqual(await once(start(['detect']), 'exit'), [64, null]);
  t.deepEqual(await once(start(['detect', '--year', '2013']), 'exit'), [78, null]);
});

for (const [signal, exitCode] of [
  ['SIGTERM', 143],
  ['SIGINT', 130],
] as const) {
  test(`${signal} reaches the command`, async (t) => {
    // A database that takes the connection and is silent.
    const silent = createServer(() => {}).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as AddressInfo;
    const command = start(['migrate'], { DATABASE_URL: `postgres://me:x@127.0.0.1:${port}/flights` });
    await once(silent, 'connection');
    command.kill(signal);
    t.deepEqual(await once(command, 'exit'), [exitCode, null]);
    silent.close();
  });
}
