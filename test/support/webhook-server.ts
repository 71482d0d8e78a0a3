import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** Answers a message in place of the service. */
export type Answer = (response: ServerResponse, request: IncomingMessage) => void;

/** Stands for the webhook of Slack or Teams, on this machine. */
export interface WebhookServer {
  /** The secret address. */
  url: string;
  /** What was posted, taken or not. */
  posted: { message: any; contentType: string | undefined }[];
  /** What was answered with success. */
  taken: any[];
  /** Answer the next messages like this, one after the other; then as usual. */
  misbehave(...answers: Answer[]): void;
  /** Resolves at the next message that is not answered. */
  held(): Promise<void>;
  reset(): void;
  stop(): Promise<void>;
}

/** The part of the address that no log may have. */
export const secretPath = '/services/T0SECRET/B0SECRET';

export async function startWebhook(): Promise<WebhookServer> {
  const posted: WebhookServer['posted'] = [];
  const taken: any[] = [];
  let answers: Answer[] = [];
  let onHeld = () => {};
  const server = createServer(async (request, response) => {
    const message = JSON.parse((await text(request)) || 'null');
    if (request.url !== secretPath || request.method !== 'POST') return response.writeHead(404).end();
    posted.push({ message, contentType: request.headers['content-type'] });
    const answer = answers.shift();
    if (answer) {
      answer(response, request);
      if (!response.writableEnded && !response.destroyed) onHeld();
      return;
    }
    taken.push(message);
    response.end('ok');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}${secretPath}`,
    posted,
    taken,
    misbehave: (...next) => {
      answers = next;
    },
    held: () =>
      new Promise((resolve) => {
        onHeld = resolve;
      }),
    reset: () => {
      posted.length = 0;
      taken.length = 0;
      answers = [];
    },
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** A status and nothing else. */
export const refuse =
  (status: number, headers: Record<string, string> = {}): Answer =>
  (response) =>
    void response.writeHead(status, headers).end();

/** The connection breaks. */
export const cut: Answer = (response) => void response.destroy();

/** Nothing comes. */
export const hold: Answer = () => {};
