import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import test from 'ava';
import { type Superset, startSuperset } from '../../../local/superset.ts';
import { bundleFiles } from '../../support/dashboard-bundle.ts';
import { runCommand } from '../../support/run-command.ts';
import { writeGeneratedYear } from '../../support/sample-files.ts';
import { type SupersetApi, supersetApi } from '../../support/superset-api.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { startTestDatabase, type TestDatabase } from '../../support/test-database.ts';

const folder = temporaryFolder();
const people = {
  'Flight viewers': { username: 'reader', password: 'A-Reader-of-2013' },
  Gamma: { username: 'maker', password: 'A-Maker-of-2013' },
};

let database: TestDatabase;
let superset: Superset;
let viewer: SupersetApi;
/** May make charts. */
let maker: SupersetApi;
interface Dataset {
  id: number;
  table_name: string;
  columns: { column_name: string }[];
  metrics: { metric_name: string }[];
}
let datasets: Dataset[];
let dataset: Dataset;

test.before(async (t) => {
  t.timeout(600_000);
  database = await startTestDatabase();
  await writeGeneratedYear(folder, { year: 2013, flights: 20_000, airports: 4 });
  const { code, log } = await runCommand(['run', '--year', '2013'], {
    ...database.environment,
    FLIGHTS_URI: `${pathToFileURL(folder).href}/{year}.csv`,
    OUTPUT_URI: `${pathToFileURL(folder).href}/out`,
  });
  if (code !== 0) throw new Error(log);
  // East of Greenwich a day begins before it does in UTC.
  const role = await database.postgres.connect('viewer');
  await role.query("ALTER ROLE viewer SET timezone = 'Europe/Berlin'");
  await role.end();
  superset = await startSuperset({ folder: join(folder, 'superset'), postgres: database.postgres });
  const admin = await supersetApi(superset.url, { username: superset.user, password: superset.password });
  const roles = (await admin.call('GET', '/security/roles/?q=(page_size:100)')).body.result;
  const idOf = (role: string) => roles.find(({ name }: any) => name === role).id;
  for (const [role, { username, password }] of Object.entries(people)) {
    const { status, body } = await admin.call('POST', '/security/users/', {
      username,
      password,
      first_name: username,
      last_name: 'of this test',
      email: `${username}@localhost`,
      active: true,
      roles: role === 'Gamma' ? [idOf(role), idOf('Flight viewers')] : [idOf(role)],
    });
    if (status !== 201) throw new Error(JSON.stringify(body));
  }
  viewer = await supersetApi(superset.url, people['Flight viewers']);
  maker = await supersetApi(superset.url, people.Gamma);
  const { body } = await admin.call('GET', '/dataset/?q=(page_size:100)');
  datasets = await Promise.all(
    body.result.map(async ({ id }: any) => (await admin.call('GET', `/dataset/${id}`)).body.result),
  );
  dataset = datasets.find(({ table_name }) => table_name === 'Airport days')!;
});

test.after.always(async () => {
  await superset?.stop();
  await database?.stop();
});

const metric = (sqlExpression: string) => ({ expressionType: 'SQL', sqlExpression, label: 'asked' });
const column = metric;
/** A metric over a column that the dataset has. */
const flights = { expressionType: 'SIMPLE', column: { column_name: 'flights' }, aggregate: 'SUM', label: 'flights' };
/** A time axis, as the page asks for it. */
const day = {
  expressionType: 'SQL',
  columnType: 'BASE_AXIS',
  sqlExpression: 'flight_date',
  label: 'flight_date',
  timeGrain: 'P1D',
};

test('a viewer may ask for columns and metrics by name', async (t) => {
  const byName = [
    { columns: ['airport'], metrics: dataset.metrics.map(({ metric_name }) => metric_name) },
    { columns: ['airport', 'flight_date'], orderby: [['airport', true]] },
    { metrics: [flights], filters: [{ col: 'airport', op: 'IS NOT NULL' }] },
    // As the page asks for a day of a time axis; and for a filter that another dataset is meant by.
    { columns: [day], metrics: [flights], filters: [{ col: 'of another dataset', op: 'IN', val: [1] }] },
  ];
  for (const query of byName) {
    const { status, body } = await ask(viewer, query);
    t.is(status, 200, JSON.stringify([query, body]));
    t.true(body.result[0].data.length > 0);
  }
});

test('a viewer may read every dataset, with all columns and metrics', async (t) => {
  t.is(datasets.length, bundleFiles('datasets').length);
  for (const { id, table_name, columns, metrics } of datasets) {
    const names = columns.map(({ column_name }) => column_name);
    for (const query of [{ columns: names }, { metrics: metrics.map(({ metric_name }) => metric_name) }]) {
      const { status, body } = await ask(viewer, { ...query, row_limit: 10 }, id);
      t.is(status, 200, `${table_name}: ${JSON.stringify(body)}`);
      t.true(body.result[0].data.length > 0, table_name);
    }
  }
});

const attacks = {
  'query_to_xml as a metric': { metrics: [metric("max(query_to_xml('select 1', true, false, '')::text)")] },
  'version() as a metric': { metrics: [metric('max(version())')] },
  'pg_sleep as a metric': { metrics: [metric('max(pg_sleep(0)::text)')] },
  'set_config as a metric': { metrics: [metric("max(set_config('statement_timeout', '0', false))")] },
  'a metric of one’s own': { metrics: [metric('sum(flights)')] },
  'a column of one’s own': { columns: [column("airport || ''")], metrics: [flights] },
  'a column that is none': { columns: ['version()'], metrics: [flights] },
  'an expression beside a name': {
    columns: [{ ...column('version()'), expressionType: 'SIMPLE', column: { column_name: 'airport' } }],
    metrics: [flights],
  },
  'a filter of one’s own': {
    metrics: [flights],
    filters: [{ col: column("airport || ''"), op: '==', val: 'x' }],
  },
  'a condition': { metrics: [flights], extras: { where: "airport <> ''" } },
  'a condition on sums': { metrics: [flights], extras: { having: 'sum(flights) > 0' } },
  'an order of one’s own': {
    columns: ['airport'],
    metrics: [flights],
    orderby: [[metric('sum(flights)'), true]],
  },
  'a limit by a metric of one’s own': {
    columns: ['airport'],
    metrics: [flights],
    series_columns: ['airport'],
    series_limit: 1,
    series_limit_metric: metric('sum(flights)'),
  },
};
for (const [name, query] of Object.entries(attacks)) {
  test(`a viewer is refused ${name}`, async (t) => {
    const { status, body } = await ask(viewer, query);
    t.is(status, 403, JSON.stringify(body));
    t.regex(JSON.stringify(body), /by their names, not by SQL of your own/);
  });
}

test('a viewer cannot use the older interface', async (t) => {
  const form = {
    datasource: `${dataset.id}__table`,
    viz_type: 'cal_heatmap',
    metrics: [flights],
    granularity_sqla: 'flight_date',
    time_range: '2013-01-01 : 2014-01-01',
    domain_granularity: 'month',
    subdomain_granularity: 'day',
  };
  const asks = async (person: keyof typeof people) => {
    const session = await browserSession(people[person]);
    const body = new FormData();
    body.set('form_data', JSON.stringify(form));
    return await fetch(`${superset.url}/superset/explore_json/`, { method: 'POST', headers: session, body });
  };
  const { status } = await asks('Flight viewers');
  t.is(status, 403);
  const answer = await asks('Gamma');
  t.is(answer.status, 200, await answer.text());
});

test('for existing charts, visitors are asked to sign in', async (t) => {
  const visitor = await supersetApi(superset.url);
  t.is((await viewer.call('GET', '/chart/1')).status, 200);
  t.is((await visitor.call('GET', '/chart/1/data/')).status, 401);
  t.is((await visitor.call('GET', '/chart/1')).status, 401);
  t.is((await ask(visitor, { metrics: [flights] })).status, 401);
});

test('a maker of charts may write expressions', async (t) => {
  const { status, body } = await ask(maker, { metrics: [metric('sum(flights)')] });
  t.is(status, 200, JSON.stringify(body));
});

for (const call of [
  "query_to_xml('select 1', true, false, '')",
  'pg_catalog."version"()',
  'PG_SLEEP(0)',
  "set_config('statement_timeout', '0', false)",
  "schema_to_xml('public', true, false, '')",
  "ts_stat('select 1')",
  "pg_sleep_for('0 s')",
]) {
  test(`nobody may call ${call}`, async (t) => {
    const { status, body } = await ask(maker, { metrics: [metric(`max(${call}::text)`)] });
    t.is(status, 403, JSON.stringify(body));
    t.regex(JSON.stringify(body), /a function of the database that may not be used here/);
  });
}

test('a day is the airport’s own, whatever zone the role has', async (t) => {
  const { body } = await ask(viewer, {
    columns: [day],
    metrics: [flights],
    filters: [{ col: 'year', op: '==', val: 2013 }],
  });
  const { rows } = await database.client.query({
    text: `SELECT extract(epoch FROM flight_date)::float * 1000, sum(flights)::int FROM airport_days GROUP BY 1 ORDER BY 1`,
    rowMode: 'array',
  });
  const got = body.result[0].data.map((row: any) => [row.flight_date, Number(row.flights)]);
  t.deepEqual(
    got.toSorted((a: number[], b: number[]) => a[0] - b[0]),
    rows,
  );
});

async function ask(person: SupersetApi, query: unknown, id = dataset.id) {
  return await person.call('POST', '/chart/data', {
    datasource: { id, type: 'table' },
    force: true,
    queries: [query],
    result_format: 'json',
    result_type: 'full',
  });
}

/** Headers of someone who has signed in on the page: the older interface takes no tokens. */
async function browserSession(person: { username: string; password: string }) {
  const page = await fetch(`${superset.url}/login/`);
  const [, token = ''] = /name="csrf_token"[^>]*value="([^"]+)/.exec(await page.text()) ?? [];
  const signedIn = await fetch(`${superset.url}/login/`, {
    method: 'POST',
    redirect: 'manual',
    headers: { Cookie: cookies(page), Referer: superset.url },
    body: new URLSearchParams({ ...person, csrf_token: token }),
  });
  return { Cookie: cookies(signedIn), Referer: superset.url, 'X-CSRFToken': token };
}

function cookies(response: Response): string {
  return response.headers
    .getSetCookie()
    .map((cookie) => cookie.split(';')[0])
    .join('; ');
}
