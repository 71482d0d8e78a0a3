#!/usr/bin/env node
// `npx delaywatch COMMAND` with any Node: the commands are TypeScript, which the Node that npm has brought runs as it is.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const brought = fileURLToPath(new URL('../node_modules/node/bin/node', import.meta.url));
const main = fileURLToPath(new URL('main.ts', import.meta.url));
const child = spawn(existsSync(brought) ? brought : process.execPath, [main, ...process.argv.slice(2)], {
  stdio: 'inherit',
});
// A signal from the keyboard reaches the child by itself; another is passed on, and its exit code is ours.
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => signal === 'SIGTERM' && child.kill(signal));
child.on('exit', (code, signal) => {
  process.exitCode = code ?? (signal === 'SIGINT' ? 130 : 143);
});
