import { readFileSync } from 'node:fs';
import test from 'ava';

const read = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8');
const pins = (text: string) => text.split('\n').filter((line) => /^[\w.-]+==/.test(line));

test('MWAA installs the versions that the tests run with', (t) => {
  const tested = pins(read('../../local/airflow-requirements.txt'));
  const installed = pins(read('../../dags/requirements.txt'));
  t.deepEqual(installed, ['apache-airflow-providers-cncf-kubernetes==10.16.0']);
  for (const pin of installed) t.true(tested.includes(pin), pin);
});

test('nothing in it keeps MWAA from its own constraints', (t) => {
  // It looks for these words, even in a comment.
  t.notRegex(read('../../dags/requirements.txt'), /(^|\s)(-c|--constraint)\s/m);
});
