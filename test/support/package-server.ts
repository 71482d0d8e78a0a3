import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { ZipFile } from 'yazl';

/** A server on this machine that hears what it is asked. */
export interface PackageServer {
  url: string;
  /** The paths asked for, and who asked for them. */
  asked: { path: string; authorization: string | undefined }[];
  close(): void;
}

/** @param answer of a path: content, a status, or undefined for 404 */
export async function startPackageServer(
  answer: (path: string) => Uint8Array | string | number | undefined,
): Promise<PackageServer> {
  const asked: PackageServer['asked'] = [];
  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    const path = request.url!;
    asked.push({ path, authorization: request.headers.authorization });
    const found = answer(path) ?? 404;
    if (typeof found === 'number') response.writeHead(found).end();
    else
      response
        .writeHead(200, { 'content-type': typeof found === 'string' ? 'text/html' : 'application/zip' })
        .end(found);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    asked,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** A zip of texts by name, like a wheel. */
export async function wheelOf(files: Record<string, string>): Promise<{ bytes: Buffer; sha256: string }> {
  const zip = new ZipFile();
  for (const [name, text] of Object.entries(files)) zip.addBuffer(Buffer.from(text), name);
  zip.end();
  const bytes = await buffer(zip.outputStream as NodeJS.ReadableStream);
  return { bytes, sha256: createHash('sha256').update(bytes).digest('hex') };
}
