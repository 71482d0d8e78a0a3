// `node local/fetch-uv.ts PATH`: puts uv, from its wheel, at the path. It is a program so that who needs uv can wait for it
// without being asynchronous, and so that Node's arguments make it respect proxies and the system's certificates.
import { packageIndex } from './package-index.ts';
import { uvWheel } from './uv-wheel.ts';
import { fetchWheelProgram } from './wheel-program.ts';

const platform = `${process.platform}-${process.arch}`;
const wheel = uvWheel(platform);
try {
  if (!wheel) throw new Error(`no wheel of uv is known for ${platform}`);
  await fetchWheelProgram(wheel, { index: packageIndex(process.env), to: process.argv[2] });
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
