import { ComponentResource, type ComponentResourceOptions } from '@pulumi/pulumi';
import type { Config } from './config.ts';
import { PrivateBucket } from './private-bucket.ts';

/** A DAG that was replaced can be looked up for so long; MWAA pins what it installs by version. */
const dagVersionDays = 90;
/** A flights file or chart that was replaced by mistake can be brought back for so long, where that is worth its price. */
const dataVersionDays = 30;

/** The bucket of the data (flights, summaries, plots, reports, exports, rejects) and that of the DAG. */
export class Storage extends ComponentResource {
  readonly data: PrivateBucket;
  readonly dags: PrivateBucket;

  constructor(name: string, { protection }: Pick<Config, 'protection'>, options?: ComponentResourceOptions) {
    super('delaywatch:Storage', name, {}, options);
    this.data = new PrivateBucket(
      `${name}-data`,
      {
        mayBeEmptied: protection !== 'on',
        ...(protection !== 'none' && { versionDays: dataVersionDays }),
      },
      // With what keeps it private and its versions.
      { parent: this, protect: protection === 'on' },
    );
    // All that is in it comes from this repository.
    this.dags = new PrivateBucket(
      `${name}-dags`,
      { mayBeEmptied: true, versionDays: dagVersionDays },
      { parent: this },
    );
    this.registerOutputs({ data: this.data.bucketName, dags: this.dags.bucketName });
  }
}
