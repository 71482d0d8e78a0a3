import { setTimeout as sleep } from 'node:timers/promises';
import {
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  type HeadObjectCommandOutput,
  PutObjectCommand,
  paginateListObjectsV2,
  S3Client,
} from '@aws-sdk/client-s3';
import { ConfiguredRetryStrategy } from '@smithy/util-retry';
import { UnreachableError } from '../errors.ts';
import { uploadInParts } from './multipart-upload.ts';
import { ReplacedError } from './replaced-while-read.ts';
import { explainS3Fault, type S3Fault } from './s3-faults.ts';
import type { ByteRange, Storage, StoredObject } from './storage.ts';

/** Number of attempts. With the pauses between them they last through an outage of about six seconds. */
const attempts = 6;
const pauseMilliseconds = (attempt: number) => 100 * 2 ** attempt;
const connectionTimeoutMilliseconds = 5_000;
/** A connection on which no byte arrives for this long counts as lost. */
const idleTimeoutMilliseconds = 20_000;
/** The most objects that S3 deletes in one call. */
const deletesPerCall = 1_000;

/** What lies under a prefix of a bucket in S3, or in a server that speaks its protocol. */
export class S3Storage implements Storage {
  readonly #bucket: string;
  /** What all keys begin with: nothing, or a prefix that ends with a slash. */
  readonly #prefix: string;
  readonly #client: S3Client;

  constructor(root: URL, { pathStyle }: { pathStyle: boolean }) {
    this.#bucket = root.hostname;
    this.#prefix = decodeURIComponent(root.pathname)
      .replace(/^\//, '')
      .replace(/(?<=[^/])$/, '/');
    this.#client = new S3Client({
      forcePathStyle: pathStyle,
      retryStrategy: new ConfiguredRetryStrategy(attempts, pauseMilliseconds),
      requestHandler: {
        connectionTimeout: connectionTimeoutMilliseconds,
        socketTimeout: idleTimeoutMilliseconds,
        httpsAgent: { maxSockets: 64 },
        httpAgent: { maxSockets: 64 },
      },
    });
  }

  uriOf(key: string): string {
    return `s3://${this.#bucket}/${this.#prefix}${key}`;
  }

  async list(prefix: string): Promise<StoredObject[]> {
    const objects: StoredObject[] = [];
    await this.#explained(prefix, async () => {
      const pages = paginateListObjectsV2(
        { client: this.#client },
        { Bucket: this.#bucket, Prefix: this.#prefix + prefix },
      );
      for await (const page of pages) {
        for (const { Key, Size, LastModified, ETag } of page.Contents ?? []) {
          objects.push({
            key: Key!.slice(this.#prefix.length),
            size: Size!,
            modified: LastModified!,
            version: ETag!,
            etag: ETag!,
          });
        }
      }
    });
    return objects.filter(({ key }) => !key.endsWith('/'));
  }

  async stat(key: string): Promise<StoredObject | undefined> {
    return await this.#explained(key, async () => {
      const head = await this.#head(key);
      return { key, size: head.ContentLength!, modified: head.LastModified!, version: head.ETag!, etag: head.ETag! };
    });
  }

  /** S3 answers HEAD without a body, also when it refuses. Its reason is in the answer to GET. */
  async #head(key: string): Promise<HeadObjectCommandOutput> {
    try {
      return await this.#client.send(new HeadObjectCommand(this.#address(key)));
    } catch (error) {
      if ((error as S3Fault).$metadata?.httpStatusCode === undefined) throw error;
      const { Body } = await this.#client.send(new GetObjectCommand({ ...this.#address(key), Range: 'bytes=0-0' }));
      // The second look found the object, so the refusal has passed.
      await Body?.transformToByteArray();
      return await this.#client.send(new HeadObjectCommand(this.#address(key)));
    }
  }

  async read(key: string): Promise<Uint8Array | undefined> {
    const object = await this.stat(key);
    if (!object) return undefined;
    return Buffer.concat(await Array.fromAsync(this.stream(object, { start: 0, end: object.size })));
  }

  async *stream(object: StoredObject, { start, end }: ByteRange): AsyncIterable<Uint8Array> {
    let position = start;
    for (let breaks = 0; position < end; ) {
      const body = await this.#body(object, { start: position, end });
      try {
        for await (const chunk of body) {
          position += chunk.length;
          breaks = 0;
          yield chunk;
        }
        if (position < end) throw Object.assign(new Error('the connection closed early'), { code: 'ECONNRESET' });
      } catch (error) {
        // The SDK retries a request, but not a body that breaks off: the rest is asked for again, of the same version.
        const explained = this.#explain(object.key, error);
        if (!isBreak(explained) || ++breaks === attempts) throw explained;
        await sleep(pauseMilliseconds(breaks));
      }
    }
  }

  async #body({ key, version }: StoredObject, { start, end }: ByteRange): Promise<AsyncIterable<Uint8Array>> {
    const range = { ...this.#address(key), IfMatch: version, Range: `bytes=${start}-${end - 1}` };
    try {
      const { Body } = await this.#client.send(new GetObjectCommand(range));
      return Body as AsyncIterable<Uint8Array>;
    } catch (error) {
      throw this.#explain(key, error);
    }
  }

  async write(key: string, content: Uint8Array | string, contentType: string): Promise<void> {
    await this.#explained(key, async () => {
      await this.#client.send(new PutObjectCommand({ ...this.#address(key), Body: content, ContentType: contentType }));
    });
  }

  async writeStream(key: string, chunks: AsyncIterable<Uint8Array>, contentType: string): Promise<void> {
    try {
      await uploadInParts(this.#client, { ...this.#address(key), ContentType: contentType }, chunks);
    } catch (error) {
      if ((error as Error).name === 'NoSuchUpload') {
        throw new UnreachableError(`${this.uriOf(key)}: its upload was aborted from elsewhere; try again`);
      }
      throw this.#explain(key, error);
    }
  }

  async remove(keys: string[]): Promise<void> {
    for (let first = 0; first < keys.length; first += deletesPerCall) {
      const some = keys.slice(first, first + deletesPerCall);
      const Objects = some.map((key) => ({ Key: this.#address(key).Key }));
      await this.#explained(some[0], async () => {
        const result = await this.#client.send(new DeleteObjectsCommand({ Bucket: this.#bucket, Delete: { Objects } }));
        const [refused] = result.Errors ?? [];
        if (refused) throw Object.assign(new Error(refused.Message), { name: refused.Code });
      });
    }
  }

  #address(key: string): { Bucket: string; Key: string } {
    return { Bucket: this.#bucket, Key: this.#prefix + key };
  }

  /**
   * Do something with an object.
   * @returns undefined when there is no such object; other failures become messages for people
   */
  async #explained<T>(key: string, action: () => Promise<T>): Promise<T | undefined> {
    try {
      return await action();
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw this.#explain(key, error);
    }
  }

  #explain(key: string, error: unknown): unknown {
    return explainS3Fault(error, { uri: this.uriOf(key), bucket: this.#bucket, attempts });
  }
}

/** Whether the connection is to blame. The rest of a version that was replaced cannot be had. */
function isBreak(error: unknown): boolean {
  return error instanceof UnreachableError && !(error instanceof ReplacedError);
}

function isNotFound(error: unknown): boolean {
  const { name, $metadata } = error as S3Fault;
  return $metadata?.httpStatusCode === 404 && name !== 'NoSuchBucket';
}
