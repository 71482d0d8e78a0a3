import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, resolve, sep } from 'node:path';
import { pipeline } from 'node:stream/promises';

/** Files of a folder over HTTP, as the bucket's are behind PUBLIC_BASE_URL. */
export interface FolderServer {
  url: string;
  stop(): Promise<void>;
}

const types: Record<string, string> = { '.html': 'text/html; charset=utf-8', '.png': 'image/png' };

/** Serve a folder on 127.0.0.1, so that no other machine reaches it. */
export async function serveFolder(folder: string, port: number): Promise<FolderServer> {
  const server = createServer(async (request, response) => {
    try {
      const path = decodeURIComponent(new URL(request.url!, 'http://localhost').pathname);
      const file = resolve(folder, `.${path}`);
      if (!file.startsWith(folder + sep) || !(await stat(file)).isFile()) throw new Error('not a file of the folder');
      response.setHeader('Content-Type', types[extname(file)] ?? 'application/octet-stream');
      await pipeline(createReadStream(file), response);
    } catch {
      if (!response.headersSent) response.writeHead(404);
      response.end();
    }
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${port}`,
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
