import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { webhookAddress } from '../../../tasks/digest/webhook-address.ts';
import { SettingsError } from '../../../tasks/errors.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const folder = temporaryFolder();

test('the address itself is taken, or a file that holds it', async (t) => {
  const address = 'https://hooks.example/services/T0/B0?sig=a%2Fb';
  t.is((await webhookAddress({ DIGEST_WEBHOOK_URL: address })).href, address);
  const file = join(folder, 'address');
  writeFileSync(file, `${address}\n`);
  t.is((await webhookAddress({ DIGEST_WEBHOOK_URL: file })).href, address);
});

test('http is for this machine only', async (t) => {
  for (const host of ['localhost', '127.0.0.1', '[::1]']) {
    t.truthy(await webhookAddress({ DIGEST_WEBHOOK_URL: `http://${host}:8080/x` }));
  }
  await t.throwsAsync(webhookAddress({ DIGEST_WEBHOOK_URL: 'http://hooks.example/x' }), {
    instanceOf: SettingsError,
    message: /DIGEST_WEBHOOK_URL holds no address of a webhook; expected one that starts with https:/,
  });
});

test('what is wrong is told without what was given', async (t) => {
  const file = join(folder, 'other');
  writeFileSync(file, 'not secret');
  for (const given of [
    'hooks.example/secret',
    'ftp://hooks.example/secret',
    `secret${'x'.repeat(300)}`,
    file,
    folder,
  ]) {
    const error = await t.throwsAsync(webhookAddress({ DIGEST_WEBHOOK_URL: given }), { instanceOf: SettingsError });
    t.notRegex(error.message, /secret|other/);
  }
  await t.throwsAsync(webhookAddress({}), {
    instanceOf: SettingsError,
    message: /DIGEST_WEBHOOK is set, but not where/,
  });
});
