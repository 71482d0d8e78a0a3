/** Where people can open what the pipeline wrote. */
export interface LinkSettings {
  OUTPUT_URI: string;
  PUBLIC_BASE_URL?: string | undefined;
}

/**
 * The address at which people open an output: below `PUBLIC_BASE_URL`, or else in the S3 console, or else the file itself.
 * @param key as in outputs.ts
 */
export function linkTo(key: string, { OUTPUT_URI, PUBLIC_BASE_URL }: LinkSettings): string {
  if (PUBLIC_BASE_URL) return `${PUBLIC_BASE_URL.replace(/\/$/, '')}/${key}`;
  if (!OUTPUT_URI.startsWith('s3:')) return `${OUTPUT_URI}/${key}`;
  const { hostname, pathname } = new URL(`${OUTPUT_URI}/${key}`);
  return `https://s3.console.aws.amazon.com/s3/object/${hostname}?prefix=${encodeURIComponent(decodeURIComponent(pathname.slice(1)))}`;
}
