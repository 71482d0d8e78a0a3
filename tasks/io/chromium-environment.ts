import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';

/** The variables that a browser gets. It gets none that it does not need, such as the database's address. */
export const browserVariables = [
  'PATH',
  'HOME',
  'TMPDIR',
  'LANG',
  'LD_LIBRARY_PATH',
  'FONTCONFIG_PATH',
  'FONTCONFIG_FILE',
] as const;

export type BrowserVariables = { [Name in (typeof browserVariables)[number]]?: string | undefined };

/**
 * The environment of a browser. One that was unpacked has libraries and a font beside it; they are used where the
 * system has none.
 */
export async function chromiumEnvironment(
  chromium: string,
  variables: BrowserVariables,
): Promise<Record<string, string>> {
  const environment: Record<string, string> = {};
  for (const name of browserVariables) if (variables[name]) environment[name] = variables[name];
  const folder = dirname(chromium);
  const libraries = join(folder, 'lib');
  if (existsSync(join(libraries, 'libnss3.so'))) {
    const lacking = await foldersBeforeLacking(chromium, environment);
    if (lacking) environment.LD_LIBRARY_PATH = [...lacking, libraries].join(delimiter);
  }
  const fonts = join(folder, 'fonts.conf');
  if (existsSync(fonts) && !variables.FONTCONFIG_PATH) environment.FONTCONFIG_FILE ??= fonts;
  return environment;
}

/**
 * Where the loader finds those libraries that the system has; undefined when it has all. The loader looks into
 * `LD_LIBRARY_PATH` before it looks into the system's folders, so these must be named there, too, to stay the first.
 */
async function foldersBeforeLacking(
  chromium: string,
  environment: Record<string, string>,
): Promise<string[] | undefined> {
  // The loader then lists the libraries, as it does for ldd, and does not start the program.
  const env = { ...environment, LD_TRACE_LOADED_OBJECTS: '1' };
  const { stdout } = await promisify(execFile)(chromium, { env }).catch(() => ({ stdout: '' }));
  if (!stdout.includes('=> not found')) return undefined;
  const given = environment.LD_LIBRARY_PATH?.split(delimiter) ?? [];
  const found = [...stdout.matchAll(/=> (\/.*) \(0x/g)].map(([, path]) => dirname(path));
  return [...new Set([...given, ...found])];
}
