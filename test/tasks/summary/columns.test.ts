import { readdirSync, readFileSync } from 'node:fs';
import test from 'ava';
import { cancelledColumns, minutesColumns } from '../../../tasks/summary/causes.ts';
import { columnName, columns } from '../../../tasks/summary/columns.ts';

test('columns are named as the table names them', (t) => {
  const names = new Map(columns.map((column) => [column.property, columnName(column)]));
  t.is(names.get('meanDepartureDelay'), 'mean_departure_delay');
  t.is(names.get('zScore'), 'z_score');
  t.is(names.get('isAnomaly'), 'is_anomaly');
  t.is(names.get('cancelledByAirSystem'), 'cancelled_by_air_system');
  t.is(new Set(names.values()).size, columns.length);
});

test('every cause has its column', (t) => {
  const properties = columns.map(({ property }) => property);
  for (const name of [...minutesColumns, ...cancelledColumns]) t.true(properties.includes(name), name);
});

test('every column stands in the migrations', (t) => {
  const folder = new URL('../../../tasks/migrations/', import.meta.url);
  const sql = readdirSync(folder)
    .filter((name) => name.endsWith('.sql'))
    .map((name) => readFileSync(new URL(name, folder), 'utf8'))
    .join('\n');
  for (const name of columns.map(columnName)) t.regex(sql, new RegExp(`^\\s*(?:ADD COLUMN )?${name} `, 'm'));
});
