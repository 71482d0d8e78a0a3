import { type BigIntStats, closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join, relative, sep } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { InputError, SettingsError, UnreachableError } from '../errors.ts';
import { isLeftBehind, processMark } from './process-mark.ts';
import { changedWhileRead, removedWhileRead } from './replaced-while-read.ts';
import type { ByteRange, Storage, StoredObject } from './storage.ts';

/** Size of a chunk: large enough that reading does not take the time, small enough to stay in the processor's cache. */
const chunkBytes = 1 << 17;
/** A file has a name with this ending, and who writes it, until it is whole. */
const ending = '.tmp';

/** A folder used as a bucket. Names that start with a dot are not objects. */
export class FileStorage implements Storage {
  readonly #folder: string;
  readonly #swept = new Set<string>();
  /** Memory for chunks that no stream uses at the moment. One a stream would be 15 MB of garbage in ten years' files. */
  #spareChunk: Buffer | undefined;

  constructor(folder: URL) {
    this.#folder = fileURLToPath(folder);
  }

  uriOf(key: string): string {
    return pathToFileURL(this.#path(key)).href;
  }

  async list(prefix: string): Promise<StoredObject[]> {
    const folder = this.#path(prefix.slice(0, prefix.lastIndexOf('/') + 1));
    const entries = await this.#unlessMissing(prefix, () => readdir(folder, { recursive: true, withFileTypes: true }));
    const keys = (entries ?? [])
      .filter((entry) => !entry.isDirectory())
      .map((entry) => relative(this.#folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
      .filter((key) => key.startsWith(prefix) && !key.split('/').some((part) => part.startsWith('.')))
      .sort();
    const objects = await Promise.all(keys.map((key) => this.stat(key)));
    return objects.filter((object) => object !== undefined);
  }

  async stat(key: string): Promise<StoredObject | undefined> {
    const found = await this.#unlessMissing(key, () => stat(this.#path(key), { bigint: true }));
    return found?.isDirectory() ? undefined : found && storedObject(key, found);
  }

  async read(key: string): Promise<Uint8Array | undefined> {
    return await this.#unlessMissing(key, () => readFile(this.#path(key)));
  }

  async *stream(object: StoredObject, { start, end }: ByteRange): AsyncIterable<Uint8Array> {
    const unchanged = (found: BigIntStats) => {
      if (versionOf(found) === object.version) return;
      throw changedWhileRead(this.uriOf(object.key));
    };
    const file = await this.#unlessMissing(object.key, async () => openSync(this.#path(object.key), 'r'));
    if (file === undefined) throw removedWhileRead(this.uriOf(object.key));
    const buffer = this.#spareChunk ?? Buffer.allocUnsafe(chunkBytes);
    this.#spareChunk = undefined;
    try {
      unchanged(fstatSync(file, { bigint: true }));
      for (let position = start; position < end; ) {
        // The read is synchronous, since the reading threads have nothing else to do and a turn of the event loop costs
        // more than a read.
        const size = readSync(file, buffer, 0, Math.min(buffer.length, end - position), position);
        if (size === 0) break;
        yield buffer.subarray(0, size);
        position += size;
      }
      unchanged(fstatSync(file, { bigint: true }));
    } finally {
      this.#spareChunk = buffer;
      closeSync(file);
    }
  }

  async write(key: string, content: Uint8Array | string): Promise<void> {
    await this.#replace(key, content);
  }

  async writeStream(key: string, chunks: AsyncIterable<Uint8Array>): Promise<void> {
    await this.#replace(key, chunks);
  }

  async #replace(key: string, content: Uint8Array | string | AsyncIterable<Uint8Array>): Promise<void> {
    const path = this.#path(key);
    const temporary = join(dirname(path), `.${basename(path)}.${processMark}${ending}`);
    try {
      await mkdir(dirname(path), { recursive: true });
      await this.#sweep(dirname(path));
      try {
        await writeFile(temporary, content);
        await rename(temporary, path);
      } catch (error) {
        await rm(temporary, { force: true });
        throw error;
      }
    } catch (error) {
      throw this.#explain(key, error);
    }
  }

  /** Remove what killed processes have left in a folder. Once is enough: this process leaves nothing. */
  async #sweep(folder: string): Promise<void> {
    if (this.#swept.has(folder)) return;
    this.#swept.add(folder);
    for (const name of await readdir(folder)) {
      if (!name.startsWith('.') || !name.endsWith(ending)) continue;
      const path = join(folder, name);
      const found = await stat(path).catch(() => undefined);
      if (found && isLeftBehind(name.slice(0, -ending.length), found.mtimeMs)) await rm(path, { force: true });
    }
  }

  async remove(keys: string[]): Promise<void> {
    for (const key of keys) {
      // A killed process may have left half of it.
      await this.#unlessMissing(key, () => this.#sweep(dirname(this.#path(key))));
      await this.#unlessMissing(key, () => rm(this.#path(key), { force: true }));
    }
  }

  #path(key: string): string {
    return join(this.#folder, ...key.split('/'));
  }

  /** Do something with a file. @returns undefined when there is no such file */
  async #unlessMissing<T>(key: string, action: () => Promise<T>): Promise<T | undefined> {
    try {
      return await action();
    } catch (error) {
      if (['ENOENT', 'ENOTDIR', 'EISDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined;
      throw this.#explain(key, error);
    }
  }

  #explain(key: string, error: unknown): unknown {
    const uri = this.uriOf(key);
    switch ((error as NodeJS.ErrnoException).code) {
      case 'EACCES':
      case 'EPERM':
      case 'EROFS':
        return new InputError(`${uri}: no permission (${(error as Error).message}); grant this user access to it`);
      case 'ENOSPC':
        return new UnreachableError(`${uri}: the disk is full; make room and run again`);
      case 'EEXIST':
      case 'EISDIR':
      case 'ENOTDIR':
        return new SettingsError(`${uri} cannot be written (${(error as Error).message}); expected a path of folders`);
      default:
        return error;
    }
  }
}

function storedObject(key: string, found: BigIntStats): StoredObject {
  return {
    key,
    size: Number(found.size),
    modified: new Date(Number(found.mtimeMs)),
    version: versionOf(found),
  };
}

const versionOf = ({ ino, size, mtimeNs }: BigIntStats) => `${ino}-${size}-${mtimeNs}`;
