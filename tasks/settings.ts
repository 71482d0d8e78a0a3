import { z } from 'zod';
import { SettingsError } from './errors.ts';

const address = (...protocols: string[]) =>
  z
    .string()
    .refine((text) => protocols.includes(URL.parse(text)?.protocol ?? ''), {
      error: `expected an address that starts with ${protocols.map((protocol) => `${protocol}//`).join(' or ')}`,
    })
    .refine((text) => !/%(?![0-9a-f]{2})/i.test(text), { error: 'expected %25 for each % in the address' });

const schemas = {
  /** Where a year's flights lie: a file, or a folder ending in `/`; `{year}` is replaced. */
  FLIGHTS_URI: address('s3:', 'file:'),
  /** The bucket or folder for summaries, plots, reports and rejects. */
  OUTPUT_URI: address('s3:', 'file:').transform((uri) => uri.replace(/\/$/, '')),
  DATABASE_URL: address('postgres:', 'postgresql:'),
  /** `iam`: a token of RDS for each new connection instead of a password. */
  DATABASE_AUTH: z.enum(['password', 'iam']).default('password'),
  /** A day is an anomaly if its `anomaly_score` is at least this. */
  ANOMALY_THRESHOLD: z.coerce
    .number({ error: 'expected a number, like 3.1' })
    .positive({ error: 'expected a number above 0, like 3.1' })
    .default(3.1),
  /** Where people open charts and reports. */
  PUBLIC_BASE_URL: address('https:', 'http:').optional(),
  /** The browser that draws the charts; without it one is looked for. */
  CHROMIUM_PATH: z.string().optional(),
  /** Folders to look for a browser in. The browser gets this variable and those down to `FONTCONFIG_FILE`. */
  PATH: z.string().optional(),
  HOME: z.string().optional(),
  TMPDIR: z.string().optional(),
  LANG: z.string().optional(),
  LD_LIBRARY_PATH: z.string().optional(),
  FONTCONFIG_PATH: z.string().optional(),
  FONTCONFIG_FILE: z.string().optional(),
  /** Address of a server that speaks S3's protocol. The AWS SDK reads this variable itself. */
  AWS_ENDPOINT_URL_S3: address('https:', 'http:').optional(),
  /** Address of a folder to fetch from instead of BTS's, with the same file names. */
  BTS_URL: address('https:', 'http:')
    .transform((uri) => uri.replace(/(?<=[^/])$/, '/'))
    .optional(),
  /** Address of a download form to use instead of BTS's. */
  BTS_FORM_URL: address('https:', 'http:').optional(),
  /** ARN of a secret in AWS Secrets Manager: a token for Kaggle, or what Kaggle calls `kaggle.json`. */
  KAGGLE_TOKEN_SECRET: z.string().optional(),
  /** Kaggle's own variables. */
  KAGGLE_API_ENDPOINT: address('https:', 'http:').optional(),
  KAGGLE_API_TOKEN: z.string().optional(),
  KAGGLE_USERNAME: z.string().optional(),
  KAGGLE_KEY: z.string().optional(),
  /** Folder of Kaggle's files. By default they are below `XDG_CONFIG_HOME` or `HOME`. */
  KAGGLE_CONFIG_DIR: z.string().optional(),
  XDG_CONFIG_HOME: z.string().optional(),
  /** ARN of the topic in Amazon SNS that digests go to. */
  NOTICE_TOPIC_ARN: z
    .string()
    .regex(/^arn:[\w-]+:sns:[\w-]+:\d{12}:[\w-]+$/, 'expected the ARN of a topic in Amazon SNS')
    .optional(),
  /** Who reads the webhook that digests go to. */
  DIGEST_WEBHOOK: z.enum(['slack', 'teams'], { error: 'expected slack or teams' }).optional(),
  /** ARN of a secret in AWS Secrets Manager: the address of the webhook. */
  DIGEST_WEBHOOK_SECRET: z.string().optional(),
  /** The address of the webhook, or a file that holds it. */
  DIGEST_WEBHOOK_URL: z.string().optional(),
  /** The airports whose events are told; without it those of all airports. */
  DIGEST_AIRPORTS: z
    .string()
    .transform((text) => text.split(',').map((code) => code.trim()))
    .refine((codes) => codes.every((code) => /^[A-Z][A-Z0-9]{2}$/.test(code)), {
      error: 'expected codes of airports with commas between, like JFK,LGA',
    })
    .optional(),
  /** Events that lost fewer minutes beyond the usual are not told. */
  DIGEST_LEAST_MINUTES: z.coerce
    .number({ error: 'expected a number of minutes, like 6000' })
    .min(0, { error: 'expected a number of minutes, like 6000' })
    .optional(),
  /** What is running: a release, a commit or an image digest. */
  CODE_VERSION: z.string().optional(),
};

/** The environment, parsed. */
export type Settings = { [Name in keyof typeof schemas]: z.infer<(typeof schemas)[Name]> };
export type SettingName = keyof Settings;

/**
 * Parse the settings a command needs; the others need not be there.
 * @throws SettingsError that lists all that is missing or malformed
 */
export function readSettings<Name extends SettingName>(
  environment: NodeJS.ProcessEnv,
  names: readonly Name[],
): Pick<Settings, Name> {
  const settings: Partial<Record<SettingName, unknown>> = {};
  const faults: string[] = [];
  for (const name of names) {
    const text = environment[name] || undefined;
    const result = schemas[name].safeParse(text);
    if (result.success) settings[name] = result.data;
    else if (text === undefined) faults.push(`${name} is not set`);
    else faults.push(`${name}: ${result.error.issues[0].message}`);
  }
  if (faults.length > 0)
    throw new SettingsError(`wrong settings: ${faults.join('; ')}; see "Settings" in docs/reference.md`);
  return settings as Pick<Settings, Name>;
}
