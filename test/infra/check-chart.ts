// `npm run test:chart -- PATH`: whether the official chart, packed or unpacked, makes of our values what they mean.
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { parseAllDocuments } from 'yaml';
import { supersetChart, supersetValues } from '../../infra/superset-values.ts';
import { exampleSettings, faultsOf } from '../support/superset-chart.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const { name, repository, version } = supersetChart;
const [path] = new Command('npm run test:chart --')
  .description('Looks whether the official chart makes of our values what they mean. It needs helm.')
  .argument('<path>', `the chart, a folder or a .tgz: helm pull ${name} --repo ${repository} --version ${version}`)
  .parse().args;
const values = join(temporaryFolder(), 'values.json');
writeFileSync(values, JSON.stringify(supersetValues(exampleSettings)));
const { status, stdout, stderr, error } = spawnSync(
  'helm',
  ['template', 'superset', path, '--namespace', 'superset', '--values', values],
  { encoding: 'utf8', maxBuffer: 1 << 26 },
);
if (status !== 0) {
  // helm holds values to the chart's schema by itself.
  console.error(error ? `helm is needed: ${error.message}` : stderr);
  process.exit(1);
}
const objects = parseAllDocuments(stdout)
  .map((document) => document.toJS())
  .filter(Boolean);
const faults = faultsOf(objects);
for (const fault of faults) console.error(fault);
const result = faults.length === 0 ? `${objects.length} objects, all as they should be` : `${faults.length} faults`;
console.log(`${objects[0]?.metadata.labels?.chart ?? path}: ${result}`);
process.exitCode = faults.length === 0 ? 0 : 1;
