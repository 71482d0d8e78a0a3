import { ComponentResource, type ComponentResourceOptions, type Input, interpolate } from '@pulumi/pulumi';
import { publicFolders } from '../tasks/serve/output-key.ts';
import type { Cluster } from './cluster.ts';
import type { Config } from './config.ts';
import { KubernetesObjects } from './kubernetes-objects.ts';
import { pagesLocalPort, pagesManifests, pagesName, pagesNamespace, pagesPort } from './manifests/pages.ts';
import { PodIdentity } from './pod-identity.ts';
import type { PrivateBucket } from './private-bucket.ts';
import { publicBaseUrl } from './public-base-url.ts';

export interface PagesArgs {
  region: string;
  config: Config;
  /** Image of the tasks. */
  image: Input<string>;
  bucket: PrivateBucket;
  cluster: Cluster;
  /** Addresses of S3 in this region. */
  s3Cidrs: string[];
}

/** Servers that show reports, charts and exports. They may read these folders of the bucket and nothing else. */
export class Pages extends ComponentResource {
  /** Where people open them. */
  readonly url: string;

  constructor(name: string, args: PagesArgs, options?: ComponentResourceOptions) {
    super('delaywatch:Pages', name, {}, options);
    const { region, config, image, bucket, cluster, s3Cidrs } = args;
    const identity = new PodIdentity(
      name,
      {
        clusterName: cluster.clusterName,
        namespace: pagesNamespace,
        serviceAccount: pagesName,
        statements: [
          {
            // The role may not list the bucket, so S3 answers "access denied" for objects that do not exist.
            Sid: 'Read',
            Action: ['s3:GetObject'],
            Resource: publicFolders.map((folder) => interpolate`${bucket.arn}/${folder}/*`),
          },
        ],
      },
      { parent: this },
    );
    new KubernetesObjects(
      name,
      {
        provider: cluster.provider,
        values: { image, bucketName: bucket.bucketName },
        build: (values) =>
          pagesManifests({
            image: values.image,
            replicas: config.pages.replicas,
            environment: { OUTPUT_URI: `s3://${values.bucketName}`, AWS_REGION: region },
            clients: [config.network.cidr],
            storage: [{ cidrs: s3Cidrs, port: 443 }],
            nodeSelector: { 'kubernetes.io/arch': 'amd64' },
          }),
        after: [identity],
      },
      { parent: this },
    );
    const forwarded = `kubectl --namespace ${pagesNamespace} port-forward service/${pagesName} ${pagesLocalPort}:${pagesPort}`;
    const isForwarded = !config.flights.publicBaseUrl && !config.superset.loadBalancer;
    this.url = publicBaseUrl(config) + (isForwarded ? ` (after: ${forwarded})` : '');
    this.registerOutputs({ url: this.url });
  }
}
