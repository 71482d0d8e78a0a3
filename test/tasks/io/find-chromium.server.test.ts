import test from 'ava';
import { SettingsError } from '../../../tasks/errors.ts';
import { printFigures } from '../../../tasks/io/figure-printer.ts';
import { findChromium } from '../../../tasks/io/find-chromium.ts';
import { LineLog } from '../../../tasks/io/log.ts';

const log = new LineLog(process.stderr);

test('without an installed browser, one is still found, and it draws', async (t) => {
  let printed = 0;
  await printFigures({
    chromium: await findChromium({ path: undefined, variables: { HOME: process.env.HOME }, log }),
    canvas: new URL('../../../charts/canvas.html', import.meta.url),
    width: 300,
    height: 200,
    figures: [{ name: 'a', figure: { data: [{ y: [1, 2] }], layout: {} } }],
    onPng: async (_, png) => {
      printed = png.length;
    },
    signal: new AbortController().signal,
  });
  t.true(printed > 1000);
});

test('a setting that does not name a program is reported', async (t) => {
  await t.throwsAsync(findChromium({ path: '/nowhere', variables: { HOME: process.env.HOME }, log }), {
    instanceOf: SettingsError,
  });
});
