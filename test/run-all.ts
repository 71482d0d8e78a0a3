// `npm test`: all parts of the tests, one after the other; at the end, how long each of them took.
import { spawnSync } from 'node:child_process';
import { Command } from 'commander';

const parts = ['lint', 'test:types', 'test:unit', 'test:infra', 'test:servers', 'test:airflow', 'test:superset'];

new Command('npm test --')
  .description(`Runs ${parts.map((part) => `\`npm run ${part}\``).join(', ')}, and shows how long each took.`)
  .addHelpText('after', '\nExample:\n  npm test')
  .parse();

const took: string[] = [];
let exitCode = 0;
for (const part of parts) {
  const started = performance.now();
  const { status } = spawnSync('npm', ['run', part], { stdio: 'inherit' });
  took.push(`${part.padEnd(14)} ${((performance.now() - started) / 1000).toFixed(0).padStart(4)} s`);
  exitCode = status ?? 1;
  if (exitCode !== 0) break;
}
console.log(`\n${took.join('\n')}`);
process.exitCode = exitCode;
