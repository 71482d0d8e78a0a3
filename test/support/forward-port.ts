import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A way from an address of this machine to a port of its loopback, for pods to come in by; it can be held up. */
export interface ForwardedPort {
  port: number;
  /** Let no byte through any more, without closing a connection. */
  hold(): void;
  release(): void;
  stop(): Promise<void>;
}

export async function forwardPort(address: string, target: number): Promise<ForwardedPort> {
  const sockets = new Set<Socket>();
  let held = false;
  const server = createServer((client) => {
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
    upstream.pipe(client);
    client.pipe(upstream);
    if (held) for (const socket of [client, upstream]) socket.pause();
  }).listen(0, address);
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    hold: () => {
      held = true;
      for (const socket of sockets) socket.pause();
    },
    release: () => {
      held = false;
      for (const socket of sockets) socket.resume();
    },
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
