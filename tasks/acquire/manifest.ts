import { z } from 'zod';
import { InputError } from '../errors.ts';
import { unfinishedName } from '../io/input.ts';
import type { Storage } from '../io/storage.ts';

const fileSchema = z.object({
  name: z.string(),
  /** Where it came from. */
  url: z.string(),
  size: z.number(),
  sha256: z.string(),
  /** Flights in it. */
  rows: z.number(),
  /** Rows that could not be read; `detect` decides on them. */
  unreadable_rows: z.number(),
  months: z.array(z.number()),
  acquired_at: z.string(),
  etag: z.string().optional(),
  last_modified: z.string().optional(),
});

const schema = z.object({
  year: z.number(),
  source: z.string(),
  acquired_by: z.string(),
  /** Time at which the newest file was fetched. */
  acquired_at: z.string(),
  /** The months, from 1 to 12, that are there whole: those of `files`, in order. A whole year has all of them. */
  months: z.array(z.number()).optional(),
  /** Names of all files, also of those that are yet to come. */
  expected: z.array(z.string()),
  /** The files that are there whole. */
  files: z.array(fileSchema),
});

/** The months that files hold, in order. */
export function monthsIn(files: { months: number[] }[]): number[] {
  return [...new Set(files.flatMap(({ months }) => months))].sort((a, b) => a - b);
}

/** What lies in a year's folder, and where it came from. */
export type Manifest = z.infer<typeof schema>;
export type ManifestFile = z.infer<typeof fileSchema>;

/** Lies beside a year that can be read: the whole year, or the months that are published so far. */
const manifestName = 'manifest.json';

/** What is recorded of a year. */
export interface Recorded {
  manifest: Manifest;
  /** Whether what is there can be read as a year, or as a year so far. */
  finished: boolean;
}

/**
 * Read what is recorded in a year's folder; undefined for nothing.
 * @throws InputError when it is no manifest
 */
export async function readManifest(folder: Storage, names: string[]): Promise<Recorded | undefined> {
  const name = [unfinishedName, manifestName].find((name) => names.includes(name));
  if (!name) return undefined;
  const bytes = await folder.read(name);
  if (!bytes) return undefined;
  try {
    return { manifest: schema.parse(JSON.parse(Buffer.from(bytes).toString())), finished: name === manifestName };
  } catch {
    throw new InputError(`${folder.uriOf(name)} is not a manifest that acquire wrote; remove it, or the whole folder`);
  }
}

/** Record what is there so far; with the first record nobody can read the year. */
export async function writeUnfinished(folder: Storage, manifest: Manifest): Promise<void> {
  await folder.write(unfinishedName, text(manifest), 'application/json');
}

/** Record what is there; from here on it can be read. */
export async function finish(folder: Storage, manifest: Manifest): Promise<void> {
  await folder.write(manifestName, text(manifest), 'application/json');
  await folder.remove([unfinishedName]);
}

const text = (manifest: Manifest) => `${JSON.stringify(manifest, null, 2)}\n`;
