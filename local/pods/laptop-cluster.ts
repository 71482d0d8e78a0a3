import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { LocalPostgres } from '../postgres.ts';
import type { Cluster } from './server.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Where the sample's flights come from; acquire brings them into the bucket, as it does from BTS in the cloud. */
export const sampleSource = `${pathToFileURL(join(root, 'samples')).href}/flights-{year}.csv.zst`;

/** Namespace `flights` on this machine: a folder for the bucket, a local Postgres, and the commands of this project. */
export function laptopCluster({ bucket, postgres }: { bucket: string; postgres: LocalPostgres }): Cluster {
  const bucketUri = pathToFileURL(bucket).href;
  return {
    namespace: 'flights',
    serviceAccounts: ['acquire', 'pipeline', 'tell'],
    entrypoint: [process.execPath, 'tasks/main.ts'],
    folder: root,
    environment: { PATH: process.env.PATH, HOME: process.env.HOME },
    configMaps: {
      settings: {
        FLIGHTS_URI: `${bucketUri}/flights/{year}/`,
        OUTPUT_URI: bucketUri,
        DATABASE_URL: postgres.url('pipeline'),
        PGPASSFILE: postgres.passwordFile,
      },
    },
  };
}
