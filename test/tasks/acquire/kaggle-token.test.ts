import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import test from 'ava';
import { kaggleAuthorization } from '../../../tasks/acquire/kaggle-token.ts';
import { SettingsError } from '../../../tasks/errors.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

function homeWith(files: Record<string, string>): string {
  const home = temporaryFolder();
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(home, name)), { recursive: true });
    writeFileSync(join(home, name), content);
  }
  return home;
}

const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`;
const json = (username: string) => JSON.stringify({ username, key: 'k' });

test('the token is found where Kaggle’s own client looks, in its order', async (t) => {
  const HOME = homeWith({
    '.kaggle/access_token': 'from-file\n',
    '.kaggle/kaggle.json': json('legacy'),
    'other/kaggle.json': json('other'),
    'token.txt': 'from-named-file\n',
  });
  const legacy = { KAGGLE_USERNAME: 'u', KAGGLE_KEY: 'k' };
  t.is(await kaggleAuthorization({ HOME, ...legacy, KAGGLE_API_TOKEN: 'KGAT_1' }), 'Bearer KGAT_1');
  t.is(await kaggleAuthorization({ HOME, KAGGLE_API_TOKEN: join(HOME, 'token.txt') }), 'Bearer from-named-file');
  t.is(await kaggleAuthorization({ HOME, ...legacy }), 'Bearer from-file');
  t.is(await kaggleAuthorization({ HOME, KAGGLE_CONFIG_DIR: join(HOME, 'other') }), basic('other:k'));
  t.is(await kaggleAuthorization({ HOME, KAGGLE_CONFIG_DIR: join(HOME, 'other'), ...legacy }), basic('u:k'));
});

test('the files may lie in either of the two places', async (t) => {
  t.is(await kaggleAuthorization({ HOME: homeWith({ '.kaggle/kaggle.json': json('a') }) }), basic('a:k'));
  t.is(await kaggleAuthorization({ HOME: homeWith({ '.config/kaggle/kaggle.json': json('b') }) }), basic('b:k'));
  const XDG_CONFIG_HOME = homeWith({ 'kaggle/access_token': 'x' });
  t.is(await kaggleAuthorization({ HOME: '/nowhere', XDG_CONFIG_HOME }), 'Bearer x');
});

test('a missing or malformed token is reported without its content', async (t) => {
  await t.throwsAsync(kaggleAuthorization({ HOME: homeWith({}) }), {
    instanceOf: SettingsError,
    message: /no token for Kaggle: .*KAGGLE_API_TOKEN.*access_token.*KAGGLE_TOKEN_SECRET/,
  });
  for (const content of ['{"username": "geheim"', '{"username": "u", "token": "geheim"}', 'geheim and more words']) {
    const error = await t.throwsAsync(kaggleAuthorization({ HOME: homeWith({ '.kaggle/kaggle.json': content }) }), {
      instanceOf: SettingsError,
    });
    t.notRegex(error.message, /geheim/);
    t.regex(error.message, /kaggle\.json/);
  }
});
