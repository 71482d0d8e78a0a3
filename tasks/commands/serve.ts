import { once } from 'node:events';
import type { Command } from '../command.ts';
import { openOutput } from '../io/output.ts';
import { startPageServer } from '../serve/page-server.ts';

/** Serves pages, charts and exports over HTTP until the process is told to stop. */
export const serve: Command<'OUTPUT_URI' | 'AWS_ENDPOINT_URL_S3'> = {
  settings: ['OUTPUT_URI', 'AWS_ENDPOINT_URL_S3'],
  async run({ settings, host, port, log, signal }) {
    const storage = await openOutput(settings);
    const server = await startPageServer(storage, { host, port, log });
    log.info('serving', { outputs: storage.uriOf(''), url: server.url });
    if (!signal.aborted) await once(signal, 'abort');
    await server.stop();
  },
};
