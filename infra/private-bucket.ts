import * as aws from '@pulumi/aws';
import { ComponentResource, type ComponentResourceOptions, interpolate, type Output } from '@pulumi/pulumi';
import { policyDocument } from './policy-document.ts';

export interface PrivateBucketArgs {
  /** Number of days that earlier versions of an object are kept; undefined for a bucket without versions. */
  versionDays?: number;
  /** Whether `pulumi destroy` may empty it. */
  mayBeEmptied: boolean;
}

const abandonedUploadDays = 3;

/** A bucket that is encrypted, spoken to by TLS only, and never public. */
export class PrivateBucket extends ComponentResource {
  readonly bucketName: Output<string>;
  readonly arn: Output<string>;

  constructor(name: string, args: PrivateBucketArgs, options?: ComponentResourceOptions) {
    super('delaywatch:PrivateBucket', name, {}, options);
    const { versionDays, mayBeEmptied } = args;
    const bucket = new aws.s3.Bucket(name, { forceDestroy: mayBeEmptied }, { parent: this });
    const parent = { parent: this };
    const blocked = new aws.s3.BucketPublicAccessBlock(
      name,
      {
        bucket: bucket.id,
        blockPublicAcls: true,
        blockPublicPolicy: true,
        ignorePublicAcls: true,
        restrictPublicBuckets: true,
      },
      parent,
    );
    new aws.s3.BucketOwnershipControls(
      name,
      { bucket: bucket.id, rule: { objectOwnership: 'BucketOwnerEnforced' } },
      parent,
    );
    new aws.s3.BucketServerSideEncryptionConfiguration(
      name,
      { bucket: bucket.id, rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: 'AES256' } }] },
      parent,
    );
    new aws.s3.BucketPolicy(
      name,
      {
        bucket: bucket.id,
        policy: policyDocument([
          {
            Sid: 'TlsOnly',
            Effect: 'Deny',
            Principal: '*',
            Action: ['s3:*'],
            Resource: [bucket.arn, interpolate`${bucket.arn}/*`],
            Condition: { Bool: { 'aws:SecureTransport': 'false' } },
          },
        ]),
      },
      // S3 refuses two changes of a bucket's access at once.
      { ...parent, dependsOn: [blocked] },
    );
    const versioning =
      versionDays === undefined
        ? []
        : [
            new aws.s3.BucketVersioning(
              name,
              { bucket: bucket.id, versioningConfiguration: { status: 'Enabled' } },
              parent,
            ),
          ];
    new aws.s3.BucketLifecycleConfiguration(
      name,
      {
        bucket: bucket.id,
        rules: [
          {
            id: 'abandoned-uploads',
            status: 'Enabled',
            filter: { prefix: '' },
            abortIncompleteMultipartUpload: { daysAfterInitiation: abandonedUploadDays },
          },
          ...(versionDays === undefined
            ? []
            : [
                {
                  id: 'earlier-versions',
                  status: 'Enabled',
                  filter: { prefix: '' },
                  noncurrentVersionExpiration: { noncurrentDays: versionDays },
                },
              ]),
        ],
      },
      { ...parent, dependsOn: versioning },
    );
    this.bucketName = bucket.bucket;
    this.arn = bucket.arn;
    this.registerOutputs({ bucketName: this.bucketName });
  }
}
