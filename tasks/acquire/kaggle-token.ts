import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SettingsError } from '../errors.ts';
import { readSecret } from '../io/secret.ts';

/** Kaggle's own variables, and where a pod finds the token. */
export interface KaggleSettings {
  KAGGLE_TOKEN_SECRET?: string | undefined;
  KAGGLE_API_TOKEN?: string | undefined;
  KAGGLE_USERNAME?: string | undefined;
  KAGGLE_KEY?: string | undefined;
  KAGGLE_CONFIG_DIR?: string | undefined;
  XDG_CONFIG_HOME?: string | undefined;
  HOME?: string | undefined;
}

/**
 * The value of the header `Authorization` for Kaggle. The token is looked for in this order: the secret; then, as in Kaggle's
 * own client (kaggle 2.2, kagglesdk 0.1), the variable `KAGGLE_API_TOKEN` (the token or a file that holds it), the file `access_token`,
 * `KAGGLE_USERNAME` and `KAGGLE_KEY`, the file `kaggle.json`.
 * @throws SettingsError when there is none
 */
export async function kaggleAuthorization(settings: KaggleSettings): Promise<string> {
  const { KAGGLE_TOKEN_SECRET: arn, KAGGLE_API_TOKEN: token, KAGGLE_USERNAME: username, KAGGLE_KEY: key } = settings;
  if (arn) return authorization(await readSecret(arn), `the secret ${arn}`);
  if (token) return authorization((await textOf(token)) ?? token, 'KAGGLE_API_TOKEN');
  const folders = configFolders(settings);
  for (const file of folders.flatMap((folder) => [join(folder, 'access_token'), join(folder, 'access_token.txt')])) {
    const text = await textOf(file);
    if (text) return authorization(text, file);
  }
  if (username && key) return basic(username, key);
  for (const file of folders.map((folder) => join(folder, 'kaggle.json'))) {
    const text = await textOf(file);
    if (text) return authorization(text, file);
  }
  throw new SettingsError(
    'no token for Kaggle: make one in your account’s settings at kaggle.com and put it into KAGGLE_API_TOKEN or ' +
      `${join(folders[0] ?? '~/.kaggle', 'access_token')}, or in the cloud into the secret that KAGGLE_TOKEN_SECRET names`,
  );
}

function configFolders({ KAGGLE_CONFIG_DIR, XDG_CONFIG_HOME, HOME }: KaggleSettings): string[] {
  if (KAGGLE_CONFIG_DIR) return [KAGGLE_CONFIG_DIR];
  return [
    ...(HOME ? [join(HOME, '.kaggle')] : []),
    ...(XDG_CONFIG_HOME ? [join(XDG_CONFIG_HOME, 'kaggle')] : HOME ? [join(HOME, '.config', 'kaggle')] : []),
  ];
}

/** From a token as it is, or from what a file `kaggle.json` holds. */
function authorization(text: string, where: string): string {
  const content = text.trim();
  if (!content.startsWith('{')) {
    if (/^\S+$/.test(content)) return `Bearer ${content}`;
    throw new SettingsError(`${where} holds no token for Kaggle; expected one word, or the content of kaggle.json`);
  }
  try {
    const { username, key } = JSON.parse(content) as { username?: unknown; key?: unknown };
    if (typeof username === 'string' && typeof key === 'string') return basic(username, key);
  } catch {
    // The parser's message is left out, since it may quote a part of the secret.
  }
  throw new SettingsError(`${where} is not a kaggle.json of Kaggle; expected {"username": …, "key": …}`);
}

const basic = (username: string, key: string) => `Basic ${Buffer.from(`${username}:${key}`).toString('base64')}`;

/** Undefined when there is no such file. */
async function textOf(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (['ENOENT', 'ENOTDIR', 'EISDIR', 'ENAMETOOLONG'].includes(code ?? '')) return undefined;
    throw new SettingsError(`the token for Kaggle cannot be read (${message}); grant this user access to it`);
  }
}
