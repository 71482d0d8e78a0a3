import {
  AbortMultipartUploadCommand,
  type CompletedPart,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';

/** Size of a part: the least that S3 takes. With its limit of 10,000 parts an object can have 50 GB. */
const partBytes = 5 << 20;

/** Where an object is to be. */
export interface UploadTarget {
  Bucket: string;
  Key: string;
  ContentType: string;
}

/**
 * Write an object from bytes that arrive: while a part is sent, the next is gathered. `Upload` of @aws-sdk/lib-storage
 * does the same with three to four times the memory, since it gathers chunks and joins them for each part.
 */
export async function uploadInParts(
  client: S3Client,
  target: UploadTarget,
  chunks: AsyncIterable<Uint8Array>,
): Promise<void> {
  const { Bucket, Key } = target;
  const parts: CompletedPart[] = [];
  let UploadId: string | undefined;
  let gathered: Buffer = Buffer.allocUnsafeSlow(partBytes);
  let free: Buffer | undefined;
  let length = 0;
  let sending = Promise.resolve();

  /** Send what is gathered as soon as the part before is through, whose memory then takes the next. */
  const send = async () => {
    await sending;
    UploadId ??= (await client.send(new CreateMultipartUploadCommand({ ...target, ChecksumAlgorithm: 'CRC32' })))
      .UploadId;
    const PartNumber = parts.length + 1;
    const part: CompletedPart = { PartNumber };
    parts.push(part);
    const Body = gathered.subarray(0, length);
    sending = client
      .send(new UploadPartCommand({ Bucket, Key, UploadId, PartNumber, Body }))
      .then(({ ETag, ChecksumCRC32 }) => void Object.assign(part, { ETag, ChecksumCRC32 }));
    // Whoever awaits it next gets the error; until then it must not count as unhandled.
    sending.catch(() => {});
    [gathered, free, length] = [free ?? Buffer.allocUnsafeSlow(partBytes), gathered, 0];
  };

  try {
    for await (const chunk of chunks) {
      for (let taken = 0; taken < chunk.length; ) {
        if (length === partBytes) await send();
        const some = chunk.subarray(taken, taken + partBytes - length);
        gathered.set(some, length);
        length += some.length;
        taken += some.length;
      }
    }
    if (parts.length === 0) {
      await client.send(new PutObjectCommand({ ...target, Body: gathered.subarray(0, length) }));
      return;
    }
    await send();
    await sending;
    await client.send(new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload: { Parts: parts } }));
  } catch (error) {
    await sending.catch(() => {});
    // If this also fails, the first error is still the one to report; the bucket's lifecycle rule removes the parts.
    if (UploadId) await client.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId })).catch(() => {});
    throw error;
  }
}
