// `npm test`: all parts of the tests, one after the other; at the end, how long each of them took.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { buffer } from 'node:stream/consumers';
import { Command } from 'commander';

/** The parts, in their order. Those in one line run at once, since Airflow waits for most of its time. */
const stages = [
  ['lint'],
  ['test:types'],
  ['test:unit'],
  ['test:infra'],
  ['test:servers', 'test:airflow'],
  ['test:superset'],
];

new Command('npm test --')
  .description(
    `Runs ${stages
      .flat()
      .map((part) => `\`npm run ${part}\``)
      .join(', ')}, and shows how long each took.`,
  )
  .addHelpText('after', '\nExample:\n  npm test')
  .parse();

const took: string[] = [];
let exitCode = 0;
for (const [first, ...others] of stages) {
  // What runs beside the first part shows its lines when it has ended, so that the lines do not mix.
  const codes = await Promise.all([run(first, 'inherit'), ...others.map((part) => run(part, 'pipe'))]);
  exitCode = codes.find((code) => code !== 0) ?? 0;
  if (exitCode !== 0) break;
}
console.log(`\n${took.join('\n')}`);
process.exitCode = exitCode;

/** @returns the exit code of the part */
async function run(part: string, output: 'inherit' | 'pipe'): Promise<number> {
  const started = performance.now();
  const child = spawn('npm', ['run', part], { stdio: ['inherit', output, output] });
  const texts = [child.stdout, child.stderr].map((stream) => stream && buffer(stream));
  const [code] = await once(child, 'close');
  for (const text of texts) process.stdout.write((await text) ?? '');
  took.push(`${part.padEnd(14)} ${((performance.now() - started) / 1000).toFixed(0).padStart(4)} s`);
  return code ?? 1;
}
