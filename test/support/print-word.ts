// A process of its own that prints a figure with a word into a file. It tells which libraries its browser loads.
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { printFigures } from '../../tasks/io/figure-printer.ts';
import { findChromium } from '../../tasks/io/find-chromium.ts';
import { LineLog } from '../../tasks/io/log.ts';

const log = new LineLog(process.stderr);
const chromium = await findChromium({ path: undefined, variables: { ...process.env, PATH: '' }, log });
await printFigures({
  chromium,
  canvas: new URL('../../charts/canvas.html', import.meta.url),
  width: 300,
  height: 200,
  figures: [
    {
      name: 'word',
      figure: { data: [{ y: [1, 2] }], layout: { title: { text: 'Delays' }, font: { family: 'Inter' } } },
    },
  ],
  onPng: async (_, png) => writeFileSync(process.argv[2], png),
  signal: new AbortController().signal,
});
const env = { ...chromium.environment, LD_TRACE_LOADED_OBJECTS: '1' };
console.log(JSON.stringify({ env, libraries: execFileSync(chromium.path, { env, encoding: 'utf8' }) }));
