// A plain parallel download of an object that discards the bytes. Reading from S3 is compared with it.
import { GetObjectCommand, HeadObjectCommand, S3Client } from '@aws-sdk/client-s3';

const [, , bucket, key] = process.argv;
const streams = 8;
const client = new S3Client({ forcePathStyle: true });
const { ContentLength = 0 } = await client.send(new HeadObjectCommand({ Bucket: bucket, Key: key }));
const part = Math.ceil(ContentLength / streams);
const received = await Promise.all(
  Array.from({ length: streams }, async (_, index) => {
    const Range = `bytes=${index * part}-${Math.min(ContentLength, (index + 1) * part) - 1}`;
    const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key, Range }));
    let bytes = 0;
    for await (const chunk of Body as AsyncIterable<Uint8Array>) bytes += chunk.length;
    return bytes;
  }),
);
console.log(received.reduce((sum, bytes) => sum + bytes, 0));
