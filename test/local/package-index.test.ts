import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import test from 'ava';
import { configuredIndex, packageIndex, shownIndex } from '../../local/package-index.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

function pipFile(text: string, name = 'pip.conf'): { folder: string; file: string } {
  const folder = temporaryFolder();
  const file = join(folder, name);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  return { folder, file };
}

test("uv's variables count more than pip's, and pip's variable more than its files", (t) => {
  const { file } = pipFile('[global]\nindex-url = https://files.example/simple\n');
  const files = { PIP_CONFIG_FILE: file };
  const pip = { ...files, PIP_INDEX_URL: 'https://pip.example/simple' };
  const uv = { ...pip, UV_INDEX_URL: 'https://uv.example/simple' };
  t.is(packageIndex(files), 'https://files.example/simple');
  t.is(packageIndex(pip), 'https://pip.example/simple');
  t.is(packageIndex(uv), 'https://uv.example/simple');
  t.is(packageIndex({ ...uv, UV_DEFAULT_INDEX: 'https://newer.example/simple' }), 'https://newer.example/simple');
  t.is(packageIndex({ ...uv, UV_INDEX_URL: '' }), 'https://pip.example/simple');
});

test("pip's files are read as pip reads them", (t) => {
  const { folder } = pipFile('[global]\nindex_url: https://home.example/simple\n', '.config/pip/pip.conf');
  t.is(configuredIndex({ HOME: folder }), 'https://home.example/simple');
  const { file } = pipFile(
    '[global]\n# index-url = https://comment.example\nindex-url=https://global.example/simple\n' +
      '[install]\nindex-url = https://install.example/simple\n[download]\nindex-url = https://other.example\n',
  );
  t.is(configuredIndex({ HOME: folder, PIP_CONFIG_FILE: file }), 'https://install.example/simple');
  const silent = pipFile('[global]\ncert = /some.pem\n');
  t.is(configuredIndex({ HOME: folder, PIP_CONFIG_FILE: silent.file }), 'https://home.example/simple');
});

test('an index is shown without its name and password', (t) => {
  t.is(shownIndex('https://name:secret@index.example/simple'), 'https://index.example/simple');
  t.is(shownIndex('https://token@index.example/simple'), 'https://index.example/simple');
});
