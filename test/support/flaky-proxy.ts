import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A way to a server on this machine that can be cut. */
export interface FlakyProxy {
  port: number;
  /** Bytes that came from the server so far. */
  received(): number;
  /** Cut all connections whenever so many more bytes have come from the server, so many times. */
  cutAfter(bytes: number, times: number): void;
  /**
   * Fall silent on each of the next so many connections once so many bytes have come from its client: bytes are taken
   * and lost, and the connection stays open.
   */
  swallowAfter(bytes: number, times: number): void;
  /** Cut all connections, and refuse new ones. */
  cut(): void;
  /** Let connections through again. */
  mend(): void;
  stop(): Promise<void>;
}

export async function startFlakyProxy(target: number): Promise<FlakyProxy> {
  const sockets = new Set<Socket>();
  let received = 0;
  let limit = Infinity;
  let step = Infinity;
  let cuts = 0;
  let refusing = false;
  let swallowFrom = Infinity;
  let swallows = 0;
  const cutAll = () => {
    for (const socket of sockets) socket.destroy();
    sockets.clear();
  };
  const server = createServer((client) => {
    if (refusing) {
      client.destroy();
      return;
    }
    const upstream = connect(target, '127.0.0.1');
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => {
        sockets.delete(socket);
        client.destroy();
        upstream.destroy();
      });
    }
    let sent = 0;
    let silent = false;
    client.on('data', (chunk) => {
      sent += chunk.length;
      if (!silent && sent >= swallowFrom && swallows > 0) {
        swallows--;
        silent = true;
      }
      if (silent || upstream.write(chunk)) return;
      client.pause();
      upstream.once('drain', () => client.resume());
    });
    client.on('end', () => upstream.end());
    upstream.on('data', (chunk) => {
      if (silent) return;
      received += chunk.length;
      if (received >= limit && cuts > 0) {
        cuts--;
        limit = received + step;
        cutAll();
      } else client.write(chunk);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    received: () => received,
    cutAfter: (bytes, times) => {
      received = 0;
      limit = bytes;
      step = bytes;
      cuts = times;
    },
    swallowAfter: (bytes, times) => {
      swallowFrom = bytes;
      swallows = times;
    },
    mend: () => {
      refusing = false;
    },
    cut: () => {
      refusing = true;
      cutAll();
    },
    stop: async () => {
      cutAll();
      server.close();
      await once(server, 'close');
    },
  };
}
