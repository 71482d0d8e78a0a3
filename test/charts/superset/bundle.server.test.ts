import test from 'ava';
import { bundleFiles } from '../../support/dashboard-bundle.ts';
import { runCommand } from '../../support/run-command.ts';
import { startTestDatabase, type TestDatabase } from '../../support/test-database.ts';

let database: TestDatabase;

test.before(async () => {
  database = await startTestDatabase();
  const { code, log } = await runCommand(['migrate'], database.environment);
  if (code !== 0) throw new Error(log);
});

test.after.always(() => database?.stop());

test('every dataset, column and metric can be asked for, in the schema that the migrations make, by the viewer', async (t) => {
  const viewer = await database.postgres.connect('viewer');
  try {
    for (const { table_name, sql, columns, metrics } of bundleFiles('datasets')) {
      const names = columns.map(({ column_name }: any) => column_name);
      const { fields } = await viewer.query(`SELECT * FROM (${sql}) AS virtual_table`);
      t.deepEqual(fields.map(({ name }) => name).sort(), [...names].sort(), table_name);
      for (const { expression } of metrics) {
        await t.notThrowsAsync(
          viewer.query(`SELECT ${expression} FROM (${sql}) AS virtual_table`),
          `${table_name}: ${expression}`,
        );
      }
    }
  } finally {
    await viewer.end();
  }
});
