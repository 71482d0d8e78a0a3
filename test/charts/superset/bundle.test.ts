import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { kinds, palette, themes, unknown, worse } from '../../../charts/palette.ts';
import { bundleFiles } from '../../support/dashboard-bundle.ts';

const folder = fileURLToPath(new URL('../../../charts/superset/', import.meta.url));

const [database] = bundleFiles('databases');
const datasets = bundleFiles('datasets');
const charts = bundleFiles('charts');
const [dashboard] = bundleFiles('dashboards');
const cells = Object.values<any>(dashboard.position).filter(({ type }) => type === 'CHART');

test('everything has an identity of its own, and what is pointed at is there', (t) => {
  const all = [database, ...datasets, ...charts, dashboard].map(({ uuid }) => uuid);
  t.is(new Set(all).size, all.length);
  for (const dataset of datasets) t.is(dataset.database_uuid, database.uuid, dataset.table_name);
  for (const chart of charts) {
    t.true(
      datasets.some(({ uuid }) => uuid === chart.dataset_uuid),
      chart.slice_name,
    );
  }
  t.deepEqual(cells.map(({ meta }) => meta.uuid).sort(), charts.map(({ uuid }) => uuid).sort());
  for (const filter of dashboard.metadata.native_filter_configuration) {
    const [{ datasetUuid, column }] = filter.targets;
    const dataset = datasets.find(({ uuid }) => uuid === datasetUuid);
    t.true(
      dataset.columns.some(({ column_name }: any) => column_name === column.name),
      filter.name,
    );
  }
});

test('every chart and dataset says what it shows, and only the bundle may change it', (t) => {
  for (const { slice_name, description, is_managed_externally } of charts) {
    t.true(description?.length > 20, slice_name);
    t.true(is_managed_externally, slice_name);
  }
  for (const { table_name, description } of datasets) t.true(description?.length > 20, table_name);
});

test('a name stands for one column or metric of a dataset only: colours are found by it', (t) => {
  for (const { table_name, columns, metrics } of datasets) {
    const names = [...columns, ...metrics].map(({ verbose_name }) => verbose_name);
    t.is(new Set(names).size, names.length, table_name);
  }
});

test('a chart that has all years is asked for one: each dataset knows year and, but for those of runs, airport', (t) => {
  for (const { table_name, columns } of datasets) {
    const names = columns.map(({ column_name }: any) => column_name);
    t.true(names.includes('year'), table_name);
    if (!['Runs', 'Quality facts'].includes(table_name)) t.true(names.includes('airport'), table_name);
  }
});

test('the datasets that follow a click have the column that was clicked', (t) => {
  const chartOf = (id: number) =>
    charts.find(({ uuid }) => uuid === cells.find(({ meta }) => meta.chartId === id).meta.uuid);
  const columnsOf = (chart: any) =>
    datasets.find(({ uuid }) => uuid === chart.dataset_uuid).columns.map(({ column_name }: any) => column_name);
  let followed = 0;
  for (const { id, crossFilters } of Object.values<any>(dashboard.metadata.chart_configuration)) {
    const { params } = chartOf(id);
    const clicked = params.x_axis ?? params.all_columns?.[0];
    const followers = cells
      .map(({ meta }) => meta.chartId)
      .filter((other) => !crossFilters.scope.excluded.includes(other));
    t.deepEqual(
      crossFilters.scope.rootPath.length === 0 ? [] : followers.sort((a, b) => a - b),
      crossFilters.chartsInScope,
    );
    for (const follower of crossFilters.chartsInScope) {
      t.true(columnsOf(chartOf(follower)).includes(clicked), `${chartOf(follower).slice_name}: ${clicked}`);
      followed++;
    }
  }
  t.true(followed > 10);
});

test('every chart stands on one of the tabs', (t) => {
  const { position } = dashboard;
  const below = (id: string): string[] => [id, ...(position[id].children ?? []).flatMap(below)];
  const placed = below('ROOT_ID').filter((id) => id.startsWith('CHART-'));
  t.deepEqual(placed.sort(), cells.map(({ id }) => id).sort());
  for (const { id, parents } of Object.values<any>(position)) {
    if (parents) t.true(parents.every((parent: string) => below(parent).includes(id)) || id === 'GRID_ID', id);
  }
});

test('the bundle contains no password', (t) => {
  t.is(new URL(database.sqlalchemy_uri).password, '');
  t.is(new URL(database.sqlalchemy_uri).hostname, 'flights-database');
  t.false(database.allow_dml || database.expose_in_sqllab);
});

test('no chart asks with SQL of its own: its metrics and columns are those of its dataset', (t) => {
  for (const { slice_name, dataset_uuid, params } of charts) {
    t.false(/sqlExpression|expressionType: SQL/.test(JSON.stringify(params)), slice_name);
    const { columns, metrics } = datasets.find(({ uuid }) => uuid === dataset_uuid);
    const names = (list: any[], key: string) => list.map((item) => item[key]);
    const asked = [params.metric, params.metrics, params.metrics_b].flat().filter(Boolean);
    for (const metric of asked) t.true(names(metrics, 'metric_name').includes(metric), `${slice_name}: ${metric}`);
    const read = [params.x_axis, params.groupby, params.groupbyRows, params.groupbyColumns, params.all_columns]
      .concat(params.dimension)
      .flat()
      .filter(Boolean);
    for (const column of read) t.true(names(columns, 'column_name').includes(column), `${slice_name}: ${column}`);
    const sorted = (params.order_by_cols ?? []).map((key: string) => JSON.parse(key)[0]);
    const all = [...names(metrics, 'metric_name'), ...names(columns, 'column_name')];
    for (const name of sorted) t.true(all.includes(name), `${slice_name}: ${name}`);
  }
});

test('from ordinary to worst it has the colours of the charts, in their order', (t) => {
  const config = readFileSync(join(folder, 'superset_config.py'), 'utf8');
  const [, scheme] = /"id": "delaywatch_worse",[^\]]*"colors": (\[[^\]]*\])/.exec(config)!;
  t.deepEqual(JSON.parse(scheme), [...worse]);
  const { label_colors } = dashboard.metadata;
  t.deepEqual(
    ['no anomalous day', '1 to 3 days', '4 to 7 days', '8 to 14 days', '15 days or more'].map(
      (days) => label_colors[days],
    ),
    [unknown, ...worse.slice(2)],
  );
  for (const [kind, colour] of Object.entries(kinds)) t.is(label_colors[kind], colour, kind);
  t.is(label_colors['Flights on anomalous days'], palette.anomaly);
  t.is(label_colors['Flights on ordinary days'], palette.flightsFaint);
  t.is(label_colors['Mean delay (min)'], palette.delay);
});

test('its colours are those of the palette', (t) => {
  const known = new Set<string>(
    [palette, themes.light, themes.dark, kinds].flatMap((colours) => Object.values(colours)),
  );
  for (const colour of [...worse, unknown, '#c3ccd5']) known.add(colour);
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) =>
    /\.(py|yaml|svg)$/.test(path),
  );
  let seen = 0;
  for (const file of files) {
    for (const [colour] of readFileSync(join(folder, file), 'utf8').matchAll(/#[0-9a-f]{6}\b/g)) {
      t.true(known.has(colour), `${colour} in ${file}`);
      seen++;
    }
  }
  t.true(seen > 20);
});
