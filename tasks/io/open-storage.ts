import { SettingsError } from '../errors.ts';
import type { Storage } from './storage.ts';

/** How to open a storage; plain data, so that it can be sent to another thread. */
export interface StorageLocation {
  /** `s3://bucket/prefix` or `file:///folder`. */
  root: string;
  /** Whether the bucket's name goes into the path instead of the host name (S3 servers other than AWS). */
  s3PathStyle: boolean;
}

/** Open a bucket or folder; the code of the kind that is not used is not loaded. */
export async function openStorage({ root, s3PathStyle }: StorageLocation): Promise<Storage> {
  const url = new URL(root);
  if (url.protocol === 's3:') {
    const { S3Storage } = await import('./s3-storage.ts');
    return new S3Storage(url, { pathStyle: s3PathStyle });
  }
  if (url.protocol === 'file:') {
    const { FileStorage } = await import('./file-storage.ts');
    return new FileStorage(url);
  }
  throw new SettingsError(`${root}: expected an address that starts with s3:// or file://`);
}
