import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';

const execute = promisify(execFile);

/** What `pulumi up` has made, as the smoke test asks it. */
export interface Deployment {
  /**
   * Call Airflow's REST API.
   * @param path below `/api/v2`
   * @throws Error that tells Airflow's answer when that is no success
   */
  airflow(method: 'GET' | 'POST' | 'PATCH', path: string, body?: object): Promise<any>;
  /** Names of the data bucket's objects. */
  keys(prefix: string): Promise<string[]>;
  /** What Superset's health end point says. */
  dashboardHealth(): Promise<string>;
}

/** The outputs of the stack that are needed here. */
export interface StackOutputs {
  airflowEnvironment: string;
  bucket: string;
  clusterName: string;
  region: string;
}

/** The stack that Pulumi has selected in this folder, or the one that is named. */
export async function readOutputs(stack: string | undefined): Promise<StackOutputs> {
  const args = ['stack', 'output', '--json', ...(stack ? ['--stack', stack] : [])];
  const { stdout } = await execute('pulumi', args).catch((error) => {
    throw new Error(`pulumi ${args.join(' ')}: ${error.stderr || error.message}`);
  });
  const outputs = JSON.parse(stdout);
  for (const name of ['airflowEnvironment', 'bucket', 'clusterName', 'region']) {
    if (typeof outputs[name] !== 'string')
      throw new Error(`the stack has no output ${name}; run \`pulumi up\` to its end`);
  }
  return outputs;
}

export function openDeployment(outputs: StackOutputs): Deployment {
  const { airflowEnvironment, bucket, clusterName, region } = outputs;
  const s3 = new S3Client({ region });
  return {
    airflow: async (method, path, body) => {
      const { stdout } = await execute(
        'aws',
        [
          ...['mwaa', 'invoke-rest-api', '--region', region, '--name', airflowEnvironment, '--output', 'json'],
          ...['--method', method, '--path', path, ...(body ? ['--body', JSON.stringify(body)] : [])],
        ],
        { maxBuffer: 1 << 26 },
      ).catch(({ stderr, message }) => {
        throw new Error(`Airflow, ${method} ${path}: ${stderr?.trim() || message}`);
      });
      return JSON.parse(stdout).RestApiResponse;
    },
    keys: async (Prefix) => {
      const keys: string[] = [];
      let ContinuationToken: string | undefined;
      do {
        const page = await s3.send(new ListObjectsV2Command({ Bucket: bucket, Prefix, ContinuationToken }));
        keys.push(...(page.Contents ?? []).map(({ Key }) => Key!));
        ContinuationToken = page.NextContinuationToken;
      } while (ContinuationToken);
      return keys;
    },
    dashboardHealth: async () => {
      const folder = mkdtempSync(join(tmpdir(), 'delaywatch-smoke-'));
      try {
        const kubeconfig = join(folder, 'kubeconfig');
        writeFileSync(kubeconfig, '', { mode: 0o600 });
        const update = [
          'eks',
          'update-kubeconfig',
          '--region',
          region,
          '--name',
          clusterName,
          '--kubeconfig',
          kubeconfig,
        ];
        await execute('aws', update);
        // The request goes through the cluster's API, as port-forward does.
        const path = '/api/v1/namespaces/superset/services/superset:8088/proxy/health';
        return (await execute('kubectl', ['--kubeconfig', kubeconfig, 'get', '--raw', path])).stdout;
      } finally {
        rmSync(folder, { recursive: true });
      }
    },
  };
}
