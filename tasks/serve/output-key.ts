/** The folders below `OUTPUT_URI` that people may read. Summaries and rejects are the pipeline's own. */
export const publicFolders = ['reports', 'plots', 'exports'] as const;

/** What the pipeline's names are made of. None of them has a `%`, so that nothing is ever decoded. */
const name = '[A-Za-z0-9][A-Za-z0-9._-]{0,99}';
const publicKey = new RegExp(`^/((?:${publicFolders.join('|')})(?:/${name}){1,4})$`);

/**
 * The output that a path asks for, as in outputs.ts.
 * @param path of an address, as the client sent it, without its query
 * @returns undefined for anything that cannot be a name of an output
 */
export function outputKey(path: string): string | undefined {
  return publicKey.exec(path)?.[1];
}
