import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';

const folder = fileURLToPath(new URL('../../charts/superset/bundle/', import.meta.url));

/** The bundle's files of a kind: `charts`, `datasets`, … */
export function bundleFiles(kind: string): any[] {
  return readdirSync(join(folder, kind), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.yaml'))
    .map((path) => parse(readFileSync(join(folder, kind, path), 'utf8')));
}
