import { setTimeout as sleep } from 'node:timers/promises';
import test from 'ava';
import { UnreachableError } from '../../../tasks/errors.ts';
import { printFigures } from '../../../tasks/io/figure-printer.ts';
import { findChromium } from '../../../tasks/io/find-chromium.ts';
import { LineLog } from '../../../tasks/io/log.ts';
import { processesBelow } from '../../support/processes-below.ts';

const log = new LineLog(process.stderr);
const canvas = new URL('../../../charts/canvas.html', import.meta.url);

const request = async (figures: object[]) => ({
  chromium: await findChromium({ path: undefined, variables: process.env, log }),
  canvas,
  width: 300,
  height: 200,
  figures: figures.map((data, index) => ({ name: String(index), figure: { data: [data], layout: {} } })),
  signal: new AbortController().signal,
});

test.serial('figures are printed under their names', async (t) => {
  const printed = new Map<string, Uint8Array>();
  await printFigures({
    ...(await request([{ y: [1, 2] }, { y: [2, 1] }, { y: [1, 2] }])),
    onPng: async (name, png) => {
      printed.set(name, png);
    },
  });
  t.deepEqual([...printed.keys()].sort(), ['0', '1', '2']);
  t.deepEqual(printed.get('0'), printed.get('2'));
  t.notDeepEqual(printed.get('0'), printed.get('1'));
});

test.serial('a browser that breaks down again and again is given up', async (t) => {
  const crashing = { ...(await request([{ y: [1] }])), canvas: new URL('chrome://crash') };
  await t.throwsAsync(printFigures({ ...crashing, onPng: async () => {} }), {
    instanceOf: UnreachableError,
    message: /has crashed several times/,
  });
});

const onLinux = process.platform === 'linux' ? test.serial : test.serial.skip;

for (const milliseconds of [0, 20, 40, 60]) {
  onLinux(
    `the process of a page that dies ${milliseconds} ms after its start does not hold the others up`,
    async (t) => {
      // A call to such a page is given up after a minute, which is what must not be waited for.
      t.timeout(55_000, 'a page whose process has died is waited for');
      const printed: string[] = [];
      const killing = new AbortController();
      const killed = killRenderers(2, milliseconds, killing.signal);
      await printFigures({
        ...(await request([{ y: [1, 2] }, { y: [2, 1] }, { y: [1, 3] }, { y: [3, 1] }])),
        onPng: async (name) => void printed.push(name),
      });
      killing.abort();
      t.true((await killed) > 0);
      t.deepEqual(printed.sort(), ['0', '1', '2', '3']);
    },
  );
}

/** Kills so many of the processes that lay pages out, each some time after it was seen. Gives how many it has killed. */
async function killRenderers(limit: number, milliseconds: number, signal: AbortSignal): Promise<number> {
  const seen = new Set<number>();
  while (!signal.aborted && seen.size < limit) {
    for (const pid of processesBelow([process.pid], '--type=renderer')) {
      if (seen.has(pid) || seen.size === limit) continue;
      seen.add(pid);
      await sleep(milliseconds);
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // It ended by itself.
      }
    }
    await sleep(5);
  }
  return seen.size;
}

test.serial('an error of writing a picture is reported unchanged', async (t) => {
  const onPng = async () => {
    throw new Error('the disk is full');
  };
  await t.throwsAsync(printFigures({ ...(await request([{ y: [1] }, { y: [1] }, { y: [1] }])), onPng }), {
    message: 'the disk is full',
  });
});

test.serial('nothing to print needs no page', async (t) => {
  await t.notThrowsAsync(printFigures({ ...(await request([])), onPng: async () => {} }));
});
