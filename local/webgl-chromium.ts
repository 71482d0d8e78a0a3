import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliDecompressSync } from 'node:zlib';
import puppeteer, { type Browser } from 'puppeteer';
import { findChromium } from '../tasks/io/find-chromium.ts';
import { LineLog } from '../tasks/io/log.ts';

/** A headless browser that can draw maps: WebGL, by the processor. */
export async function startBrowser(): Promise<Browser> {
  const executablePath = await findChromium({
    path: process.env.CHROMIUM_PATH,
    searchPath: process.env.PATH ?? '',
    log: new LineLog(process.stderr),
  });
  if (executablePath.includes('delaywatch-chromium-')) unpackWebgl(dirname(executablePath));
  return await puppeteer.launch({
    executablePath,
    headless: 'shell',
    args: ['--no-sandbox', '--disable-dev-shm-usage', '--use-angle=swiftshader', '--enable-unsafe-swiftshader'],
  });
}

/** npm package @sparticuz/chromium keeps what WebGL needs in an archive of its own; the browser looks for it beside itself. */
function unpackWebgl(folder: string): void {
  if (existsSync(join(folder, 'vk_swiftshader_icd.json'))) return;
  const archive = join(dirname(dirname(fileURLToPath(import.meta.resolve('@sparticuz/chromium')))), 'bin');
  const tar = brotliDecompressSync(readFileSync(join(archive, 'swiftshader.tar.br')));
  execFileSync('tar', ['--extract', '--file', '-', '--directory', folder], { input: tar });
}
