import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import test from 'ava';
import { pythonEnvironment } from '../../../local/python-environment.ts';
import { type S3Server, startS3Server } from '../../../local/s3-server.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const run = promisify(execFile);
const code = fileURLToPath(new URL('../../../charts/superset/', import.meta.url));
const python = pythonEnvironment('superset', new URL('../../../local/superset-requirements.txt', import.meta.url));
/** moto speaks the protocols of AWS' other services, too. */
let aws: S3Server;

test.before(async () => {
  aws = await startS3Server();
});
test.after.always(() => aws?.stop());

async function says(script: string, environment: Record<string, string> = {}): Promise<string> {
  const env = {
    ...aws.environment,
    AWS_ENDPOINT_URL: aws.environment.AWS_ENDPOINT_URL_S3,
    PYTHONPATH: code,
    PYTHONDONTWRITEBYTECODE: '1',
    ...environment,
  };
  const { stdout } = await run(python, ['-c', script], { env });
  return stdout.trim();
}

const connect = `
from sqlalchemy import create_engine, event
from connections import database_url, give_tokens
url = database_url("DATABASE_URL")
give_tokens(url)
def ask(url):
    engine = create_engine(url)
    @event.listens_for(engine, "do_connect")
    def see(dialect, record, arguments, parameters):
        print(parameters.get("password", "no token"))
        raise InterruptedError
    try:
        engine.connect()
    except InterruptedError:
        pass
ask(url)
ask(url.set(host="elsewhere.example.org"))
`;

test('with iam only connections to our databases get a signed token', async (t) => {
  const host = 'db.abc.us-east-1.rds.amazonaws.com';
  const [token, other] = (
    await says(connect, {
      DATABASE_URL: `postgres://viewer@${host}:5432/flights?sslmode=verify-full&sslrootcert=/etc/ssl/rds.pem`,
    })
  ).split('\n');
  t.true(token.startsWith(`${host}:5432/?Action=connect&DBUser=viewer&`), token);
  t.regex(token, /X-Amz-Expires=900.*X-Amz-Signature=[0-9a-f]{64}/);
  t.is(other, 'no token');
});

test('with iam a connection that would not verify the server is refused', async (t) => {
  const failed = await t.throwsAsync(says(connect, { DATABASE_URL: 'postgres://viewer@db:5432/flights' }));
  t.regex((failed as any).stderr, /wrong settings: with DATABASE_AUTH=iam db needs \?sslmode=verify-full/);
});

test('with iam Superset connects to its own database and to the flights by tokens', async (t) => {
  const host = 'db.abc.us-east-1.rds.amazonaws.com';
  const script = `
import boto3, os
secrets = boto3.client("secretsmanager", "us-east-1")
os.environ["SECRET_KEY_SECRET"] = secrets.create_secret(Name="key-of-sessions", SecretString="a key")["ARN"]
import superset_config as config
from sqlalchemy import create_engine, event
from sqlalchemy.engine import make_url
bundled = make_url("postgresql+psycopg2://viewer@flights-database:5432/flights")
flights, parameters = config.DB_CONNECTION_MUTATOR(bundled, {}, None, None, None)
for engine in create_engine(config.SQLALCHEMY_DATABASE_URI), create_engine(flights, **parameters):
    @event.listens_for(engine, "do_connect")
    def see(dialect, record, arguments, parameters):
        print(parameters["user"], parameters["database"], parameters.get("password", "no token"))
        raise InterruptedError
    try:
        engine.connect()
    except InterruptedError:
        pass
print(config.SECRET_KEY, config.SESSION_COOKIE_SECURE)`;
  const address = (role: string, name: string) => `postgres://${role}@${host}:5432/${name}?sslmode=verify-full`;
  const lines = await says(script, {
    DATABASE_AUTH: 'iam',
    DATABASE_URL: address('viewer', 'flights'),
    SUPERSET_DATABASE_URL: address('superset', 'superset'),
    SUPERSET_URL: 'https://dashboard.example.org',
    SUPERSET_HOME: '/nowhere',
  });
  const [own, flights, others] = lines.split('\n');
  t.true(own.startsWith(`superset superset ${host}:5432/?Action=connect&DBUser=superset&`), own);
  t.true(flights.startsWith(`viewer flights ${host}:5432/?Action=connect&DBUser=viewer&`), flights);
  t.is(others, 'a key True');
});

test('a missing setting is named', async (t) => {
  const file = join(temporaryFolder(), 'key');
  writeFileSync(file, 'a key');
  const failed = await t.throwsAsync(says('import superset_config', { SECRET_KEY_FILE: file }));
  t.regex((failed as any).stderr, /^wrong settings: SUPERSET_URL is missing$/m);
});

test('a secret that is empty or missing is named', async (t) => {
  const read = 'from secret import read_secret; read_secret("SECRET_KEY")';
  const wrong = await t.throwsAsync(says(read, { SECRET_KEY_SECRET: 'superset-key' }));
  t.regex(
    (wrong as any).stderr,
    /^wrong settings: SECRET_KEY_SECRET is expected to be the ARN of a secret, not superset-key$/m,
  );
  const arn = 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:not-there-abcdef';
  const refused = await t.throwsAsync(says(read, { SECRET_KEY_SECRET: arn }));
  t.true((refused as any).stderr.startsWith(`could not read the secret of SECRET_KEY_SECRET, ${arn}: `));
});

test('a secret is read from Secrets Manager by its ARN', async (t) => {
  const script = `
import boto3, os
from secret import read_secret
arn = boto3.client("secretsmanager", "eu-central-1").create_secret(Name="superset-key", SecretString="from the manager\\n")["ARN"]
os.environ["SECRET_KEY_SECRET"] = arn
print(repr(read_secret("SECRET_KEY")))`;
  t.is(await says(script), "'from the manager'");
});

test('without any place for a secret it says which settings are missing', async (t) => {
  const failed = await t.throwsAsync(says('from secret import read_secret; read_secret("SECRET_KEY")'));
  t.regex((failed as any).stderr, /neither SECRET_KEY_SECRET \(an ARN\) nor SECRET_KEY_FILE is set/);
});
