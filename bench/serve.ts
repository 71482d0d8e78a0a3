// A web server for the files of a folder, limited to a number of bytes a second. The benchmark of `acquire` fetches from
// it.
import { createReadStream, statSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { basename, join } from 'node:path';
import { Transform } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';

const [, , folder, megabytesPerSecond] = process.argv;
const bytesPerSecond = Number(megabytesPerSecond) * 1e6;
/** When what was sent so far may be through, on a line that all share. */
let lineIsFreeAt = 0;

const server = createServer((request, response) => {
  const path = join(folder, basename(request.url!));
  const size = statSync(path, { throwIfNoEntry: false })?.size;
  if (size === undefined) {
    response.writeHead(404).end();
    return;
  }
  if (request.headers.range === 'bytes=0-0') {
    response.writeHead(206, { 'content-length': 1, 'content-range': `bytes 0-0/${size}` }).end('P');
    return;
  }
  response.writeHead(200, { 'content-length': size });
  const line = new Transform({
    transform: async (chunk: Buffer, _, done) => {
      lineIsFreeAt = Math.max(lineIsFreeAt, performance.now()) + (chunk.length / bytesPerSecond) * 1000;
      const wait = lineIsFreeAt - performance.now();
      if (wait > 1) await sleep(wait);
      done(null, chunk);
    },
  });
  createReadStream(path).pipe(line).pipe(response);
}).listen(0, '127.0.0.1', () => console.log((server.address() as AddressInfo).port));
