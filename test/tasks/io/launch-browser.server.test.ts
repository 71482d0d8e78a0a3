import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import test from 'ava';
import { SettingsError, UnreachableError } from '../../../tasks/errors.ts';
import type { Chromium } from '../../../tasks/io/browser-process.ts';
import { printFigures } from '../../../tasks/io/figure-printer.ts';
import { findChromium } from '../../../tasks/io/find-chromium.ts';
import { LineLog } from '../../../tasks/io/log.ts';
import { processesBelow } from '../../support/processes-below.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { until } from '../../support/until.ts';

const folder = temporaryFolder();
let chromium: Chromium;

test.before(async () => {
  chromium = await findChromium({ path: undefined, variables: process.env, log: new LineLog(process.stderr) });
});

/** Prints one figure; gives how often it was printed. */
async function print(browser: Chromium, signal = new AbortController().signal): Promise<number> {
  let printed = 0;
  await printFigures({
    chromium: browser,
    canvas: new URL('../../../charts/canvas.html', import.meta.url),
    width: 300,
    height: 200,
    figures: [{ name: 'a', figure: { data: [{ y: [1, 2] }], layout: {} } }],
    onPng: async () => void printed++,
    signal,
  });
  return printed;
}

/** A program that is taken for a browser. `$STARTS` is a file with a line a start; `$BROWSER` is a real browser. */
function program(name: string, content: string): Chromium & { starts(): number } {
  // The name tells that a browser is a headless shell.
  const path = join(folder, `${name}-shell`);
  const starts = join(folder, `${name}.starts`);
  writeFileSync(starts, '');
  writeFileSync(path, content, { mode: 0o755 });
  return {
    path,
    environment: { ...chromium.environment, STARTS: starts, BROWSER: chromium.path },
    starts: () => readFileSync(starts, 'utf8').length / 2,
  };
}

const script = (name: string, lines: string) => program(name, `#!/bin/sh\necho >>$STARTS +\n${lines}\n`);

test.serial('a browser that ends at its start is reported with its output', async (t) => {
  const browser = script('wordy', 'echo >&2; seq -f "fault %g" 5 >&2; exit 127');
  await t.throwsAsync(print(browser), {
    instanceOf: SettingsError,
    message: `the browser ${browser.path} does not start: fault 1; fault 2; fault 3`,
  });
  t.is(browser.starts(), 1);
});

test.serial('a browser that ends without output is reported with its exit code', async (t) => {
  const browser = script('silent', 'exit 3');
  await t.throwsAsync(print(browser), {
    instanceOf: SettingsError,
    message: `the browser ${browser.path} does not start: it ended with exit code 3; expected a Chrome or Chromium`,
  });
});

test.serial('a program that the system cannot start is a wrong setting', async (t) => {
  for (const browser of [
    program('without-interpreter', '#!/nowhere/interpreter\n'),
    program('of-another-machine', '\x7fELF\x02\x01\x01'),
  ]) {
    await t.throwsAsync(print(browser), { instanceOf: SettingsError, message: /does not start: / }, browser.path);
  }
});

test.serial('a browser that is killed while it starts is tried again, three times in all', async (t) => {
  const browser = script('killed', 'echo last words >&2; kill -KILL $$');
  await t.throwsAsync(print(browser), {
    instanceOf: UnreachableError,
    message: `the browser ${browser.path} has crashed several times (ended by SIGKILL; last words); try again`,
  });
  t.is(browser.starts(), 3);
});

test.serial('a browser that is killed at two starts draws at the third', async (t) => {
  const browser = script('recovering', '[ $(wc -l <$STARTS) -lt 3 ] && kill -KILL $$\nexec $BROWSER "$@"');
  t.is(await print(browser), 1);
  t.is(browser.starts(), 3);
});

const onLinux = process.platform === 'linux' ? test.serial : test.serial.skip;

for (const milliseconds of [0, 30, 100]) {
  onLinux(`a real browser that is killed ${milliseconds} ms after its start is replaced`, async (t) => {
    const printing = print(chromium);
    const victim = await firstBrowser();
    await sleep(milliseconds);
    process.kill(victim, 'SIGKILL');
    t.is(await printing, 1);
  });
}

async function firstBrowser(): Promise<number> {
  for (;;) {
    const [pid] = processesBelow([process.pid], '--remote-debugging-pipe');
    if (pid) return pid;
    await sleep(2);
  }
}

test.serial('stopping while a browser starts leaves nothing of it', async (t) => {
  const helper = join(folder, 'helper');
  // It never answers.
  const browser = script('hanging', `sleep 1000 & echo $! >${helper}.half; mv ${helper}.half ${helper}; wait`);
  const stop = new AbortController();
  const printing = print(browser, stop.signal);
  const pid = await until(() => existsSync(helper) && Number(readFileSync(helper, 'utf8')));
  stop.abort(new Error('stopped'));
  await t.throwsAsync(printing, { message: 'stopped' });
  // A process that has ended but was not yet waited for is defunct.
  await until(
    () => !/^(?!.*defunct).*sleep/.test(spawnSync('ps', ['-o', 'args=', '-p', String(pid)]).stdout.toString()),
  );
  t.deepEqual(
    readdirSync(tmpdir()).filter((name) => name.endsWith(`-${process.pid}`)),
    [],
  );
});
