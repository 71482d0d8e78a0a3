import type { Socket } from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Client } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';

export interface CopyOptions {
  signal: AbortSignal;
  /** How long the line may be silent. */
  patienceMilliseconds?: number;
}

const defaultPatienceMilliseconds = 60_000;
const looksInPatience = 30;

/**
 * Copy rows into a table. A server that vanishes without a word, or a router that drops packets, would leave both sides
 * waiting for hours; so the line is given up when no byte was taken and no answer came for a while. Nothing but COPY
 * itself is watched: what the server does afterwards, such as a commit, may take its time.
 * @param chunks what follows `COPY … FROM STDIN`
 * @returns the number of rows
 * @throws Error with code ETIMEDOUT when the line is silent; the connection is then closed
 */
export async function copyIn(
  client: Client,
  statement: string,
  chunks: Iterable<Buffer>,
  { signal, patienceMilliseconds = defaultPatienceMilliseconds }: CopyOptions,
): Promise<number> {
  const copy = client.query(copyFrom(statement));
  const line = client.connection.stream as Socket;
  let silence: Error | undefined;
  let before = '';
  let silentLooks = 0;
  // Looks are counted rather than time, so that a process that was suspended does not blame the line.
  const watchdog = setInterval(() => {
    const now = [line.bytesWritten, line.writableLength, line.bytesRead].join();
    silentLooks = now === before ? silentLooks + 1 : 0;
    before = now;
    if (silentLooks < looksInPatience) return;
    const words = `the server neither took a byte nor answered for ${patienceMilliseconds / 1000} s of COPY`;
    silence = Object.assign(new Error(words), { code: 'ETIMEDOUT' });
    line.destroy();
  }, patienceMilliseconds / looksInPatience);
  try {
    await pipeline(Readable.from(chunks), copy, { signal });
    return copy.rowCount;
  } catch (error) {
    throw silence ?? error;
  } finally {
    clearInterval(watchdog);
  }
}
