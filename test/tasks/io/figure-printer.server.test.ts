import test from 'ava';
import { UnreachableError } from '../../../tasks/errors.ts';
import { printFigures } from '../../../tasks/io/figure-printer.ts';
import { findChromium } from '../../../tasks/io/find-chromium.ts';
import { LineLog } from '../../../tasks/io/log.ts';

const log = new LineLog(process.stderr);
const canvas = new URL('../../../charts/canvas.html', import.meta.url);

const request = async (figures: object[]) => ({
  chromium: await findChromium({ path: undefined, searchPath: process.env.PATH ?? '', log }),
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
    message: /breaks down again and again/,
  });
});

test.serial('an error where the picture goes is told as it is', async (t) => {
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
