/** An object in a bucket, or a file in a folder. */
export interface StoredObject {
  /** Name below the storage's root, with `/` between folders. */
  key: string;
  size: number;
  modified: Date;
  /** Changes whenever the content does. */
  version: string;
  /** The service's name for the content; files in a folder have none. */
  etag?: string;
}

/** Bytes from `start` up to, not including, `end`. */
export interface ByteRange {
  start: number;
  end: number;
}

/**
 * A bucket, or a folder used as one. Writing replaces an object whole or not at all.
 *
 * Errors of all methods: InputError when access is refused, UnreachableError when the service does not answer after
 * retries, SettingsError when the bucket or the credentials are wrong.
 */
export interface Storage {
  /** The address of an object, for people. */
  uriOf(key: string): string;
  /** All objects whose key starts with the prefix, sorted by key. */
  list(prefix: string): Promise<StoredObject[]>;
  /** Undefined when there is no such object. */
  stat(key: string): Promise<StoredObject | undefined>;
  /** Undefined when there is no such object. */
  read(key: string): Promise<Uint8Array | undefined>;
  /**
   * The bytes of a range, in chunks of any size. A chunk is valid until the next is asked for: its memory is reused.
   * @throws UnreachableError when the object is no longer the version that `stat` or `list` saw
   */
  stream(object: StoredObject, range: ByteRange): AsyncIterable<Uint8Array>;
  write(key: string, content: Uint8Array | string, contentType: string): Promise<void>;
  /**
   * The same with content that is still arriving, of any length; an error on its way is thrown, and nothing is written.
   * A chunk may be kept until the end.
   */
  writeStream(key: string, chunks: AsyncIterable<Uint8Array>, contentType: string): Promise<void>;
  /** Remove objects. Those that are not there are passed over. */
  remove(keys: string[]): Promise<void>;
}
