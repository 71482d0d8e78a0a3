import { openStorage } from './open-storage.ts';
import type { Storage } from './storage.ts';

/** Open where the pipeline writes. */
export function openOutput(settings: {
  OUTPUT_URI: string;
  AWS_ENDPOINT_URL_S3?: string | undefined;
}): Promise<Storage> {
  return openStorage({ root: `${settings.OUTPUT_URI}/`, s3PathStyle: settings.AWS_ENDPOINT_URL_S3 !== undefined });
}
