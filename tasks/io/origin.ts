/** A file to be fetched, as it was when it was looked at. */
export interface OriginFile {
  /** Where it was asked for. */
  url: URL;
  /** What it is called there; a redirect may have said so. */
  name: string;
  /** Size in bytes, if the origin gives it. */
  size?: number;
  /** A tag that changes with the content, if the origin gives one. */
  etag?: string;
  lastModified?: string;
}

/**
 * Where files are fetched from.
 *
 * Errors of both methods: UnreachableError when it does not answer after retries, SettingsError when it refuses access
 * or its certificate cannot be verified.
 */
export interface Origin {
  /** Undefined when there is no such file. */
  look(url: URL): Promise<OriginFile | undefined>;
  /**
   * The file's bytes, whole; a connection that breaks is made again where it broke.
   * @throws StartOverError when the rest cannot be had
   */
  read(file: OriginFile): AsyncIterable<Uint8Array>;
}

/** What has been read of a file is of no use, but it can be read again from its beginning. */
export class StartOverError extends Error {}

/** An address without what may be secret in it. */
export function shown({ protocol, host, pathname, hash }: URL): string {
  return `${protocol}//${host}${pathname}${hash}`;
}

/** The last part of an address. */
export function lastSegment({ pathname }: URL): string {
  const path = decoded(pathname);
  return path.slice(path.lastIndexOf('/') + 1);
}

/** A server may send us anywhere, also to an address that is not UTF-8; then that is the name. */
function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
