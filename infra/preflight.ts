// `npm run preflight`: checks whether this machine and the AWS account have what `pulumi up` needs. It creates nothing
// but Docker's builder.
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { setGlobalProxyFromEnv } from 'node:http';
import { delimiter, sep } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { parse } from 'yaml';
import { reportRequirements } from './report-requirements.ts';
import { type Machine, type ProgramResult, type RequirementSettings, requirementsOf } from './requirements.ts';

const root = new URL('../', import.meta.url);
const patienceSeconds = 20;
/** The PATH without the folders that npm puts before it, which have a Node and a Pulumi of their own. */
const path = (process.env.PATH ?? '').split(delimiter).filter((entry) => !entry.split(sep).includes('node_modules'));
const machine: Machine = { run, read };

const { stack } = new Command('npm run preflight --')
  .description(
    'Checks whether this machine and the AWS account have what `pulumi up` needs. It creates nothing but Docker’s builder.',
  )
  .addHelpText('after', '\nExample:\n  npm run preflight -- --stack prod')
  .option('--stack <name>', 'check the settings in Pulumi.<name>.yaml', withSettings, 'dev')
  .parse()
  .opts<{ stack: string }>();
setGlobalProxyFromEnv();

const requirements = await requirementsOf(stack, readSettings(), machine);
process.exitCode = (await reportRequirements(requirements, console.log)) ? 0 : 1;

/** Read the settings without checking them, since `pulumi up` refuses wrong ones. */
function readSettings(): RequirementSettings {
  const { config } = parse(readFileSync(new URL(`Pulumi.${stack}.yaml`, root), 'utf8'));
  const section = (name: string) => config[`delaywatch:${name}`];
  return {
    region: config['aws:region'],
    network: section('network'),
    cluster: section('cluster'),
    airflow: section('airflow'),
  };
}

function run(program: string, ...options: string[]): ProgramResult {
  const env = { ...process.env, PATH: path.join(delimiter) };
  const { status, stdout, stderr, error } = spawnSync(program, options, { encoding: 'utf8', env });
  if (error) return { good: false, said: '', complaint: `${program} cannot be started` };
  return { good: status === 0, said: stdout.trim(), complaint: stderr.trim().split('\n').at(-1) ?? '' };
}

async function read(url: string): Promise<string> {
  const answer = await fetch(url, { signal: AbortSignal.timeout(patienceSeconds * 1000) }).catch((error) => {
    throw new Error(`${url} did not answer: ${error.cause?.code ?? error.message}`);
  });
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}`);
  return await answer.text();
}

/** A stack whose settings are there. */
function withSettings(name: string): string {
  const stacks = readdirSync(root).flatMap((file) => /^Pulumi\.(.+)\.yaml$/.exec(file)?.[1] ?? []);
  if (stacks.includes(name)) return name;
  throw new InvalidArgumentError(`There is no Pulumi.${name}.yaml; expected one of the stacks ${stacks.join(', ')}.`);
}
