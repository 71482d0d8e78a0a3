import { lastSegment, type Origin, type OriginFile, StartOverError, shown } from './origin.ts';
import { type Connection, drain, isGone, LostError, WebClient, type WebOptions } from './web-client.ts';

/** Reading an answer to its end is cheaper than a new connection up to here. */
const longestDrainBytes = 1 << 14;

/** Files behind http and https. Certificates are always verified. */
export class WebOrigin implements Origin {
  readonly #client: WebClient;

  constructor(options: WebOptions) {
    this.#client = new WebClient(options);
  }

  async look(url: URL): Promise<OriginFile | undefined> {
    return await this.#client.persistently(url, async () => {
      // It asks for one byte, since not every server answers HEAD as it answers GET.
      const connection = await this.#client.ask(url, { headers: { range: 'bytes=0-0' } });
      try {
        const { status, headers } = connection;
        // Reading the answer to its end lets the next request use the same connection.
        if (Number(headers['content-length'] ?? Infinity) <= longestDrainBytes) await drain(connection.body);
        if (isGone(status)) return undefined;
        const range = /\/(\d+)$/.exec(headers['content-range'] ?? '')?.[1];
        const size = status === 206 ? range : headers['content-length'];
        return {
          url,
          name: lastSegment(connection.url),
          ...(size && { size: Number(size) }),
          ...(headers.etag && { etag: headers.etag }),
          ...(headers['last-modified'] && { lastModified: headers['last-modified'] }),
        };
      } finally {
        connection.close();
      }
    });
  }

  async *read(file: OriginFile): AsyncIterable<Uint8Array> {
    const { url } = file;
    const validator = file.etag?.startsWith('"') ? file.etag : file.lastModified;
    let position = 0;
    for (let failures = 0; ; ) {
      let connection: Connection | undefined;
      try {
        if (position > 0 && !validator) throw new StartOverError();
        const headers = position > 0 ? { range: `bytes=${position}-`, 'if-range': validator! } : {};
        connection = await this.#client.ask(url, { headers });
        const { status, body } = connection;
        if (isGone(status) || status === 416) throw changed(url);
        if (position > 0 && status !== 206) throw new StartOverError();
        const rest = connection.headers['content-length'];
        if (file.size !== undefined && rest !== undefined && position + Number(rest) !== file.size) throw changed(url);
        for await (const chunk of body as AsyncIterable<Buffer>) {
          position += chunk.length;
          failures = 0;
          connection.patient = true;
          yield chunk;
          connection.patient = false;
          connection.heard();
        }
        if (file.size !== undefined && position < file.size) throw new LostError('the connection closed early');
        return;
      } catch (error) {
        await this.#client.pauseAfter(error, { url, failures: ++failures, lost: connection?.lost });
      } finally {
        connection?.close();
      }
    }
  }
}

const changed = (url: URL) => new StartOverError(`${shown(url)} changed while it was fetched`);
