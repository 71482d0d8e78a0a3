import test from 'ava';
import { SettingsError } from '../../tasks/errors.ts';
import { readSettings, type SettingName } from '../../tasks/settings.ts';

const faultsOf = (environment: NodeJS.ProcessEnv, names: SettingName[]) => {
  try {
    readSettings(environment, names);
    return '';
  } catch (error) {
    if (error instanceof SettingsError) return error.message;
    throw error;
  }
};

test('only the settings that are asked for are read', (t) => {
  const environment = { OUTPUT_URI: 's3://bucket', FLIGHTS_URI: 'nonsense', HOME: '/root' };
  t.deepEqual(readSettings(environment, ['OUTPUT_URI']), { OUTPUT_URI: 's3://bucket' });
  t.deepEqual(readSettings(environment, []), {});
});

test('optional settings have a default or are undefined', (t) => {
  t.deepEqual(readSettings({}, ['DATABASE_AUTH']), { DATABASE_AUTH: 'password' });
  const optional = ['PUBLIC_BASE_URL', 'CHROMIUM_PATH', 'PATH', 'AWS_ENDPOINT_URL_S3', 'CODE_VERSION'] as const;
  t.true(Object.values(readSettings({}, optional)).every((value) => value === undefined));
});

test('a setting that is empty counts as not set', (t) => {
  const empty = { DATABASE_AUTH: '', PUBLIC_BASE_URL: '', OUTPUT_URI: '' };
  t.is(readSettings(empty, ['DATABASE_AUTH']).DATABASE_AUTH, 'password');
  t.is(readSettings(empty, ['PUBLIC_BASE_URL']).PUBLIC_BASE_URL, undefined);
  t.regex(faultsOf(empty, ['OUTPUT_URI']), /OUTPUT_URI is not set/);
});

test('the threshold is a number above 0, and 3.1 where none is given', (t) => {
  const thresholdOf = (text?: string) =>
    readSettings({ ANOMALY_THRESHOLD: text }, ['ANOMALY_THRESHOLD']).ANOMALY_THRESHOLD;
  t.deepEqual([undefined, '', '3', '4.25', '0.1'].map(thresholdOf), [3.1, 3.1, 3, 4.25, 0.1]);
  for (const [wrong, expected] of [
    ['high', 'a number'],
    ['3,5', 'a number'],
    ['NaN', 'a number'],
    ['0', 'a number above 0'],
    ['-3.5', 'a number above 0'],
  ]) {
    t.regex(
      faultsOf({ ANOMALY_THRESHOLD: wrong }, ['ANOMALY_THRESHOLD']),
      new RegExp(`^wrong settings: ANOMALY_THRESHOLD: expected ${expected}, like 3\\.1; see`),
      wrong,
    );
  }
  t.throws(() => thresholdOf('Infinity'), { instanceOf: SettingsError });
});

test('addresses that fit are taken as they are', (t) => {
  const environment = {
    FLIGHTS_URI: 's3://bucket/flights/{year}/',
    DATABASE_URL: 'postgresql://pipeline@db:5432/flights?sslmode=verify-full',
    DATABASE_AUTH: 'iam',
    PUBLIC_BASE_URL: 'https://delays.example/a',
    AWS_ENDPOINT_URL_S3: 'http://localhost:9000',
  };
  t.deepEqual(readSettings(environment, Object.keys(environment) as (keyof typeof environment)[]), environment);
  const local = { FLIGHTS_URI: 'file:///a%20b/{year}.csv', DATABASE_URL: 'postgres://localhost/flights' };
  t.deepEqual(readSettings(local, ['FLIGHTS_URI', 'DATABASE_URL']), local);
});

test('a slash at the end of where to write is dropped, and kept where to read', (t) => {
  const environment = { OUTPUT_URI: 'file:///out/', FLIGHTS_URI: 'file:///in/' };
  t.deepEqual(readSettings(environment, ['OUTPUT_URI', 'FLIGHTS_URI']), {
    OUTPUT_URI: 'file:///out',
    FLIGHTS_URI: 'file:///in/',
  });
});

test('a folder with the names of BTS may be given without its slash', (t) => {
  for (const BTS_URL of ['https://m.example/PREZIP', 'https://m.example/PREZIP/']) {
    t.is(readSettings({ BTS_URL }, ['BTS_URL']).BTS_URL, 'https://m.example/PREZIP/');
  }
  t.is(readSettings({}, ['BTS_URL']).BTS_URL, undefined);
});

test('all faults are reported at once, with where to read about settings', (t) => {
  const environment = { FLIGHTS_URI: 'flights.csv', DATABASE_URL: 'mysql://h', DATABASE_AUTH: 'magic' };
  t.is(
    faultsOf(environment, ['FLIGHTS_URI', 'OUTPUT_URI', 'DATABASE_URL', 'DATABASE_AUTH']),
    'wrong settings: FLIGHTS_URI: expected an address that starts with s3:// or file://; OUTPUT_URI is not set; ' +
      'DATABASE_URL: expected an address that starts with postgres:// or postgresql://; ' +
      'DATABASE_AUTH: Invalid option: expected one of "password"|"iam"; see "Settings" in docs/reference.md',
  );
});

test('addresses of the wrong kind are refused', (t) => {
  const wrong: [SettingName, string][] = [
    ['FLIGHTS_URI', 'https://example.com/2013.csv'],
    ['FLIGHTS_URI', '/data/2013.csv'],
    ['OUTPUT_URI', 'bucket'],
    ['OUTPUT_URI', 'gs://bucket'],
    ['DATABASE_URL', 'localhost:5432/flights'],
    ['PUBLIC_BASE_URL', 'delays.example'],
    ['PUBLIC_BASE_URL', 'ftp://delays.example'],
    ['AWS_ENDPOINT_URL_S3', 'localhost:9000'],
  ];
  for (const [name, value] of wrong) {
    t.regex(
      faultsOf({ [name]: value }, [name]),
      new RegExp(`^wrong settings: ${name}: expected an address that starts`),
    );
  }
});

test('no secret gets into a message', (t) => {
  t.notRegex(faultsOf({ DATABASE_URL: 'mysql://user:geheim@host' }, ['DATABASE_URL']), /geheim/);
});

test('what is to be told, and where, is checked', (t) => {
  const names = ['NOTICE_TOPIC_ARN', 'DIGEST_WEBHOOK', 'DIGEST_AIRPORTS', 'DIGEST_LEAST_MINUTES'] as const;
  const topic = 'arn:aws:sns:eu-central-1:111122223333:delaywatch-dev';
  t.deepEqual(
    readSettings(
      { NOTICE_TOPIC_ARN: topic, DIGEST_WEBHOOK: 'teams', DIGEST_AIRPORTS: 'JFK, LGA', DIGEST_LEAST_MINUTES: '600' },
      names,
    ),
    { NOTICE_TOPIC_ARN: topic, DIGEST_WEBHOOK: 'teams', DIGEST_AIRPORTS: ['JFK', 'LGA'], DIGEST_LEAST_MINUTES: 600 },
  );
  t.true(Object.values(readSettings({}, names)).every((value) => value === undefined));
  for (const [name, wrong, expected] of [
    ['NOTICE_TOPIC_ARN', 'notices', /expected the ARN of a topic/],
    ['DIGEST_WEBHOOK', 'irc', /expected slack or teams/],
    ['DIGEST_AIRPORTS', 'Newark', /expected codes of airports/],
    ['DIGEST_LEAST_MINUTES', '-1', /expected a number of minutes/],
  ] as const) {
    t.regex(faultsOf({ [name]: wrong }, [name]), expected);
  }
});
