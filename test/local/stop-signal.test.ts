import { execFileSync } from 'node:child_process';
import test from 'ava';

const file = new URL('../../local/stop-signal.ts', import.meta.url).href;

test('a process that is asked to end goes on, and whoever it stops gets an error that tells why', (t) => {
  for (const name of ['SIGINT', 'SIGTERM']) {
    const script = `
      const { stopSignal } = await import(${JSON.stringify(file)});
      const signal = stopSignal();
      signal.addEventListener('abort', () => {
        const { reason } = signal;
        console.log(reason instanceof Error, reason.message, reason.cause);
        clearInterval(running);
      });
      const running = setInterval(() => {}, 1000);
      process.kill(process.pid, '${name}');`;
    const said = execFileSync(process.execPath, ['--input-type=module', '--eval', script], { encoding: 'utf8' });
    t.is(said, `true stopped by ${name} ${name}\n`);
  }
});
