import { randomBytes } from 'node:crypto';
import { SettingsError, UnreachableError } from '../errors.ts';

/** 32 bytes of chance are more than anybody tries. */
const randomLength = 32;

/**
 * Put a random text into a secret of AWS Secrets Manager that has none. It is not read, neither before nor after.
 * @returns whether it had none
 * @throws SettingsError when the secret is not there, or not for us
 */
export async function generateSecret(arn: string): Promise<boolean> {
  const { DescribeSecretCommand, PutSecretValueCommand, SecretsManagerClient } = await import(
    '@aws-sdk/client-secrets-manager'
  );
  const client = new SecretsManagerClient();
  try {
    const { VersionIdsToStages = {} } = await client.send(new DescribeSecretCommand({ SecretId: arn }));
    if (Object.values(VersionIdsToStages).some((stages) => stages.includes('AWSCURRENT'))) return false;
    const SecretString = randomBytes(randomLength).toString('base64url');
    await client.send(new PutSecretValueCommand({ SecretId: arn, SecretString }));
    return true;
  } catch (error) {
    const { name, message, $metadata } = error as Error & { $metadata?: { httpStatusCode?: number } };
    if (($metadata?.httpStatusCode ?? 500) >= 500) {
      throw new UnreachableError(`Secrets Manager did not answer for ${arn} (${message || name}); try again later`);
    }
    throw new SettingsError(`the secret ${arn} cannot be filled (${name}: ${message}); check its ARN and this role`);
  } finally {
    client.destroy();
  }
}
