import { InputError, SettingsError, UnreachableError } from '../errors.ts';
import { certificateFaults } from './certificate-faults.ts';
import { changedWhileRead, removedWhileRead } from './replaced-while-read.ts';

/** The fields of the AWS SDK's errors, for an answer that is an error or a connection that failed. */
export interface S3Fault extends Error {
  code?: string;
  $metadata?: { httpStatusCode?: number };
  $response?: { headers?: Record<string, string> };
}

/** What was asked for, and how often. */
export interface S3Question {
  uri: string;
  bucket: string;
  attempts: number;
}

const networkFaults = [
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EPIPE',
  'ETIMEDOUT',
];
/** Source: https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html */
const expired = ['ExpiredToken', 'ExpiredTokenException', 'TokenRefreshRequired'];
const wrongCredentials = ['CredentialsProviderError', 'InvalidAccessKeyId', 'InvalidToken', 'SignatureDoesNotMatch'];
const wrongRegion = ['PermanentRedirect', 'AuthorizationHeaderMalformed', 'IllegalLocationConstraintException'];
const busy = ['OperationAborted', 'ConditionalRequestConflict'];

/** A message for people in place of an error of the AWS SDK; an error that nobody expects stays what it is. */
export function explainS3Fault(error: unknown, { uri, bucket, attempts }: S3Question): unknown {
  const { name, code = '', message, $metadata, $response } = error as S3Fault;
  const status = $metadata?.httpStatusCode;
  if (name === 'NoSuchBucket') {
    return new SettingsError(`${uri}: there is no bucket ${bucket}; check FLIGHTS_URI and OUTPUT_URI`);
  }
  if (code in certificateFaults) {
    return new SettingsError(
      `${uri}: S3 is not trusted: ${certificateFaults[code]}; check AWS_ENDPOINT_URL_S3, and name the authority's ` +
        'certificate in NODE_EXTRA_CA_CERTS',
    );
  }
  if (expired.includes(name)) {
    return new SettingsError(`${uri}: the AWS session token has expired; sign in again, or set new credentials`);
  }
  if (name === 'RequestTimeTooSkewed') {
    return new SettingsError(`${uri}: the clock of this machine differs from S3's (${message}); set it`);
  }
  if (wrongCredentials.includes(name)) {
    return new SettingsError(`${uri}: the AWS credentials are missing or wrong (${message})`);
  }
  if (message?.includes('Region is missing')) {
    return new SettingsError(`${uri}: no AWS region is set; set AWS_REGION`);
  }
  if (status === 301 || wrongRegion.includes(name)) {
    const region = $response?.headers?.['x-amz-bucket-region'] ?? /expecting '([a-z0-9-]+)'/.exec(message)?.[1];
    return new SettingsError(
      `${uri}: the bucket ${bucket} is in ${region ? `the region ${region}` : 'another region'}; ` +
        `set AWS_REGION${region ? `=${region}` : ' to it'}`,
    );
  }
  if (status === 404) return removedWhileRead(uri);
  if (status === 412) return changedWhileRead(uri);
  if (status === 403) {
    return new InputError(`${uri}: no permission (${name}); grant this role access to it, and s3:ListBucket`);
  }
  if (status === 409 && busy.includes(name)) {
    return new UnreachableError(`${uri}: another process writes it at this moment (${name}); try again later`);
  }
  if (status === 405 || status === 501 || message?.includes('Deserialization error')) {
    return new SettingsError(
      `${uri}: the server does not answer as S3 does (HTTP ${status ?? 'without a status'}); ` +
        'check that AWS_ENDPOINT_URL_S3 is the address of an S3 server',
    );
  }
  const isPassing =
    status === undefined
      ? name === 'TimeoutError' || networkFaults.includes(code)
      : status >= 500 || status === 429 || status === 408;
  if (isPassing) {
    const what = message || code || name;
    return new UnreachableError(`${uri}: S3 did not answer after ${attempts} attempts (${what}); try again later`);
  }
  return error;
}
