import { readFile } from 'node:fs/promises';
import { SettingsError } from '../errors.ts';
import { readSecret } from '../io/secret.ts';

/** Where the address of the webhook is. Whoever knows it may write to the channel, so no message repeats it. */
export interface WebhookSettings {
  /** ARN of a secret in AWS Secrets Manager. */
  DIGEST_WEBHOOK_SECRET?: string | undefined;
  /** The address itself, or a file that holds it. */
  DIGEST_WEBHOOK_URL?: string | undefined;
}

/**
 * The address of the webhook: from the secret, else from `DIGEST_WEBHOOK_URL`.
 * @throws SettingsError when there is none, or it is not one
 */
export async function webhookAddress({ DIGEST_WEBHOOK_SECRET: arn, DIGEST_WEBHOOK_URL: given }: WebhookSettings) {
  if (arn) return parse(await readSecret(arn), `the secret ${arn}`);
  if (!given) {
    throw new SettingsError(
      'DIGEST_WEBHOOK is set, but not where the address of the webhook is; set DIGEST_WEBHOOK_SECRET or DIGEST_WEBHOOK_URL',
    );
  }
  return parse(URL.canParse(given) ? given : await textOf(given), 'DIGEST_WEBHOOK_URL');
}

function parse(text: string, where: string): URL {
  const url = URL.parse(text.trim());
  const isHere = ['localhost', '127.0.0.1', '[::1]'].includes(url?.hostname ?? '');
  if (url?.protocol === 'https:' || (url?.protocol === 'http:' && isHere)) return url;
  throw new SettingsError(`${where} holds no address of a webhook; expected one that starts with https://`);
}

async function textOf(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    // What is not a file's name may be a part of the address.
    throw new SettingsError(
      `DIGEST_WEBHOOK_URL is neither an address nor a file that can be read (${(error as NodeJS.ErrnoException).code})`,
    );
  }
}
