// `npm run check`: lint, types and unit tests at once, for before a commit.
import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { Command } from 'commander';

const parts = ['lint', 'test:types', 'test:unit'];

new Command('npm run check --')
  .description(
    `Runs ${parts.map((part) => `\`npm run ${part}\``).join(', ')} at the same time, and shows the output of those that ` +
      'fail. Run it before each commit; `npm test` runs everything.',
  )
  .addHelpText('after', '\nExample:\n  npm run check')
  .parse();

const outcomes = await Promise.all(parts.map(check));
process.exitCode = outcomes.every((passed) => passed) ? 0 : 1;

/** Run a part; tell how it went as soon as it ends. */
async function check(part: string): Promise<boolean> {
  const started = performance.now();
  // TypeScript keeps what it has checked, so that the next run checks only what has changed.
  const options = part === 'test:types' ? ['--', '--incremental', '--tsBuildInfoFile', '.local/types.tsbuildinfo'] : [];
  const child = spawn('npm', ['run', part, ...options], { stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  const [stdout, stderr, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  const seconds = ((performance.now() - started) / 1000).toFixed(0);
  console.log(code === 0 ? `✔ ${part} (${seconds} s)` : `${stdout}${stderr}\n✘ ${part} (${seconds} s)`);
  return code === 0;
}
