import puppeteer, { type Browser } from 'puppeteer';
import { chromiumEnvironment } from '../tasks/io/chromium-environment.ts';
import { findChromium } from '../tasks/io/find-chromium.ts';
import { LineLog } from '../tasks/io/log.ts';

/** A headless browser that can draw maps: WebGL, by the processor. */
export async function startBrowser(): Promise<Browser> {
  const executablePath = await findChromium({
    path: process.env.CHROMIUM_PATH,
    searchPath: process.env.PATH ?? '',
    log: new LineLog(process.stderr),
  });
  return await puppeteer.launch({
    executablePath,
    headless: 'shell',
    env: chromiumEnvironment(executablePath),
    args: ['--no-sandbox', '--disable-dev-shm-usage', '--use-angle=swiftshader', '--enable-unsafe-swiftshader'],
  });
}
