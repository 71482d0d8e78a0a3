import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('../../.local/test-artifacts/', import.meta.url));

/** Keep a PNG that a test took, for people to look at; GitHub's workflow publishes the folder. */
export function keepPicture(name: string, png: Uint8Array): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, name), png);
}
