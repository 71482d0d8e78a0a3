import { CreateSecretCommand, GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import test from 'ava';
import { type S3Server, startS3Server } from '../../../local/s3-server.ts';
import { generateSecret } from '../../../tasks/database/generate-secret.ts';
import { SettingsError, UnreachableError } from '../../../tasks/errors.ts';

// moto speaks Secrets Manager's protocol, too.
let server: S3Server;
let client: SecretsManagerClient;

test.before(async () => {
  server = await startS3Server();
  const endpoint = server.environment.AWS_ENDPOINT_URL_S3;
  Object.assign(process.env, server.environment, { AWS_ENDPOINT_URL_SECRETS_MANAGER: endpoint });
  client = new SecretsManagerClient({ endpoint });
});
test.after.always(async () => await server?.stop());

async function textOf(arn: string): Promise<string> {
  return (await client.send(new GetSecretValueCommand({ SecretId: arn }))).SecretString!;
}

test.serial('an empty secret gets a random text, once', async (t) => {
  const { ARN } = await client.send(new CreateSecretCommand({ Name: 'secret-key' }));
  t.true(await generateSecret(ARN!));
  const text = await textOf(ARN!);
  t.regex(text, /^[\w-]{43}$/);
  t.false(await generateSecret(ARN!));
  t.is(await textOf(ARN!), text);
});

test.serial('two secrets get different texts', async (t) => {
  const [one, other] = await Promise.all(
    ['one', 'other'].map(async (Name) => {
      const { ARN } = await client.send(new CreateSecretCommand({ Name }));
      await generateSecret(ARN!);
      return await textOf(ARN!);
    }),
  );
  t.not(one, other);
});

test.serial('a secret that somebody has filled stays', async (t) => {
  const { ARN } = await client.send(new CreateSecretCommand({ Name: 'chosen', SecretString: 'by a person' }));
  t.false(await generateSecret(ARN!));
  t.is(await textOf(ARN!), 'by a person');
});

test.serial('a missing secret is reported with its ARN', async (t) => {
  const error = await t.throwsAsync(generateSecret('arn:aws:secretsmanager:us-east-1:123456789012:secret:none'), {
    instanceOf: SettingsError,
  });
  t.regex(error!.message, /secret:none cannot be filled \(ResourceNotFoundException/);
});

test.serial('a service that does not answer may be tried again', async (t) => {
  process.env.AWS_ENDPOINT_URL_SECRETS_MANAGER = 'http://127.0.0.1:9';
  await t.throwsAsync(generateSecret('arn:aws:secretsmanager:us-east-1:123456789012:secret:any'), {
    instanceOf: UnreachableError,
  });
});
