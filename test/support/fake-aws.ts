import { createHash } from 'node:crypto';

export const accountId = '111122223333';
/** What stands for the outputs that the programs reads, where an input of the same name doesn't. */
const outputs: Record<string, Record<string, unknown>> = {
  'aws:ecr/repository:Repository': { registryId: accountId },
  'aws:eks/cluster:Cluster': {
    endpoint: 'https://eks.example.com',
    certificateAuthority: { data: 'Q0E=' },
  },
  'aws:rds/instance:Instance': {
    address: 'database.example.com',
    port: 5432,
    resourceId: 'db-RESOURCE',
    masterUserSecrets: [{ secretArn: 'arn:aws:secretsmanager:eu-central-1:111122223333:secret:rds!db-1' }],
  },
  'aws:mwaa/environment:Environment': { webserverUrl: 'airflow.example.com' },
};

function kindOf(type: string): string {
  return type.replace(/.*:/, '');
}

/** An id that no other resource has, so that a test finds it among the inputs of the resources that refer to it. */
export function idOf(type: string, name: string): string {
  return `${kindOf(type)}/${name}`;
}

/** Inputs and what AWS would add. */
export function stateOf(type: string, name: string, inputs: Record<string, any>): Record<string, unknown> {
  const service = type.split(/[:/]/)[1];
  const own = inputs.name ?? inputs.bucket ?? `${inputs.namePrefix ?? ''}${name}`;
  return {
    arn: `arn:aws:${service}:eu-central-1:${accountId}:${idOf(type, name)}`,
    name: own,
    bucket: own,
    ...(type === 'aws:ecr/repository:Repository' && {
      repositoryUrl: `${accountId}.dkr.ecr.eu-central-1.amazonaws.com/${own}`,
    }),
    ...inputs,
    ...outputs[type],
    ...(type === 'docker-build:index:Image' && {
      digest: `sha256:${createHash('sha256').update(inputs.tags[0]).digest('hex')}`,
    }),
    ...(type === 'aws:s3/bucketObjectv2:BucketObjectv2' && { versionId: idOf(type, name) }),
    ...(type === 'aws:eks/cluster:Cluster' && {
      vpcConfig: { ...inputs.vpcConfig, clusterSecurityGroupId: 'sg-cluster' },
    }),
  };
}

/** What AWS would answer the program. */
export function answer(token: string, inputs: Record<string, any>): Record<string, unknown> {
  switch (token) {
    case 'aws:index/getCallerIdentity:getCallerIdentity':
      return { accountId, arn: `arn:aws:sts::${accountId}:assumed-role/Deployer/me` };
    case 'aws:ec2/getPrefixList:getPrefixList':
      return { id: inputs.name, name: inputs.name, cidrBlocks: ['3.5.134.0/23'] };
    case 'aws:iam/getSessionContext:getSessionContext':
      return { issuerArn: `arn:aws:iam::${accountId}:role/Deployer` };
    case 'aws:ecr/getAuthorizationToken:getAuthorizationToken':
      return { userName: 'AWS', password: 'registry-token' };
    default:
      throw new Error(`the program asks for ${token} of ${JSON.stringify(inputs)}, which nobody here answers`);
  }
}
