import { SettingsError, UnreachableError } from '../errors.ts';
import { isPassingAwsFault } from './is-passing-aws-fault.ts';

/**
 * The text of a secret in AWS Secrets Manager.
 * @throws SettingsError when it is not there, or not for us
 */
export async function readSecret(arn: string): Promise<string> {
  const { GetSecretValueCommand, SecretsManagerClient } = await import('@aws-sdk/client-secrets-manager');
  try {
    const { SecretString } = await new SecretsManagerClient().send(new GetSecretValueCommand({ SecretId: arn }));
    if (SecretString) return SecretString;
  } catch (error) {
    const { name, message } = error as Error;
    if (isPassingAwsFault(error)) {
      throw new UnreachableError(`Secrets Manager did not answer for ${arn} (${message || name}); try again later`);
    }
    throw new SettingsError(
      `the secret ${arn} cannot be read (${name}); check its ARN and grant this role secretsmanager:GetSecretValue`,
    );
  }
  throw new SettingsError(`the secret ${arn} holds no text; expected one`);
}
