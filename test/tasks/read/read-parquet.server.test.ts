import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import test from 'ava';
import { type S3Server, startS3Server } from '../../../local/s3-server.ts';
import { decodeSummary } from '../../../tasks/summary/summary-file.ts';
import { runCommand } from '../../support/run-command.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const fixtures = new URL('../../fixtures/parquet/', import.meta.url);
let s3: S3Server;

test.before(async () => {
  s3 = await startS3Server();
});
test.after.always(() => s3?.stop());

const detect = async (variables: Record<string, string>) =>
  await runCommand(['detect', '--year', '2018', '--allow-partial'], variables);

test('a folder that Spark wrote into S3 gives the summary of the same flights in a CSV file', async (t) => {
  const spark = new URL('spark/', fixtures);
  for (const name of readdirSync(spark)) {
    await s3.put(`flights/2018/${name}`, readFileSync(fileURLToPath(new URL(name, spark))));
  }
  const output = pathToFileURL(temporaryFolder()).href;
  await detect({ FLIGHTS_URI: new URL('flights.csv', fixtures).href, OUTPUT_URI: output });
  const expected = readFileSync(fileURLToPath(`${output}/summaries/2018.arrow`));
  const FLIGHTS_URI = `s3://${s3.bucket}/flights/{year}/`;
  await detect({ ...s3.environment, FLIGHTS_URI, OUTPUT_URI: `s3://${s3.bucket}` });
  const found = decodeSummary(await s3.get('summaries/2018.arrow'), 'summary');
  t.deepEqual(found.days, decodeSummary(expected, 'summary').days);
  t.is(found.provenance.files.length, 2);
});

test('a Parquet file that is cut off in S3 ends with 65', async (t) => {
  const file = readFileSync(fileURLToPath(new URL('pandas.parquet', fixtures)));
  await s3.put('cut/2018/flights.parquet', file.subarray(0, file.length - 100));
  const FLIGHTS_URI = `s3://${s3.bucket}/cut/{year}/`;
  const { code, lastLine } = await detect({ ...s3.environment, FLIGHTS_URI, OUTPUT_URI: `s3://${s3.bucket}` });
  t.is(code, 65);
  t.regex(lastLine, /flights\.parquet is truncated \(it does not end in PAR1\); copy the file again/);
});
