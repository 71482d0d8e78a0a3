import { enableCompileCache } from 'node:module';
import { setFlagsFromString } from 'node:v8';
import type { Context } from './command.ts';
import type { Request } from './command-line.ts';
import type { SettingName } from './settings.ts';

// Passing bytes on and judging series make much garbage that lives for a moment. The heap would grow by some 40 MB for its
// sake, which can be prevented only before it begins to grow. Every command has the flag, even where it saves nothing: V8
// refuses code that was compiled with other flags, so commands would compile again what others have compiled.
setFlagsFromString('--semi-space-growth-factor=1');
// Node waits at its exit for threads that compile, and these may wait for a garbage collection that no longer comes: the
// process then hangs for ever (nodejs/node#54918). Sparkplug's threads were seen to; it compiles quickly without them, too.
setFlagsFromString('--no-concurrent-sparkplug');
// Node keeps the compiled code of modules that are imported after this line, so that later starts are faster.
enableCompileCache();
const { CommanderError } = await import('commander');
const { parseArguments } = await import('./command-line.ts');
const { ExpectedError, UsageError } = await import('./errors.ts');
const { LineLog } = await import('./io/log.ts');
const { withoutPasswords } = await import('./without-passwords.ts');

/** Time that a command has to stop before the process exits anyway. Kubernetes would kill it after 30 s. */
const graceMilliseconds = 4_500;
const bugExitCode = 70;
const signalExitCodes = { SIGINT: 130, SIGTERM: 143 } as const;

try {
  const request = await parseArguments(process.argv);
  if (request) await execute(request);
} catch (error) {
  // Commander has printed what is wrong. Only its exit code differs from ours.
  if (!(error instanceof CommanderError)) throw error;
  process.exitCode = error.exitCode === 0 ? 0 : new UsageError().exitCode;
}
// Without this, the process would wait for threads that were started early and are not needed.
process.exit();

async function execute({ name, options, load, prepare }: Request): Promise<void> {
  const log = new LineLog(process.stderr, { command: name, year: options.year });
  const stop = new AbortController();
  for (const [signal, exitCode] of Object.entries(signalExitCodes)) {
    process.once(signal, () => {
      process.exitCode = exitCode;
      log.warn(`stopping on ${signal}`);
      stop.abort(new Error(`stopped by ${signal}`));
      setTimeout(() => process.exit(), graceMilliseconds).unref();
    });
  }
  const started = performance.now();
  try {
    log.info('start');
    await prepare?.();
    const command = await load();
    const { readSettings } = await import('./settings.ts');
    const settings = readSettings(process.env, command.settings);
    await command.run({ ...options, settings, log, signal: stop.signal } as Context<SettingName>);
    log.info('done', { seconds: ((performance.now() - started) / 1000).toFixed(1) });
  } catch (error) {
    if (stop.signal.aborted) {
      log.error(`${(stop.signal.reason as Error).message}; no partial output is left: run it again`);
    } else if (error instanceof ExpectedError) {
      process.exitCode = error.exitCode;
      log.error(error.message, { exit: error.exitCode });
    } else {
      process.exitCode = bugExitCode;
      process.stderr.write(`${withoutPasswords((error instanceof Error && error.stack) || String(error))}\n`);
      log.error(`a bug: ${error instanceof Error ? error.message : error}`, { exit: bugExitCode });
    }
  }
}
