// `npm run smoke`: runs a real year in a deployment and checks its results.
import { Command } from 'commander';
import { UsageError } from '../tasks/errors.ts';
import { year as yearOption } from '../tasks/options.ts';
import { check } from './check.ts';
import { openDeployment, readOutputs } from './deployment.ts';
import { runYear } from './run-year.ts';

const { year, stack, switchOn } = new Command('npm run smoke --')
  .description(
    'Runs one published year in the deployment, from acquire to tell, and checks the results. It takes 20 to 60 ' +
      'minutes, and longer while other years run before it.',
  )
  .addHelpText('after', '\nExample:\n  npm run smoke -- --stack dev --switch-on')
  .addOption(yearOption().default(2018))
  .option('--stack <name>', 'use this stack instead of the selected one')
  .option('--switch-on', 'unpause the DAG; this starts the runs of all years from firstYear on')
  .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : new UsageError().exitCode))
  .parse()
  .opts<{ year: number; stack?: string; switchOn?: true }>();

try {
  const deployment = openDeployment(await readOutputs(stack));
  const rows = await runYear(deployment, {
    year,
    paused: switchOn ? 'switch on' : 'refuse',
    secondsBetweenLooks: 15,
    tell: console.log,
  });
  const verdicts = await check(deployment, year, rows);
  for (const { what, good, found } of verdicts) console.log(`${good ? 'good' : 'BAD '}  ${what}: ${found}`);
  const bad = verdicts.filter(({ good }) => !good).length;
  console.log(bad === 0 ? `The deployment works: ${year} is there.` : `${bad} of ${verdicts.length} checks failed.`);
  process.exitCode = bad === 0 ? 0 : 1;
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
