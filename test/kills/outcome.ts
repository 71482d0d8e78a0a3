import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { Client } from 'pg';

/** What a year's runs have left, without the times at which they ran. */
export interface Outcome {
  /** Hashes of the files below the bucket by name. */
  files: Record<string, string>;
  /** Hashes of the year's rows by table. */
  tables: Record<string, string>;
}

/** Tables that are readable as one: `load` writes them in one transaction. */
const loadedTables = ['airport_days', 'airport_years', 'events', 'contributors', 'segment_anomalies', 'summaries'];
const noTimes = `- 'started_at' - 'finished_at' - 'loaded_at'`;

export async function outcomeOf(bucket: string, client: Client, year: number): Promise<Outcome> {
  const tables: Record<string, string> = {};
  // Only the newest row of `runs` is compared, since there is one for each summary that was published.
  const newest = '(SELECT * FROM runs WHERE year = $1 ORDER BY started_at DESC LIMIT 1)';
  for (const [table, rows] of [...loadedTables.map((name) => [name, name]), ['the newest run', newest]]) {
    const { rows: hashes } = await client.query(`SELECT ${hashOf(rows)} AS hash`, [year]);
    tables[table] = hashes[0].hash;
  }
  return { files: filesIn(bucket), tables };
}

/** One statement sees one moment: a year is all of one summary, or a reader has seen a mixture. */
export async function loadedState(client: Client, year: number): Promise<string> {
  const { rows } = await client.query(`SELECT ${loadedTables.map(hashOf).join(` || ' ' || `)} AS state`, [year]);
  return rows[0].state;
}

export function stateOf({ tables }: Outcome): string {
  return loadedTables.map((table) => tables[table]).join(' ');
}

/** @param rows a table, or a query in brackets */
function hashOf(rows: string): string {
  return `(SELECT coalesce(md5(string_agg(line, E'\\n' ORDER BY line COLLATE "C")), 'none')
    FROM (SELECT (to_jsonb(t) ${noTimes})::text AS line FROM ${rows} AS t WHERE year = $1) AS lines)`;
}

/**
 * Hashes of all files by name, also of those whose names start with a dot.
 * @param known hashes by state of the file, so that who looks often reads only what has changed
 */
export function filesIn(folder: string, known = new Map<string, string>()): Record<string, string> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const hashes: Record<string, string> = {};
  for (const path of entries.map(({ parentPath, name }) => join(parentPath, name)).sort()) {
    const found = statSync(path, { bigint: true, throwIfNoEntry: false });
    if (!found) continue;
    const state = `${found.ino} ${found.size} ${found.mtimeNs}`;
    const hash = known.get(state) ?? hashOfFile(path);
    if (!hash) continue;
    known.set(state, hash);
    hashes[relative(folder, path)] = hash;
  }
  return hashes;
}

/** Undefined when the file has just been removed. */
function hashOfFile(path: string): string | undefined {
  try {
    return createHash('sha256').update(readFileSync(path)).digest('hex');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
