import { FileStorage } from './file-storage.ts';
import { lastSegment, type Origin, type OriginFile } from './origin.ts';
import type { Storage } from './storage.ts';

/** Files of this machine, or of what is mounted on it. */
export class FileOrigin implements Origin {
  async look(url: URL): Promise<OriginFile | undefined> {
    const found = await folderOf(url).stat(lastSegment(url));
    if (!found) return undefined;
    return { url, name: found.key, size: found.size, lastModified: found.modified.toUTCString() };
  }

  async *read({ url }: OriginFile): AsyncIterable<Uint8Array> {
    const folder = folderOf(url);
    const found = await folder.stat(lastSegment(url));
    // The storage reuses a chunk's memory, but the caller may keep the chunk.
    if (found) for await (const chunk of folder.stream(found, { start: 0, end: found.size })) yield Buffer.from(chunk);
  }
}

const folderOf = (url: URL): Storage => new FileStorage(new URL('.', url));
