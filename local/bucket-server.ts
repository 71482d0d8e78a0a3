import { pathToFileURL } from 'node:url';
import { FileStorage } from '../tasks/io/file-storage.ts';
import { LineLog } from '../tasks/io/log.ts';
import { type PageServer, startPageServer } from '../tasks/serve/page-server.ts';

/** Serve reports, charts and exports of a folder to this machine only, as the cluster serves those of the bucket. */
export async function serveBucket(folder: string, port: number): Promise<PageServer> {
  const log = new LineLog(process.stderr);
  return await startPageServer(new FileStorage(pathToFileURL(folder)), { host: '127.0.0.1', port, log });
}
