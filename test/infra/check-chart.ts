// `npm run test:chart`: whether the official chart makes of our values what they mean.
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { parseAllDocuments } from 'yaml';
import { supersetChart, supersetValues } from '../../infra/superset-values.ts';
import { exampleSettings, faultsOf } from '../support/superset-chart.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const { name, repository, version } = supersetChart;
const [given] = new Command('npm run test:chart --')
  .description("Renders Superset's official Helm chart with our values, and checks the objects. It needs helm.")
  .addHelpText('after', '\nExample:\n  npm run test:chart')
  .argument('[path]', `folder or .tgz of the chart; without it, helm fetches version ${version} from ${repository}`)
  .parse().args;
const folder = temporaryFolder();
if (!given) helm('pull', name, '--repo', repository, '--version', version, '--destination', folder);
const path = given ?? join(folder, `${name}-${version}.tgz`);
const values = join(folder, 'values.json');
writeFileSync(values, JSON.stringify(supersetValues(exampleSettings)));
// helm holds values to the chart's schema by itself.
const rendered = helm('template', 'superset', path, '--namespace', 'superset', '--values', values);
const objects = parseAllDocuments(rendered)
  .map((document) => document.toJS())
  .filter(Boolean);
const faults = faultsOf(objects);
for (const fault of faults) console.error(fault);
const result = faults.length === 0 ? `${objects.length} objects, all as they should be` : `${faults.length} faults`;
console.log(`${objects[0]?.metadata.labels?.['helm.sh/chart'] ?? path}: ${result}`);
process.exitCode = faults.length === 0 ? 0 : 1;

/** Run helm, or end with what it complains of. */
function helm(...options: string[]): string {
  const { status, stdout, stderr, error } = spawnSync('helm', options, { encoding: 'utf8', maxBuffer: 1 << 26 });
  if (status === 0) return stdout;
  console.error(error ? `helm is needed: ${error.message}` : stderr);
  process.exit(1);
}
