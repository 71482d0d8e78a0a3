import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  CreateBucketCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { freePort } from './free-port.ts';
import { pythonEnvironment } from './python-environment.ts';

/** A server that speaks S3's protocol (moto), with one bucket. */
export interface S3Server {
  bucket: string;
  port: number;
  /** The SDK's variables to reach it. */
  environment: Record<string, string>;
  client: S3Client;
  put(key: string, body: Uint8Array | string): Promise<void>;
  get(key: string): Promise<Buffer>;
  keys(prefix: string): Promise<string[]>;
  stop(): Promise<void>;
}

export async function startS3Server(): Promise<S3Server> {
  const python = pythonEnvironment('moto', new URL('moto-requirements.txt', import.meta.url));
  const port = await freePort();
  const server = spawn(python, ['-c', `from moto.server import main; main(['-p', '${port}'])`], { stdio: 'ignore' });
  const endpoint = `http://127.0.0.1:${port}`;
  const environment = {
    AWS_ENDPOINT_URL_S3: endpoint,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
  };
  const client = new S3Client({
    endpoint,
    region: 'us-east-1',
    forcePathStyle: true,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  const bucket = 'lake';
  for (let attempt = 0; ; attempt++) {
    try {
      await client.send(new CreateBucketCommand({ Bucket: bucket }));
      break;
    } catch (error) {
      if (attempt === 60) {
        server.kill('SIGKILL');
        throw error;
      }
      await sleep(250);
    }
  }
  return {
    bucket,
    port,
    environment,
    client,
    put: async (key, body) => {
      await client.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: body }));
    },
    get: async (key) => {
      const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
      return Buffer.from(await Body!.transformToByteArray());
    },
    keys: async (prefix) => {
      const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix }));
      return Contents.map(({ Key }) => Key!);
    },
    stop: async () => {
      const exited = once(server, 'exit');
      server.kill('SIGKILL');
      await exited;
    },
  };
}
