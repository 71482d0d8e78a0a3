import { createHash } from 'node:crypto';
import { PassThrough } from 'node:stream';
import { InputError, UnreachableError } from '../errors.ts';
import { DamagedError, type Kind, kindOf } from '../io/archive.ts';
import { type Origin, type OriginFile, StartOverError, shown } from '../io/origin.ts';
import type { Storage } from '../io/storage.ts';
import { checkFlights, type FlightsFound } from './check-flights.ts';
import type { ManifestFile } from './manifest.ts';
import { missingMonthsError } from './missing-months.ts';

/** A copy may be damaged on its way; a file that is damaged each time is so where it lies. */
const attempts = 3;
/** What the check may lag behind the storage. */
const lagBytes = 1 << 18;

const contentTypes: Record<Kind, string> = {
  csv: 'text/csv',
  gzip: 'application/gzip',
  zstd: 'application/zstd',
  zip: 'application/zip',
  parquet: 'application/vnd.apache.parquet',
};

/** What to fetch, and where to put it. */
export interface FetchRequest {
  origin: Origin;
  found: OriginFile;
  folder: Storage;
  /** Name of the file in the folder. Its ending says how to read it. */
  name: string;
  year: number;
  months: number[];
  onRetry(what: string): void;
  onProgress(bytes: number): void;
  signal: AbortSignal;
}

/**
 * Fetch a file into the year's folder. On its way every row of it is read; it is there only when it is whole and holds
 * what it should.
 * @throws InputError when it is damaged each time, or holds something else
 * @throws UnreachableError when its connection broke each time, and it had to be begun anew
 */
export async function fetchFile(request: FetchRequest): Promise<ManifestFile> {
  const { origin, folder, name, months, onRetry, onProgress, signal } = request;
  const url = shown(request.found.url);
  let found = request.found;
  for (let attempt = 1; ; attempt++) {
    let bytes = 0;
    const count = (more: number) => {
      bytes += more;
      onProgress(more);
    };
    try {
      const passage = new Passage({ ...request, found }, count);
      await folder.writeStream(name, passage.chunks(), contentTypes[kindOf(name)!]);
      return {
        name,
        url,
        size: bytes,
        sha256: passage.sha256,
        rows: passage.flights.rows,
        unreadable_rows: passage.flights.unreadableRows,
        months,
        acquired_at: new Date().toISOString(),
        ...(found.etag && { etag: found.etag }),
        ...(found.lastModified && { last_modified: found.lastModified }),
      };
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof DamagedError || error instanceof StartOverError)) throw error;
      const what = error instanceof DamagedError ? `it ${error.reason}` : error.message || 'the connection broke';
      if (attempt === attempts) {
        const sentence = `${url} was fetched ${attempts} times, and each time ${what}; try again later`;
        if (error instanceof DamagedError) throw new InputError(`${sentence}, or put a good copy into the folder`);
        throw new UnreachableError(sentence);
      }
      onProgress(-bytes);
      onRetry(`${url}: ${what}; fetching it again`);
    }
    const again = await origin.look(request.found.url);
    if (!again) throw missingMonthsError(request.year, `${url} disappeared while it was fetched; try again later`);
    found = again;
  }
}

/** A file on its way from its origin to the storage. */
class Passage {
  sha256 = '';
  flights!: FlightsFound;
  readonly #request: FetchRequest;
  readonly #count: (bytes: number) => void;

  constructor(request: FetchRequest, count: (bytes: number) => void) {
    this.#request = request;
    this.#count = count;
  }

  /** The file's bytes; they end well only if the file is what it should be. */
  async *chunks(): AsyncIterable<Uint8Array> {
    const { origin, found, name, year, months } = this.#request;
    const hash = createHash('sha256');
    const copy = new PassThrough({ highWaterMark: lagBytes });
    const checking = checkFlights(copy, { name: shown(found.url), kind: kindOf(name)!, year, months });
    // When the check fails, the file need not arrive any further.
    const failed = checking.then(
      () => new Promise<never>(() => {}),
      (error) => Promise.reject(error),
    );
    failed.catch(() => {});
    copy.on('error', () => {});
    try {
      for await (const chunk of origin.read(found)) {
        hash.update(chunk);
        this.#count(chunk.length);
        if (!copy.write(chunk)) await Promise.race([drained(copy), failed]);
        yield chunk;
      }
      copy.end();
      this.flights = await checking;
      this.sha256 = hash.digest('hex');
    } finally {
      copy.destroy();
    }
  }
}

const drained = (stream: PassThrough) => new Promise((resolve) => stream.once('drain', resolve));
