import { execFile } from 'node:child_process';
import { copyFileSync, cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import test from 'ava';
import { Client } from 'pg';
import { type Browser, TimeoutError } from 'puppeteer';
import { parse, stringify } from 'yaml';
import { type Answer, type DashboardPage, type DashboardView, openDashboard } from '../../../local/dashboard-page.ts';
import { type Superset, startSuperset } from '../../../local/superset.ts';
import { startBrowser } from '../../../local/webgl-chromium.ts';
import { bundleFiles } from '../../support/dashboard-bundle.ts';
import { retryStep } from '../../support/retry-step.ts';
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
const desk: DashboardView = { user: viewer.username, password: viewer.password, width: 1280, device: 'desk' };
/** Long enough for the page to follow a click on a busy machine. */
const followMilliseconds = 20_000;
/** Long enough for all charts to be answered there. */
const answerMilliseconds = 120_000;
const classes = ['no anomalous day', '1 to 3 days', '4 to 7 days', '8 to 14 days', '15 days or more'];
const anomalousDaysClass = (days: number) => classes[[0, 3, 7, 14].filter((most) => days > most).length];
const setUp = fileURLToPath(new URL('../../../charts/superset/set_up.py', import.meta.url));

let database: TestDatabase;
let superset: Superset;
let browser: Browser;
let admin: SupersetApi;

test.before(async (t) => {
  t.timeout(600_000);
  database = await startTestDatabase();
  // 2012 tells causes and codes, 2013 does not; 2011 is missing; no airport is in both 2012 and 2013; 2010 has more
  // airports than the ranking shows, and with this seed the last one shown has as many anomalous days as the next one.
  for (const year of [2010, 2012, 2013]) {
    if (year < 2013)
      await writeGeneratedYear(folder, {
        year,
        flights: 40_000,
        airports: year === 2010 ? 20 : 12,
        seed: year === 2010 ? 2014 : year,
      });
    else copyFileSync(new URL('../../../samples/flights-2013.csv.zst', import.meta.url), join(folder, '2013.csv.zst'));
    const { code, log } = await runCommand(['run', '--year', String(year)], {
      ...database.environment,
      FLIGHTS_URI: `${pathToFileURL(folder).href}/{year}.csv${year < 2013 ? '' : '.zst'}`,
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

/** The charts of whose flights the anomalous days were, and what they tell apart. */
const whose = [
  ['Excess minutes by carrier', 'carrier'],
  ['Excess minutes by destination', 'destination'],
  ['Excess minutes by hours', 'hours'],
] as const;

/** What such a chart has to show: a value's name, and its excess minutes on days on which it stands out, and on others. */
async function excessBy(dimension: string, condition: string): Promise<unknown[][]> {
  const found = await rows(
    `SELECT coalesce(coalesce(name, city) || ' (' || value || ')', value),
       sum(excess_minutes) FILTER (WHERE stands_out), sum(excess_minutes) FILTER (WHERE NOT stands_out)
     FROM contributors
     LEFT JOIN carriers ON dimension = 'carrier' AND carrier = value
     LEFT JOIN (SELECT airport AS code, city FROM airports) AS places ON dimension = 'destination' AND code = value
     WHERE dimension = '${dimension}' AND ${condition} GROUP BY 1 ORDER BY sum(excess_minutes) DESC LIMIT 12`,
  );
  return found.map(([name, ...minutes]) => [name, ...minutes.map(number)]).sort();
}

/** Numbers are rounded to six places, since the database adds up in another order. */
function number(value: unknown): number | null {
  return value === null || value === undefined ? null : Math.round(Number(value) * 1e6) / 1e6;
}

async function rows(sql: string): Promise<any[][]> {
  return (await database.client.query({ text: sql, rowMode: 'array' })).rows;
}

/** The names of a tab's charts. */
function chartsOn(tab: string): string[] {
  const [{ position }] = bundleFiles('dashboards');
  const below = (id: string): any[] => [position[id], ...position[id].children.flatMap(below)];
  return below(tab).flatMap(({ type, meta }) => (type === 'CHART' ? meta.sliceName : []));
}

/** What is asked because of `act`: these charts are answered, and nothing more is on its way. */
async function askedBy(
  { answers, page, drawn }: DashboardPage,
  charts: string[],
  act: () => Promise<void>,
): Promise<Answer[]> {
  const before = answers.length;
  await act();
  for (const end = Date.now() + answerMilliseconds; ; await sleep(100)) {
    const answered = new Set(answers.slice(before).map(({ chart }) => chart));
    const missing = charts.filter((chart) => !answered.has(chart));
    if (missing.length === 0) break;
    if (Date.now() > end) throw new Error(`not answered: ${missing.join(', ')}`);
  }
  await page.waitForNetworkIdle({ idleTime: 1_000 });
  await drawn();
  return answers.slice(before);
}

/** As a hand does it: the mouse comes, stays, and is pressed for a moment. `x` and `y` are shares of the element. */
async function click({ page }: DashboardPage, { on, x, y }: { on: string; x: number; y: number }): Promise<void> {
  // Until it stays where it is.
  await page.locator(on).hover();
  const { left, top, width, height } = await page
    .locator(on)
    .map((element) => element.getBoundingClientRect().toJSON())
    .wait();
  await page.mouse.move(left + width * x - 5, top + height * y);
  await page.mouse.move(left + width * x, top + height * y, { steps: 5 });
  await sleep(300);
  await page.mouse.click(left + width * x, top + height * y, { delay: 80 });
  // Charts wait whether a second click makes it a double one.
  await sleep(500);
}

/** The same for what makes charts ask anew. The page may move its charts while the mouse is on its way to one. */
async function clickToAsk(opened: DashboardPage, target: { on: string; x: number; y: number }): Promise<void> {
  await retryStep(async () => {
    const asked = opened.page.waitForRequest((request) => request.url().includes('/chart/data'), {
      timeout: followMilliseconds,
    });
    await Promise.all([asked, click(opened, target)]);
  });
}

/** Choose in a filter at the top; what is chosen already is no longer chosen afterwards. */
async function choose({ page }: DashboardPage, filter: string, value: string): Promise<void> {
  const wrapper = `::-p-xpath(//div[contains(@class, "filter-item-wrapper")][.//h4[text()="${filter}"]])`;
  const option = `${wrapper} .ant-select-dropdown:not(.ant-select-dropdown-hidden) [role=option][title="${value}"]`;
  const input = page.locator(`${wrapper} input`);
  // The open list marks what is chosen; a list of which one is chosen closes, and the field shows it.
  const isChosen = async () =>
    (await page.$(`${option}.ant-select-item-option-selected`)) !== null ||
    (await page.$(`${wrapper} .ant-select-selection-item[title="${value}"]`)) !== null;
  let wanted: boolean | undefined;
  // Superset closes the list, or forgets the choice, when it draws the filter anew.
  await retryStep(async () => {
    await input.click();
    await input.fill(value);
    await page.waitForSelector(option, { timeout: followMilliseconds });
    const isMarked = (await page.$(`${option}.ant-select-item-option-selected`)) !== null;
    wanted ??= !isMarked;
    if (isMarked === wanted) return;
    await page.locator(option).setTimeout(followMilliseconds).click();
    for (const end = Date.now() + followMilliseconds; (await isChosen()) !== wanted; await sleep(100)) {
      if (Date.now() > end) throw new TimeoutError(`${filter}: ${value} is ${wanted ? 'not' : 'still'} chosen`);
    }
  });
  await page.keyboard.press('Escape');
  await page.locator('[data-test="filter-bar__apply-button"]').click();
}

/** The text of a chart that is one number. */
async function bigNumber({ page }: DashboardPage, chart: string): Promise<string> {
  return await page
    .locator(`[data-test-chart-name="${chart}"] .text-container`)
    .map((box) => [...box.children].map((line) => line.textContent).join(''))
    .wait();
}

test.serial('the viewer opens the dashboard: every chart is drawn, and shows what the database has', async (t) => {
  t.timeout(300_000);
  const opened = await openDashboard(browser, superset, desk);
  mkdirSync(artifacts, { recursive: true });
  writeFileSync(join(artifacts, 'dashboard-2013.png'), await opened.picture());
  const errors = await opened.page.$$eval('.ant-alert-error, .ant-empty', (boxes) =>
    boxes.map((box) => box.textContent),
  );
  t.deepEqual(errors, []);
  const allYears = await openDashboard(browser, superset, { ...desk, tab: 'TAB-all-years' });
  writeFileSync(join(artifacts, 'dashboard-all-years.png'), await allYears.picture());
  // This includes the picture by which Superset's users are counted elsewhere.
  t.deepEqual([...opened.failures, ...allYears.failures], []);

  const all = [...opened.answers, ...allYears.answers];
  const shown = (chart: string, question = 0): Answer => {
    const answers = all.filter((answer) => answer.chart === chart);
    t.true(answers.length > question, `${chart} was not asked for`);
    t.is(answers[question].error, null);
    return answers[question];
  };
  const days = (column: string) =>
    `SELECT ${column} FROM airport_days WHERE flight_date BETWEEN '2013-01-01' AND '2013-12-31'`;

  // The numbers: the year and the year before, added up from the days themselves.
  const sums: [string, string, string][] = [
    ['Flights', 'total_flights', 'sum(flights)'],
    ['Anomalous days', 'total_anomalous_days', 'nullif(count(*) FILTER (WHERE is_anomaly), 0)'],
    ['Events', 'total_events', 'nullif(count(DISTINCT event_id), 0)'],
    ['Share cancelled', 'share_cancelled', 'sum(coalesce(cancelled, flights - departures))::float / sum(flights)'],
  ];
  for (const [chart, metric, sql] of sums) {
    const expected = await rows(
      `SELECT ${sql} FROM generate_series(2010, 2013) AS all_years (year) LEFT JOIN airport_days USING (year)
       GROUP BY year ORDER BY year`,
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
    `SELECT sum(greatest(worst, 0)), count(*) FROM (${days('flight_date, max(anomaly_score) AS worst')} GROUP BY flight_date) AS a`,
  );
  const calendar = shown('Worst score of each day').rows;
  t.is(calendar.length, Number(scores));
  const colours = ['worst_ordinary', 'worst_delays', 'worst_cancellations', 'worst_both'];
  for (const row of calendar) t.is(colours.filter((colour) => row[colour] !== null).length, 1, String(row.day));
  t.is(
    number(calendar.reduce((sum, row) => sum + colours.reduce((score, colour) => score + Number(row[colour]), 0), 0)),
    number(score),
  );
  const bars = shown('Flights and delay day by day, all kinds');
  const line = shown('Flights and delay day by day, all kinds', 1);
  const [[ordinary, anomalous]] = await rows(
    days('sum(flights) FILTER (WHERE NOT is_anomaly), sum(flights) FILTER (WHERE is_anomaly)'),
  );
  const added = (metric: string) => bars.rows.reduce((sum, row) => sum + Number(row[metric]), 0);
  t.is(added('flights_on_ordinary_days'), Number(ordinary));
  t.is(added('flights_on_anomalous_days'), Number(anomalous));
  const means = await rows(
    `${days('flight_date, sum(mean_departure_delay * departures) / sum(departures)')} GROUP BY 1 ORDER BY 1`,
  );
  t.deepEqual(
    line.rows.toSorted((a, b) => Number(a.flight_date) - Number(b.flight_date)).map((row) => number(row.mean_delay)),
    means.map(([, mean]) => number(mean)),
  );
  // The bands of three airports are not one band.
  t.false(line.rows.some((row) => row.mean_delay__yhat_lower || row.mean_delay__yhat_upper));

  // Where.
  const ranking = await rows(`${days('airport, count(*)')} AND is_anomaly GROUP BY airport ORDER BY airport`);
  t.deepEqual(
    shown('Airports by anomalous days')
      .rows.map((row) => [row.airport, Number(row.delay_days) + Number(row.cancellation_days) + Number(row.both_days)])
      .sort(),
    ranking.map(([airport, count]) => [airport, Number(count)]),
  );
  const circles = await rows(
    `SELECT airports.airport, name, latitude, longitude, sqrt(sum(flights)), count(*) FILTER (WHERE is_anomaly),
       to_char(sum(flights), 'FM999,999')
     FROM airport_days JOIN airports ON airports.airport = airport_days.airport
     WHERE year = 2013 GROUP BY airports.airport ORDER BY airports.airport`,
  );
  t.is(circles.length, 3);
  t.deepEqual(
    shown('Airports on the map, all kinds')
      .rows.toSorted((a, b) => String(a.airport).localeCompare(String(b.airport)))
      .map((row) => [
        ...[row.airport, row.name, row.latitude, row.longitude, number(row.circle)],
        ...[row.anomalous_days_class, row.anomalous_days_text, row.flights_text],
      ]),
    circles.map(([airport, name, latitude, longitude, circle, count, flights]) => [
      ...[airport, name, latitude, longitude, number(circle)],
      ...[anomalousDaysClass(Number(count)), count, flights],
    ]),
  );
  const legend = await opened.page.$$eval('.deck_scatter li', (lines) =>
    lines
      .map((line) => ({ text: line.textContent.replace(/^\W+/, ''), left: line.getBoundingClientRect().left }))
      .sort((a, b) => a.left - b.left)
      .map(({ text }) => text),
  );
  t.deepEqual(
    legend,
    classes.filter((name) => circles.some(([, , , , , count]) => anomalousDaysClass(Number(count)) === name)),
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

  // Whose.
  for (const [chart, dimension] of whose) {
    const label = dimension === 'hours' ? 'value' : 'label';
    t.deepEqual(
      shown(chart)
        .rows.map((row) => [row[label], number(row.excess_standing_out), number(row.excess_of_many)])
        .sort(),
      await excessBy(dimension, 'year = 2013'),
      chart,
    );
  }
  const troubled = await rows(
    `SELECT kind, coalesce(coalesce(carriers.name || ' (' || carrier || ')', carrier) || ' at ' || airport, airports.city),
       flights, cancelled, event_id IS NOT NULL
     FROM segment_anomalies LEFT JOIN carriers USING (carrier) LEFT JOIN airports USING (airport)
     WHERE year = 2013 ORDER BY anomaly_score DESC`,
  );
  t.true(troubled.length > 100);
  const trouble = shown('Carriers and destinations in trouble').rows;
  t.is(trouble.length, troubled.length);
  trouble.forEach(({ who, flights, cancelled, event }, index) => {
    const [kind, name, ...numbers] = troubled[index];
    if (kind === 'carrier') t.is(who, name);
    else t.true(String(who).startsWith(`Flights to ${name} (`), String(who));
    t.deepEqual([flights, cancelled, event !== ''], numbers);
  });

  // Which days: the worst first, with links.
  const worst = shown('The worst days').rows;
  const bad = await rows(
    `${days('airport, explanation, flight_date::text')} AND is_anomaly ORDER BY anomaly_score DESC`,
  );
  t.deepEqual(
    worst.map(({ airport_link, explanation }) => [airport_link, explanation]),
    bad.map(([airport, explanation, date]) => [
      `<a href="https://files.example.org/delaywatch/reports/airports/${airport}.html#${date}" target="_blank">${airport}</a>`,
      explanation,
    ]),
  );
  t.regex(String(worst[0].year_link), /"https:\/\/files\.example\.org\/delaywatch\/reports\/2013\.html"/);

  // All years.
  t.deepEqual(
    shown('Anomalous days by year').rows.map((row) =>
      [row.year, row.delay_days, row.cancellation_days, row.both_days].map(Number),
    ),
    (
      await rows(
        `SELECT year, count(*) FILTER (WHERE anomaly_kind = 'delays'), count(*) FILTER (WHERE anomaly_kind = 'cancellations'),
           count(*) FILTER (WHERE anomaly_kind = 'both') FROM airport_days WHERE is_anomaly GROUP BY year ORDER BY year`,
      )
    ).map((row) => row.map(Number)),
  );
  t.deepEqual(
    shown('Share cancelled by year').rows.map((row) => [row.year, number(row.share_cancelled)]),
    (
      await rows(
        `SELECT year, sum(coalesce(cancelled, flights - departures))::float / sum(flights) FROM airport_days GROUP BY year ORDER BY year`,
      )
    ).map(([year, share]) => [year, number(share)]),
  );
  t.deepEqual(
    shown('Anomalous days by airport and year')
      .rows.map((row) => [row.airport, row.year, Number(row.total_anomalous_days)].join())
      .sort(),
    (await rows('SELECT airport, year, count(*) FROM airport_days WHERE is_anomaly GROUP BY 1, 2'))
      .map((row) => row.join())
      .sort(),
  );
  t.deepEqual(
    shown('The worst events of all years').rows.map(({ title, lost }) => [title, number(lost)]),
    (await rows('SELECT title, minutes_lost + 300 * cancelled AS lost FROM events ORDER BY lost DESC LIMIT 50')).map(
      ([title, lost]) => [title, number(lost)],
    ),
  );
  t.deepEqual(
    shown('The worst days of all years').rows.map(({ explanation }) => explanation),
    (await rows('SELECT explanation FROM airport_days WHERE is_anomaly ORDER BY anomaly_score DESC LIMIT 100')).flat(),
  );
  const trouble12 = shown('Most often in trouble').rows;
  t.true(trouble12.length === 12 && trouble12.every(({ segment_days }) => Number(segment_days) > 0));

  // The pipeline.
  const runs = await rows(
    `SELECT year, flights_read, rows_loaded, charts, anomalies, code_version, extract(epoch FROM finished_at) * 1000
     FROM runs ORDER BY year DESC`,
  );
  t.deepEqual(
    shown('Years in the database').rows.map((row) => [
      ...[
        Number(/>(\d+)</.exec(String(row.year_link))![1]),
        row.state,
        row.flights_read,
        row.rows_loaded,
        row.charts,
        row.anomalies,
        row.code_version,
      ],
      Math.round(Number(row.finished_at)),
    ]),
    runs.map(([year, flights, loaded, charts, anomalies, version, finished]) => [
      ...[year, 'published', flights, loaded, charts, anomalies, version],
      Math.round(Number(finished)),
    ]),
  );
  const latest = Math.max(...runs.map(([, , , , , , finished]) => Math.round(Number(finished))));
  t.deepEqual(
    shown('Latest run').rows.map(({ latest_run }) => Math.round(Number(latest_run))),
    [latest],
  );
  t.deepEqual(
    shown('Quality of the data').rows.map(({ year, fact, warning }) => [year, fact, warning]),
    await rows('SELECT year, fact, warning FROM run_quality ORDER BY year DESC, place'),
  );
  const asked = new Set(all.map(({ chart }) => chart));
  for (const { slice_name } of bundleFiles('charts')) t.true(asked.has(slice_name), slice_name);

  // 2012 is loaded.
  t.regex(await bigNumber(opened, 'Flights'), /^[\d,]+[+-]?[\d,.]+% on the year before$/);
  await Promise.all([opened.close(), allYears.close()]);
});

test.serial('a click on a bar chooses its airport for all other charts, a second one takes it back', async (t) => {
  t.timeout(300_000);
  const opened = await openDashboard(browser, superset, desk);
  const followers = chartsOn('TAB-one-year').filter((name) => name !== 'Airports by anomalous days');
  // Clicks that have nothing to say to others: a cause, a cell of a table.
  const none = await askedBy(opened, [], async () => {
    await click(opened, { on: '[data-test-chart-name="Minutes of delay by cause"] canvas', x: 0.5, y: 0.4 });
    await click(opened, { on: '[data-test-chart-name="The worst days"] tbody td:nth-child(5)', x: 0.5, y: 0.5 });
  });
  t.deepEqual(none, []);
  const [[most]] = await rows(
    'SELECT airport FROM airport_days WHERE year = 2013 AND is_anomaly GROUP BY 1 ORDER BY count(*) DESC LIMIT 1',
  );
  const bar = { on: '[data-test-chart-name="Airports by anomalous days"] canvas', x: 0.22, y: 0.7 };
  const chosen = await askedBy(opened, followers, () => clickToAsk(opened, bar));
  t.deepEqual([...new Set(chosen.map(({ chart }) => chart))].sort(), followers.sort());
  for (const { chart, sql, rows: got, error } of chosen) {
    t.is(error, null, chart);
    t.true(sql.includes(`airport IN ('${most}')`), `${chart}: ${sql}`);
    t.true(got.length > 0, chart);
  }
  const days = chosen.filter(({ chart }) => chart === 'The worst days')[0].rows;
  const expected = await rows(
    `SELECT explanation FROM airport_days WHERE year = 2013 AND is_anomaly AND airport = '${most}' ORDER BY anomaly_score DESC`,
  );
  t.deepEqual(
    days.map(({ explanation }) => explanation),
    expected.flat(),
  );
  const bands = await rows(
    `SELECT expected_low, expected_high FROM airport_days WHERE year = 2013 AND airport = '${most}' ORDER BY flight_date`,
  );
  const line = chosen.filter(({ chart }) => chart === 'Flights and delay day by day, all kinds')[1].rows;
  t.deepEqual(
    line
      .toSorted((a, b) => Number(a.flight_date) - Number(b.flight_date))
      .map((row) => [number(row.mean_delay__yhat_lower), number(row.mean_delay__yhat_upper)]),
    bands.map(([low, high]) => [number(low), number(high)]),
  );
  const takenBack = await askedBy(opened, followers, () => clickToAsk(opened, bar));
  t.deepEqual([...new Set(takenBack.map(({ chart }) => chart))].sort(), followers.sort());
  t.false(takenBack.some(({ sql }) => sql.includes('airport IN')));
  await opened.close();
});

test.serial('a click on one of the worst days shows whose flights it was, a second one takes it back', async (t) => {
  t.timeout(300_000);
  const opened = await openDashboard(browser, superset, desk);
  const charts = whose.map(([chart]) => chart);
  const [[day]] = await rows(
    `SELECT flight_date || ' ' || airport FROM airport_days WHERE year = 2013 AND is_anomaly
     ORDER BY anomaly_score DESC LIMIT 1`,
  );
  const cell = { on: '[data-test-chart-name="The worst days"] tbody td:first-child', x: 0.3, y: 0.3 };
  const chosen = await askedBy(opened, charts, () => click(opened, cell));
  t.deepEqual(chosen.map(({ chart }) => chart).sort(), charts.toSorted(), 'no other chart follows');
  for (const [chart, dimension] of whose) {
    const { rows: got, error } = chosen.find((answer) => answer.chart === chart)!;
    t.is(error, null);
    t.deepEqual(
      got.map((row) => [row.label ?? row.value, number(row.excess_standing_out), number(row.excess_of_many)]).sort(),
      await excessBy(dimension, `flight_date || ' ' || airport = '${day}'`),
      chart,
    );
  }
  writeFileSync(join(artifacts, 'dashboard-2013-day.png'), await opened.picture());
  const takenBack = await askedBy(opened, charts, () => click(opened, cell));
  t.deepEqual(takenBack.map(({ chart }) => chart).sort(), charts.toSorted());
  t.false(takenBack.some(({ sql }) => sql.includes('airport_day IN')));
  await opened.close();
});

test.serial('a click on a day’s bar chooses the day, a second one takes it back', async (t) => {
  t.timeout(300_000);
  const opened = await openDashboard(browser, superset, desk);
  const followers = [
    ...['Airports by anomalous days', 'Minutes of delay by cause', 'Cancelled flights by cause', 'The worst days'],
    ...['Most often in trouble', 'Carriers and destinations in trouble', ...whose.map(([chart]) => chart)],
  ];
  const [[day]] = await rows(
    `SELECT to_char(flight_date, 'YYYY-MM-DD Dy') FROM airport_days WHERE year = 2013 ORDER BY anomaly_score DESC LIMIT 1`,
  );
  const x = await placeOfDay(opened, day);
  const bar = { on: `${daysChart} canvas`, x, y: 0.6 };
  const chosen = await askedBy(opened, followers, () => clickToAsk(opened, bar));
  t.deepEqual([...new Set(chosen.map(({ chart }) => chart))].sort(), followers.toSorted(), 'no other chart follows');
  for (const { chart, sql, error } of chosen) {
    t.is(error, null, chart);
    t.true(sql.includes(`day IN ('${day}')`), `${chart}: ${sql}`);
  }
  const expected = await rows(
    `SELECT explanation FROM airport_days WHERE is_anomaly AND to_char(flight_date, 'YYYY-MM-DD Dy') = '${day}'
     ORDER BY anomaly_score DESC`,
  );
  t.deepEqual(
    chosen.find(({ chart }) => chart === 'The worst days')!.rows.map(({ explanation }) => explanation),
    expected.flat(),
  );
  const takenBack = await askedBy(opened, followers, () => clickToAsk(opened, bar));
  t.false(takenBack.some(({ sql }) => sql.includes('day IN')));
  await opened.close();
});

const daysChart = '[data-test-chart-name="Worst score of each day"]';

/** Where the bar of a day is, as a share of the chart's width: what the tooltip tells leads there. */
async function placeOfDay({ page }: DashboardPage, day: string): Promise<number> {
  await page.locator(`${daysChart} canvas`).hover();
  const { left, top, width, height } = await page
    .locator(`${daysChart} canvas`)
    .map((element) => element.getBoundingClientRect().toJSON())
    .wait();
  const dayAt = async (share: number): Promise<number> => {
    await page.mouse.move(left + width * share, top + height * 0.6, { steps: 3 });
    // The tooltip follows the mouse; it says the same when nothing has changed.
    await sleep(500);
    const text = await page.evaluate(() =>
      [...document.querySelectorAll('div')]
        .map((box) => /^\s*(\d{4}-\d\d-\d\d) \w{3}\s/.exec(box.textContent)?.[1])
        .find(Boolean),
    );
    if (!text) throw new TimeoutError('the chart tells no day');
    return Date.parse(text) / 86_400_000;
  };
  const wanted = Date.parse(day.slice(0, 10)) / 86_400_000;
  let share = 0.2;
  await retryStep(async () => {
    const [here, there] = [await dayAt(share), await dayAt(share + 0.4)];
    for (let step = (there - here) / 0.4, at = here, attempt = 0; at !== wanted; attempt++) {
      if (attempt > 8) throw new TimeoutError(`no bar of ${day}`);
      share += (wanted - at) / step;
      at = await dayAt(share);
    }
  });
  return share;
}

test.serial('numbers follow the kind of anomaly; where no day has it, charts say so for people', async (t) => {
  t.timeout(300_000);
  const opened = await openDashboard(browser, superset, desk);
  const flights = await bigNumber(opened, 'Flights');
  const [[airport, kind]] = await rows(
    `SELECT airport, kind FROM (SELECT DISTINCT airport FROM airport_days WHERE year = 2013) AS airports
     CROSS JOIN (SELECT DISTINCT anomaly_kind AS kind FROM airport_days WHERE is_anomaly) AS kinds
     WHERE NOT EXISTS (SELECT FROM airport_days AS days
       WHERE year = 2013 AND days.airport = airports.airport AND anomaly_kind = kind) LIMIT 1`,
  );
  const [[delays, events]] = await rows(
    `SELECT count(*), count(DISTINCT event_id) FROM airport_days WHERE year = 2013 AND anomaly_kind = 'delays'`,
  );
  const numbers = ['Anomalous days', 'Events'];
  await askedBy(opened, numbers, () => choose(opened, 'Kind of anomaly', 'delays'));
  for (const [index, chart] of numbers.entries()) {
    const shown = await bigNumber(opened, chart);
    t.true(shown.startsWith([delays, events][index]), `${chart}: ${shown}`);
  }
  t.is(await bigNumber(opened, 'Flights'), flights, 'flights have no kind');

  if (kind !== 'delays') {
    await askedBy(opened, numbers, () => choose(opened, 'Kind of anomaly', 'delays'));
    await askedBy(opened, numbers, () => choose(opened, 'Kind of anomaly', kind));
  }
  await askedBy(opened, numbers, () => choose(opened, 'Airport', airport));
  for (const chart of numbers) t.is(await bigNumber(opened, chart), '0', chart);
  writeFileSync(join(artifacts, 'dashboard-2013-nothing.png'), await opened.picture());
  const text = await opened.page.evaluate(() => document.body.innerText);
  t.true(text.split('Nothing matches what is chosen on this page').length > 5, text);
  t.notRegex(text, /No results were returned/);
  await opened.close();
});

test.serial('the worst days can be taken along as CSV and as Excel, links as their words', async (t) => {
  t.timeout(300_000);
  const opened = await openDashboard(browser, superset, desk);
  const { page } = opened;
  const downloads = join(folder, 'downloads');
  mkdirSync(downloads);
  const browserSession = await page.createCDPSession();
  await browserSession.send('Page.setDownloadBehavior', { behavior: 'allow', downloadPath: downloads });
  const expected = await rows(
    `SELECT airport, explanation FROM airport_days WHERE year = 2013 AND is_anomaly ORDER BY anomaly_score DESC`,
  );
  const readers = {
    'Export to .CSV': `list(csv.DictReader(open(sys.argv[1], encoding='utf-8-sig', newline=''), escapechar='\\\\'))`,
    'Export to Excel': `[dict(zip(table[0], row)) for row in table[1:]]`,
  };
  for (const [item, read] of Object.entries(readers)) {
    await retryStep(async () => {
      await page.locator('[data-test-chart-name="The worst days"] [aria-label="More Options"]').click();
      await page.locator('::-p-xpath(//*[contains(@class, "menu-submenu-title")][contains(., "Download")])').hover();
      await page
        .locator(`::-p-xpath(//li[@role="menuitem"][text()="${item}" or .="${item}"])`)
        .setTimeout(followMilliseconds)
        .click();
    });
    const file = await downloaded(downloads, item.endsWith('Excel') ? '.xlsx' : '.csv');
    const program = `import csv, json, sys
${item.endsWith('Excel') ? 'import openpyxl\ntable = [[cell for cell in row] for row in openpyxl.load_workbook(sys.argv[1]).active.iter_rows(values_only=True)]' : ''}
print(json.dumps(${read}, default=str))`;
    const { stdout } = await run(superset.python, ['-c', program, file]);
    t.deepEqual(
      JSON.parse(stdout).map((row: any) => [row.Airport, row['What happened'], String(row['Year’s page'])]),
      expected.map(([airport, explanation]) => [airport, explanation, '2013']),
      item,
    );
  }
  await opened.close();
});

/** Resolves to the file with this ending, once the browser has written it to its end. */
async function downloaded(folder: string, ending: string): Promise<string> {
  for (const end = Date.now() + answerMilliseconds; Date.now() < end; await sleep(100)) {
    const name = readdirSync(folder).find((name) => name.endsWith(ending));
    if (name) return join(folder, name);
  }
  throw new Error(`no ${ending} was downloaded`);
}

test.serial('the filters choose: year, airport, and what is compared with the year before', async (t) => {
  t.timeout(300_000);
  const opened = await openDashboard(browser, superset, desk);
  const four = ['Flights', 'Anomalous days', 'Events', 'Share cancelled'];
  const [[jfkFlights]] = await rows(`SELECT sum(flights) FROM airport_days WHERE year = 2013 AND airport = 'JFK'`);

  // JFK is new in 2013: there is a number, and nothing to compare it with.
  const jfk = await askedBy(opened, [...four, 'The worst days'], () => choose(opened, 'Airport', 'JFK'));
  for (const { chart, sql, rows: got } of jfk) {
    t.true(sql.includes(`airport IN ('JFK')`), `${chart}: ${sql}`);
    t.true(got.length > 0, chart);
  }
  t.false(jfk.some(({ chart }) => ['Latest run', 'Years in the database'].includes(chart)));
  t.is(await bigNumber(opened, 'Flights'), Number(jfkFlights).toLocaleString('en-US'));

  // JFK has no flights in 2012, and 2011, the year before, is not loaded.
  await askedBy(opened, four, () => choose(opened, 'Year', '2012'));
  t.deepEqual(await Promise.all(four.map((chart) => bigNumber(opened, chart))), ['0', '0', '0', '0.00%']);
  const causes = ['Minutes of delay by cause', 'Cancelled flights by cause'];
  const all = await askedBy(opened, [...four, ...causes], () => choose(opened, 'Airport', 'JFK'));
  const [[flights]] = await rows('SELECT sum(flights) FROM airport_days WHERE year = 2012');
  t.is(await bigNumber(opened, 'Flights'), Number(flights).toLocaleString('en-US'));

  // As the carriers reported them.
  const reported: [string, Record<string, string>][] = [
    [
      'Minutes of delay by cause',
      {
        carrier: 'carrier_minutes',
        weather: 'weather_minutes',
        'air system': 'air_system_minutes',
        security: 'security_minutes',
        'late aircraft': 'late_aircraft_minutes',
      },
    ],
    [
      'Cancelled flights by cause',
      {
        carrier: 'cancelled_by_carrier',
        weather: 'cancelled_by_weather',
        'air system': 'cancelled_by_air_system',
        security: 'cancelled_by_security',
      },
    ],
  ];
  for (const [chart, columns] of reported) {
    const [sums] = await rows(
      `SELECT ${Object.values(columns).map((column) => `sum(${column})`)} FROM airport_days WHERE year = 2012 AND is_anomaly`,
    );
    t.deepEqual(
      Object.fromEntries(
        all.find((answer) => answer.chart === chart)!.rows.map(({ cause, reported }) => [cause, number(reported)]),
      ),
      Object.fromEntries(Object.keys(columns).map((cause, index) => [cause, number(sums[index])])),
      chart,
    );
  }
  await opened.close();
});

test.serial(
  'the ranking shows the fifteen airports with most anomalous days, of equal ones the first by code',
  async (t) => {
    t.timeout(300_000);
    const opened = await openDashboard(browser, superset, desk);
    const name = 'Airports by anomalous days';
    const answers = await askedBy(opened, [name], () => choose(opened, 'Year', '2010'));
    const [shown] = answers.filter(({ chart }) => chart === name);
    const ranking = await rows(
      `SELECT airport, count(*) FROM airport_days WHERE year = 2010 AND is_anomaly
       GROUP BY airport ORDER BY count(*) DESC, airport`,
    );
    t.is(ranking[14][1], ranking[15][1], 'the last one shown has as many as the first one left out');
    t.deepEqual(
      shown.rows.map(({ airport }) => airport).sort(),
      ranking
        .slice(0, 15)
        .map(([airport]) => airport)
        .sort(),
    );
    await opened.close();
  },
);

test.serial('it can be read on a phone', async (t) => {
  t.timeout(300_000);
  const opened = await openDashboard(browser, superset, {
    ...viewer,
    user: viewer.username,
    width: 390,
    device: 'phone',
  });
  const { page, number, cards, cut } = await opened.page.evaluate(() => ({
    page: document.documentElement.scrollWidth,
    number: document.querySelector('.header-line')!.getBoundingClientRect().bottom,
    cards: [...document.querySelectorAll('.dashboard-component-chart-holder')].map((card) => {
      const { left, width } = card.getBoundingClientRect();
      return `${Math.round(width)} from ${Math.round(left)}`;
    }),
    cut: [...document.querySelectorAll('.chart-slice .header-title')]
      .filter((title) => title.scrollWidth > title.clientWidth || title.clientHeight > 30)
      .map((title) => title.textContent),
  }));
  t.true(page <= 390, `the page is ${page} wide`);
  t.is(cards.length, chartsOn('TAB-one-year').length);
  t.deepEqual(
    [...new Set(cards)],
    ['173 from 16', '173 from 201', '358 from 16'],
    'two numbers beside each other, all others one card per row',
  );
  t.true(number < 844 / 2, `the first number ends ${number} below the top`);
  t.deepEqual(cut, []);
  // As high as the browser can draw.
  writeFileSync(join(artifacts, 'dashboard-2013-phone.png'), await opened.picture(4_000));
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

test.serial('without signing in one sees nothing', async (t) => {
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
  const bundled = await things();
  t.is(bundled.chart.length, bundleFiles('charts').length);
  t.is(bundled.dataset.length, bundleFiles('datasets').length);
  t.deepEqual([bundled.database.length, bundled.dashboard.length], [1, 1]);
  const days = bundled.dataset.find(({ table_name }) => table_name === 'Airport days');
  const { status } = await admin.call('POST', '/chart/', {
    slice_name: 'my own',
    viz_type: 'table',
    datasource_id: days.id,
    datasource_type: 'table',
    params: '{}',
  });
  t.is(status, 201);
  const before = await things();
  t.is(before.chart.length, bundled.chart.length + 1);
  await run(superset.python, [setUp], { env: superset.environment });
  t.deepEqual(await things(), before);
});

test.serial(
  'a changed bundle updates what it still has and removes the rest, and the bundle of before brings it back',
  async (t) => {
    t.timeout(300_000);
    const before = await things();
    const changed = join(folder, 'changed');
    cpSync(dirname(setUp), changed, { recursive: true });
    const edit = (path: string, change: (content: any) => void) => {
      const file = join(changed, 'bundle', path);
      const content = parse(readFileSync(file, 'utf8'));
      change(content);
      writeFileSync(file, stringify(content));
    };
    for (const gone of ['charts/latest-run', 'charts/years-in-the-database', 'datasets/flights/runs'])
      rmSync(join(changed, 'bundle', `${gone}.yaml`));
    edit('dashboards/flight-delays.yaml', ({ position, metadata }) => {
      for (const id of ['HEADER-did-the-pipeline-run', 'ROW-runs', 'CHART-latest-run', 'CHART-years-in-the-database'])
        delete position[id];
      const tab = position['TAB-all-years'];
      tab.children = tab.children.filter((id: string) => id in position);
      delete metadata.chart_configuration[13];
    });
    edit('charts/flights.yaml', (chart) => Object.assign(chart, { slice_name: 'Flights of the year' }));
    edit('datasets/flights/airports.yaml', (dataset) => {
      dataset.metrics = dataset.metrics.filter(({ metric_name }: any) => metric_name === 'circle');
    });

    await run(superset.python, [join(changed, 'set_up.py')], { env: superset.environment });
    const after = await things();
    const named = (found: Record<string, any[]>, kind: string, name: string) =>
      found[kind].map((thing) => thing[name]).sort();
    t.deepEqual(
      named(after, 'chart', 'slice_name'),
      named(before, 'chart', 'slice_name')
        .filter((name) => name !== 'Latest run' && name !== 'Years in the database')
        .map((name) => (name === 'Flights' ? 'Flights of the year' : name))
        .sort(),
    );
    t.deepEqual(
      named(after, 'dataset', 'table_name'),
      named(before, 'dataset', 'table_name').filter((name) => name !== 'Runs'),
    );
    const airports = after.dataset.find(({ table_name }) => table_name === 'Airports');
    const { body } = await admin.call('GET', `/dataset/${airports.id}`);
    t.deepEqual(
      body.result.metrics.map(({ metric_name }: any) => metric_name),
      ['circle'],
    );

    await run(superset.python, [setUp], { env: superset.environment });
    const restored = await things();
    for (const [kind, name] of [
      ['chart', 'slice_name'],
      ['dataset', 'table_name'],
    ] as const)
      t.deepEqual(named(restored, kind, name), named(before, kind, name));
  },
);

/** What Superset has of each kind, in the order of their numbers. */
async function things(): Promise<Record<string, any[]>> {
  const found: Record<string, any[]> = {};
  for (const kind of ['database', 'dataset', 'chart', 'dashboard']) {
    const { body } = await admin.call('GET', `/${kind}/?q=(page_size:100)`);
    found[kind] = body.result
      .map(({ id, uuid, slice_name, table_name, dashboard_title, description }: any) => ({
        ...{ id, uuid, slice_name, table_name, dashboard_title, description },
      }))
      .sort((a: any, b: any) => a.id - b.id);
  }
  return found;
}

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
