import test from 'ava';
import { linkTo } from '../../tasks/links.ts';

const key = 'plots/2013/JFK.png';
const bucket = { OUTPUT_URI: 's3://bucket' };
const folder = { OUTPUT_URI: 'file:///out' };
const site = { PUBLIC_BASE_URL: 'https://delays.example/a' };

test('a link goes to where people can open it', (t) => {
  t.is(linkTo(key, { ...bucket, ...site }), 'https://delays.example/a/plots/2013/JFK.png');
  t.is(linkTo(key, { ...folder, ...site }), 'https://delays.example/a/plots/2013/JFK.png');
  t.is(linkTo(key, folder), 'file:///out/plots/2013/JFK.png');
});

test('a slash at the end of the base does not double', (t) => {
  t.is(linkTo(key, { ...bucket, PUBLIC_BASE_URL: 'https://delays.example/' }), `https://delays.example/${key}`);
});

/** What the S3 console is asked to show. */
function inConsole(link: string): { bucket: string; key: string | null } {
  const { origin, pathname, searchParams } = new URL(link);
  if (origin !== 'https://s3.console.aws.amazon.com') throw new Error(`${link} is not in the console`);
  return { bucket: pathname.replace('/s3/object/', ''), key: searchParams.get('prefix') };
}

test('without a base a bucket is shown in the S3 console', (t) => {
  t.is(linkTo(key, bucket), 'https://s3.console.aws.amazon.com/s3/object/bucket?prefix=plots%2F2013%2FJFK.png');
  t.deepEqual(inConsole(linkTo(key, { OUTPUT_URI: 's3://my-bucket.x/delays/eu' })), {
    bucket: 'my-bucket.x',
    key: 'delays/eu/plots/2013/JFK.png',
  });
});

test('a prefix with blanks and umlauts also works in the S3 console', (t) => {
  for (const root of ['s3://bucket/flüge 1', 's3://bucket/fl%C3%BCge%201']) {
    t.deepEqual(inConsole(linkTo(key, { OUTPUT_URI: root })), { bucket: 'bucket', key: `flüge 1/${key}` });
  }
});
