import { createRequire } from 'node:module';
import * as grpc from '@grpc/grpc-js';
import test from 'ava';
import { startProviderServer } from '../support/provider-server.ts';

const require = createRequire(import.meta.url);
const messages = require('@pulumi/pulumi/proto/provider_pb.js');
const { ResourceProviderClient } = require('@pulumi/pulumi/proto/provider_grpc_pb.js');
const { Struct } = require('google-protobuf/google/protobuf/struct_pb.js');

const bucket =
  'urn:pulumi:dev::delaywatch::delaywatch:Storage$delaywatch:PrivateBucket$aws:s3/bucket:Bucket::storage-data';
const vpc = 'urn:pulumi:dev::delaywatch::delaywatch:Network$aws:ec2/vpc:Vpc::network';
const image = 'urn:pulumi:dev::delaywatch::delaywatch:Images$docker-build:index:Image::images-tasks';
const job = 'urn:pulumi:dev::delaywatch::delaywatch:DatabaseRoles$kubernetes:batch/v1:Job::database-roles';

/** What the engine test leans on, asked as Pulumi's engine asks. */
test('the providers that make nothing answer as providers do', async (t) => {
  const server = await startProviderServer();
  const client = new ResourceProviderClient(`127.0.0.1:${server.port}`, grpc.credentials.createInsecure());
  const call = (method: string, request: object) =>
    new Promise<any>((resolve, reject) => {
      client[method](request, (error: Error | null, answer: object) => (error ? reject(error) : resolve(answer)));
    });
  const struct = (value: object) => Struct.fromJavaScript(value);
  const fill = (request: any, values: Record<string, unknown>) => {
    for (const [name, value] of Object.entries(values)) request[`set${name}`](value);
    return request;
  };

  const inputs = struct({ forceDestroy: true });
  const checked = await call('check', fill(new messages.CheckRequest(), { Urn: bucket, News: inputs }));
  t.deepEqual(checked.getInputs().toJavaScript(), { forceDestroy: true });

  const created = await call('create', fill(new messages.CreateRequest(), { Urn: bucket, Properties: inputs }));
  t.is(created.getId(), 'Bucket/storage-data');
  t.is(created.getProperties().toJavaScript().bucket, 'storage-data');

  const diff = async (Urn: string, old: object, now: object) => {
    const request = fill(new messages.DiffRequest(), {
      Urn,
      OldInputs: struct(old),
      Olds: struct(old),
      News: struct(now),
    });
    const answer = await call('diff', request);
    return [answer.getDiffsList(), answer.getReplacesList()];
  };
  t.deepEqual(await diff(bucket, { a: { x: 1, y: 2 } }, { a: { y: 2, x: 1 } }), [[], []]);
  t.deepEqual(await diff(bucket, { a: 1 }, { a: 2 }), [['a'], []]);
  t.deepEqual(await diff(job, { spec: 1 }, { spec: 2 }), [['spec'], ['spec']]);
  t.deepEqual(await diff(vpc, { cidrBlock: 1, tags: 1 }, { cidrBlock: 2, tags: 2 }), [
    ['cidrBlock', 'tags'],
    ['cidrBlock'],
  ]);

  const built = { push: true, tags: ['a'] };
  t.deepEqual(await diff(image, built, built), [[], []]);
  t.deepEqual(await diff(image, { ...built, pull: true }, { ...built, pull: true }), [['contextHash'], []]);

  const who = fill(new messages.InvokeRequest(), {
    Tok: 'aws:index/getCallerIdentity:getCallerIdentity',
    Args: struct({}),
  });
  t.is((await call('invoke', who)).getReturn().toJavaScript().accountId, '111122223333');

  server.failing.add('aws:s3/bucket:Bucket storage-data');
  await t.throwsAsync(call('create', fill(new messages.CreateRequest(), { Urn: bucket, Properties: inputs })), {
    message: /storage-data cannot be made today/,
  });
  await call('delete', fill(new messages.DeleteRequest(), { Urn: bucket, Id: 'x', Properties: inputs }));
  t.deepEqual(
    server.deeds.map(({ deed, type, name }) => `${deed} ${type} ${name}`),
    ['create aws:s3/bucket:Bucket storage-data', 'delete aws:s3/bucket:Bucket storage-data'],
  );
  client.close();
  server.stop();
});
