// A process of its own that looks for a browser, and prints it or why there is none.
import { findChromium } from '../../tasks/io/find-chromium.ts';
import { LineLog } from '../../tasks/io/log.ts';

const log = new LineLog(process.stderr);
try {
  console.log(JSON.stringify(await findChromium({ path: undefined, variables: { ...process.env, PATH: '' }, log })));
} catch (error) {
  console.log(JSON.stringify({ ...(error as object), message: (error as Error).message }));
}
