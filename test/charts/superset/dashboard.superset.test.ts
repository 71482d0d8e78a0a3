import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import test from 'ava';
import { Client } from 'pg';
import type { Browser } from 'puppeteer';
import { type Answer, openDashboard } from '../../../local/dashboard-page.ts';
import { type Superset, startSuperset } from '../../../local/superset.ts';
import { startBrowser } from '../../../local/webgl-chromium.ts';
import { bundleFiles } from '../../support/dashboard-bundle.ts';
import { runCommand } from '../../support/run-command.ts';
import { writeGeneratedYear } from '../../support/sample-files.ts';
import { type SupersetApi, supersetApi } from '../../support/superset-api.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { startTestDatabase, type TestDatabase } from '../../support/test-database.ts';

const run = promisify(execFile);
const folder = temporaryFolder();
/** Kept after the tests, for whoever wants to see what they saw. */
const artifacts = fileURLToPath(new URL('../../../.local/test-artifacts/', import.meta.url));
const viewer = { username: 'reader', password: 'A-Reader-of-2013' };
const setUp = fileURLToPath(new URL('../../../charts/superset/set_up.py', import.meta.url));

let database: TestDatabase;
let superset: Superset;
let browser: Browser;
let admin: SupersetApi;

test.before(async (t) => {
  t.timeout(600_000);
  database = await startTestDatabase();
  for (const [year, flights] of [
    [2012, `${pathToFileURL(folder).href}/{year}.csv`],
    [
      2013,
      new URL('../../../samples/flights-{year}.csv.zst', import.meta.url).href
        .replaceAll('%7B', '{')
        .replaceAll('%7D', '}'),
    ],
  ] as const) {
    if (year === 2012) await writeGeneratedYear(folder, { year, flights: 40_000, airports: 12 });
    const { code, log } = await runCommand(['run', '--year', String(year)], {
      ...database.environment,
      FLIGHTS_URI: flights,
      OUTPUT_URI: `${pathToFileURL(folder).href}/out`,
    });
    if (code !== 0) throw new Error(log);
  }
  superset = await startSuperset({
    folder: join(folder, 'superset'),
    postgres: database.postgres,
    publicBaseUrl: 'https://files.example.org/delaywatch',
  });
  admin = await supersetApi(superset.url, { username: superset.user, password: superset.password });
  const { body } = await admin.call('GET', '/security/roles/?q=(page_size:100)');
  const role = body.result.find(({ name }: any) => name === 'Flight viewers').id;
  const made = await admin.call('POST', '/security/users/', {
    ...viewer,
    first_name: 'A',
    last_name: 'Reader',
    email: 'reader@localhost',
    active: true,
    roles: [role],
  });
  if (made.status !== 201) throw new Error(JSON.stringify(made));
  browser = await startBrowser();
});

test.after.always(async () => {
  await browser?.close();
  await superset?.stop();
  await database?.stop();
});

test.serial('the viewer opens the dashboard: every chart is drawn, and shows what the database has', async (t) => {
  t.timeout(300_000);
  const opened = await openDashboard(browser, superset, {
    ...viewer,
    user: viewer.username,
    width: 1280,
    device: 'desk',
  });
  mkdirSync(artifacts, { recursive: true });
  writeFileSync(join(artifacts, 'dashboard-2013.png'), await opened.picture());
  const errors = await opened.page.$$eval('.ant-alert-error, .ant-empty', (boxes) =>
    boxes.map((box) => box.textContent),
  );
  t.deepEqual(errors, []);
  // The page of 6.1 asks for a pixel of its maker's, which our security headers forbid.
  t.deepEqual(
    opened.failures.filter((failure) => !failure.startsWith('csp https://apachesuperset.gateway.scarf.sh/')),
    [],
  );

  const shown = (chart: string, question = 0): Answer => {
    const answers = opened.answers.filter((answer) => answer.chart === chart);
    t.true(answers.length > question, `${chart} was not asked for`);
    t.is(answers[question].error, null);
    return answers[question];
  };
  const rows = async (sql: string) => (await database.client.query({ text: sql, rowMode: 'array' })).rows as any[][];
  const number = (value: unknown) =>
    value === null || value === undefined ? null : Math.round(Number(value) * 1e6) / 1e6;
  const days = (column: string) =>
    `SELECT ${column} FROM airport_days WHERE flight_date BETWEEN '2013-01-01' AND '2013-12-31'`;

  // The numbers: the year and the year before, added up from the days themselves.
  const sums: [string, string, string][] = [
    ['Flights', 'total_flights', 'sum(flights)'],
    ['Anomalous days', 'total_anomalous_days', 'count(*) FILTER (WHERE is_anomaly)'],
    ['Events', 'total_events', 'count(DISTINCT event_id)'],
    ['Share cancelled', 'share_cancelled', 'sum(coalesce(cancelled, flights - departures))::float / sum(flights)'],
  ];
  for (const [chart, metric, sql] of sums) {
    const expected = await rows(
      `SELECT ${sql} FROM airport_days GROUP BY extract(year FROM flight_date) ORDER BY extract(year FROM flight_date)`,
    );
    const got = shown(chart).rows.toSorted((a, b) => Number(a.period) - Number(b.period));
    t.deepEqual(
      got.map((row) => number(row[metric])),
      expected.map(([value]) => number(value)),
      chart,
    );
  }

  // A day each.
  const [[score, scores]] = await rows(
    `SELECT sum(worst), count(*) FROM (${days('flight_date, max(anomaly_score) AS worst')} GROUP BY flight_date) AS a`,
  );
  const calendar = shown('Worst score of each day').rows;
  t.is(calendar.length, Number(scores));
  t.is(number(calendar.reduce((sum, row) => sum + Number(row.worst_score), 0)), number(score));
  const bars = shown('Flights and delay day by day');
  const line = shown('Flights and delay day by day', 1);
  const [[flights, anomalous]] = await rows(days('sum(flights), sum(flights) FILTER (WHERE is_anomaly)'));
  const added = (key: RegExp) =>
    bars.rows.reduce(
      (sum, row) => sum + Object.entries(row).reduce((s, [name, value]) => s + (key.test(name) ? Number(value) : 0), 0),
      0,
    );
  t.is(added(/on (anomalous|ordinary) days/), Number(flights));
  t.is(added(/on anomalous days/), Number(anomalous));
  t.is(line.rows.length, 365);
  t.true(
    line.rows.every((row) => Number(row['Mean delay (min)__yhat_lower']) < Number(row['Mean delay (min)__yhat_upper'])),
  );

  // Where.
  const ranking = await rows(`${days('airport, count(*)')} AND is_anomaly GROUP BY airport ORDER BY airport`);
  t.deepEqual(
    shown('Airports by anomalous days')
      .rows.map((row) => [row.airport, Number(row.delay_days) + Number(row.cancellation_days) + Number(row.both_days)])
      .sort(),
    ranking.map(([airport, count]) => [airport, Number(count)]),
  );
  t.deepEqual(
    shown('Airports on the map')
      .rows.map((row: any) => (row.extraProps ?? row).airport)
      .sort(),
    ['EWR', 'JFK', 'LGA'],
  );

  // Why: the sample tells neither causes nor codes, and the dashboard says so.
  const [[minutes, cancelled]] = await rows(
    days('sum(greatest(mean_departure_delay * departures, 0)), sum(coalesce(cancelled, flights - departures))') +
      ' AND is_anomaly',
  );
  for (const [chart, amount] of [
    ['Minutes of delay by cause', minutes],
    ['Cancelled flights by cause', cancelled],
  ] as const) {
    const [only, ...others] = shown(chart).rows;
    t.is(others.length, 0);
    t.is(only.cause, 'not in this file');
    t.is(number(Object.values(only).find((value) => typeof value === 'number')), number(amount), chart);
  }

  // Which days: the worst first, with links.
  const worst = shown('The worst days').rows;
  const explanations = await rows(`${days('explanation')} AND is_anomaly ORDER BY anomaly_score DESC`);
  t.deepEqual(
    worst.map(({ explanation }) => explanation),
    explanations.flat(),
  );
  t.is(
    worst[0].chart_link,
    '<a href="https://files.example.org/delaywatch/plots/2013/JFK.png" target="_blank">JFK</a>',
  );
  t.regex(String(worst[0].report_link), /"https:\/\/files\.example\.org\/delaywatch\/reports\/2013\.html"/);

  // The pipeline.
  const runs = await rows('SELECT year, flights_read, anomalies FROM runs ORDER BY year DESC');
  t.deepEqual(
    shown('Years in the database').rows.map((row) => [row.year, row.flights_read, row.anomalies]),
    runs,
  );
  t.deepEqual(
    shown('Years in the database').rows.map(({ state }) => state),
    ['published', 'published'],
  );
  t.is(shown('Latest run').rows.length, 1);
  const asked = new Set(opened.answers.map(({ chart }) => chart));
  for (const { slice_name } of bundleFiles('charts')) t.true(asked.has(slice_name), slice_name);
  await opened.close();
});

test.serial('it can be read on a phone', async (t) => {
  t.timeout(300_000);
  const opened = await openDashboard(browser, superset, {
    ...viewer,
    user: viewer.username,
    width: 390,
    device: 'phone',
  });
  const { page, small } = await opened.page.evaluate(() => ({
    page: document.documentElement.scrollWidth,
    small: [...document.querySelectorAll('[data-test-chart-id]')].filter(
      (chart) => chart.getBoundingClientRect().width < 120,
    ).length,
  }));
  t.true(page <= 400, `the page is ${page} wide`);
  t.is(small, 0);
  await opened.close();
});

test.serial('the viewer sees the dashboard and nothing else', async (t) => {
  const api = await supersetApi(superset.url, viewer);
  t.is((await api.call('GET', '/dashboard/flight-delays')).status, 200);
  const own = await admin.call('POST', '/dataset/', { database: 1, schema: 'public', table_name: 'airport_days' });
  t.is(own.status, 201, JSON.stringify(own.body));
  const denied: [string, string, unknown?][] = [
    ['POST', '/sqllab/execute/', { database_id: 1, sql: 'SELECT 1', schema: 'public' }],
    ['GET', '/database/'],
    ['GET', '/database/1'],
    ['GET', '/dataset/'],
    ['GET', '/security/users/'],
    ['POST', '/chart/', { slice_name: 'mine', viz_type: 'table', datasource_id: 1, datasource_type: 'table' }],
    ['DELETE', '/dashboard/1'],
    ['POST', '/chart/data', query(own.body.id, ['airport'])],
  ];
  for (const [method, path, body] of denied) {
    const { status } = await api.call(method, path, body);
    t.true([401, 403, 404].includes(status), `${method} ${path}: ${status}`);
  }
  await admin.call('DELETE', `/dataset/${own.body.id}`);
});

test.serial('who has not signed in sees nothing', async (t) => {
  const visitor = await supersetApi(superset.url);
  for (const path of ['/dashboard/flight-delays/charts', '/chart/1/data/', '/database/', '/dataset/1']) {
    const { status } = await visitor.call('GET', path);
    t.true([302, 401, 403, 404].includes(status), `${path}: ${status}`);
  }
  const page = await fetch(superset.dashboard, { redirect: 'manual' });
  t.is(page.status, 302);
  t.regex(page.headers.get('location')!, /\/login\//);
});

test.serial('a second import changes nothing, and what a person made stays', async (t) => {
  t.timeout(300_000);
  const things = async () => {
    const found: Record<string, unknown> = {};
    for (const kind of ['database', 'dataset', 'chart', 'dashboard']) {
      const { body } = await admin.call('GET', `/${kind}/?q=(page_size:100,order_column:changed_on_delta_humanized)`);
      found[kind] = body.result.map(({ id, uuid, slice_name }: any) => `${id} ${uuid ?? slice_name ?? ''}`).sort();
    }
    return found as Record<string, string[]>;
  };
  const bundled = await things();
  t.is(bundled.chart.length, bundleFiles('charts').length);
  t.is(bundled.dataset.length, bundleFiles('datasets').length);
  t.deepEqual([bundled.database.length, bundled.dashboard.length], [1, 1]);
  const { status } = await admin.call('POST', '/chart/', {
    slice_name: 'my own',
    viz_type: 'table',
    datasource_id: 1,
    datasource_type: 'table',
    params: '{}',
  });
  t.is(status, 201);
  const before = await things();
  t.is(before.chart.length, bundled.chart.length + 1);
  await run(superset.python, [setUp], { env: superset.environment });
  t.deepEqual(await things(), before);
});

test.serial('Superset keeps no password of the flights, and its map and logo come from itself', async (t) => {
  const lines = readFileSync(database.postgres.passwordFile, 'utf8').trim().split('\n');
  const [host, port, , user, password] = lines.find((line) => line.includes(':superset:'))!.split(':');
  const own = new Client({ host, port: Number(port), user, password, database: 'superset' });
  await own.connect();
  const { rows } = await own.query('SELECT sqlalchemy_uri, password FROM dbs');
  await own.end();
  t.deepEqual(rows, [{ sqlalchemy_uri: 'postgresql+psycopg2://viewer@flights-database:5432/flights', password: null }]);
  for (const path of ['/delaywatch/logo.svg', '/delaywatch/outlines/3/1/2.svg']) {
    const response = await fetch(`${superset.url}${path}`);
    t.is(response.headers.get('content-type'), 'image/svg+xml; charset=utf-8');
  }
  t.is((await fetch(`${superset.url}/delaywatch/outlines/1/2/0.svg`)).status, 404);
});

function query(id: number, columns: string[]): unknown {
  return {
    datasource: { id, type: 'table' },
    force: true,
    queries: [{ columns, row_limit: 1 }],
    result_format: 'json',
    result_type: 'full',
  };
}
