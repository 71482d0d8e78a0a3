import { ComponentResource, type ComponentResourceOptions } from '@pulumi/pulumi';
import type { Config } from './config.ts';
import { PrivateBucket } from './private-bucket.ts';

/** A DAG that was replaced can be looked up for so long; MWAA pins what it installs by version. */
const dagVersionDays = 90;
/**
 * Days for which a file of flights or a chart that was replaced by mistake can be restored, in stacks where that is
 * worth its price.
 */
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
      // The bucket together with the resources that keep it private and versioned.
      { parent: this, protect: protection === 'on' },
    );
    // All its objects come from this repository.
    this.dags = new PrivateBucket(
      `${name}-dags`,
      { mayBeEmptied: true, versionDays: dagVersionDays },
      { parent: this },
    );
    this.registerOutputs({ data: this.data.bucketName, dags: this.dags.bucketName });
  }
}
