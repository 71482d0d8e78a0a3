import puppeteer, { type Browser } from 'puppeteer';
import { findChromium } from '../tasks/io/find-chromium.ts';
import { LineLog } from '../tasks/io/log.ts';

/** A headless browser that can draw maps: WebGL, by the processor. */
export async function startBrowser(): Promise<Browser> {
  const { path: executablePath, environment: env } = await findChromium({
    path: process.env.CHROMIUM_PATH,
    variables: process.env,
    log: new LineLog(process.stderr),
  });
  return await puppeteer.launch({
    executablePath,
    headless: 'shell',
    env,
    args: ['--no-sandbox', '--disable-dev-shm-usage', '--use-angle=swiftshader', '--enable-unsafe-swiftshader'],
  });
}
