import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const publicIndex = 'https://pypi.org/simple';
/** uv's own variables first, since uv reads nothing of pip's. */
const variables = ['UV_DEFAULT_INDEX', 'UV_INDEX_URL', 'PIP_INDEX_URL'];

/** The index that Python packages come from. */
export function packageIndex(environment: NodeJS.ProcessEnv): string {
  return configuredIndex(environment) ?? publicIndex;
}

/** The index that the environment names for uv or pip, or that pip's files name. */
export function configuredIndex(environment: NodeJS.ProcessEnv): string | undefined {
  for (const name of variables) if (environment[name]) return environment[name];
  for (const file of pipFiles(environment)) {
    const index = indexIn(file);
    if (index) return index;
  }
  return undefined;
}

/** An index without its name and password, for people. */
export function shownIndex(index: string): string {
  const url = URL.parse(index);
  if (!url) return index;
  url.username = '';
  url.password = '';
  return url.href;
}

/**
 * Where pip looks for its settings; the first file counts most.
 * Source: https://pip.pypa.io/en/stable/topics/configuration/
 */
function pipFiles({ PIP_CONFIG_FILE, HOME, XDG_CONFIG_HOME }: NodeJS.ProcessEnv): string[] {
  const files: (string | undefined)[] = [
    PIP_CONFIG_FILE,
    HOME && join(HOME, 'Library/Application Support/pip/pip.conf'),
    XDG_CONFIG_HOME ? join(XDG_CONFIG_HOME, 'pip/pip.conf') : HOME && join(HOME, '.config/pip/pip.conf'),
    HOME && join(HOME, '.pip/pip.conf'),
    '/etc/pip.conf',
    '/etc/xdg/pip/pip.conf',
    '/Library/Application Support/pip/pip.conf',
  ];
  return files.filter((file) => file !== undefined && file !== '') as string[];
}

/** What the file says of the index; section `install` counts more than `global`. */
function indexIn(file: string): string | undefined {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
  const found: Record<string, string> = {};
  let section = '';
  for (const line of text.split('\n')) {
    const [, header] = /^\[(.+)\]/.exec(line) ?? [];
    if (header) section = header;
    const [, value] = /^index[-_]url\s*[=:]\s*(\S+)/.exec(line) ?? [];
    if (value) found[section] = value;
  }
  return found.install ?? found.global;
}
