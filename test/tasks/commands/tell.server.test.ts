import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import test, { type ExecutionContext } from 'ava';
import { parseAtomFeed } from 'feedsmith';
import { runCommand, startCommand } from '../../support/run-command.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { startTestDatabase, type TestDatabase } from '../../support/test-database.ts';
import { startTopic, type TestTopic } from '../../support/topic.ts';
import { until } from '../../support/until.ts';
import { cut, hold, refuse, secretPath, startWebhook, type WebhookServer } from '../../support/webhook-server.ts';

const samples = new URL('../../../samples/', import.meta.url);
const bucket = join(temporaryFolder(), 'bucket');
let database: TestDatabase;
let webhook: WebhookServer;
let topic: TestTopic;
let environment: Record<string, string>;

const tell = (more: Record<string, string> = {}) => runCommand(['tell', '--year', '2013'], { ...environment, ...more });
const slack = () => ({ DIGEST_WEBHOOK: 'slack', DIGEST_WEBHOOK_URL: webhook.url });
const query = async (text: string, values: unknown[] = []) => (await database.client.query(text, values)).rows;
const digests = async () =>
  (await query('SELECT contents FROM digests ORDER BY digest_id')).map(({ contents }) => contents);
const counts = async () => (await digests()).map(({ counts }) => counts);
const pending = async () => (await query('SELECT * FROM deliveries WHERE delivered_at IS NULL')).length;
const feed = () => parseAtomFeed(readFileSync(join(bucket, 'reports', 'feed.xml'), 'utf8'));
const headline = (message: any) => message.blocks[0].text.text;

/** Take an event away, as a run does that finds it no more. */
async function withdraw(eventId: number): Promise<void> {
  await query('UPDATE airport_days SET is_anomaly = false, event_id = NULL WHERE event_id = $1', [eventId]);
  await query('DELETE FROM events WHERE event_id = $1', [eventId]);
}

/** Let events cost more or less, as a run does that reads corrected flights. */
const scale = (eventIds: number[], factor: number) =>
  query('UPDATE airport_days SET excess_minutes = excess_minutes * $2 WHERE event_id = ANY ($1)', [eventIds, factor]);

/** Nothing is told yet, and the events are those of the sample. */
async function startOver(t: ExecutionContext): Promise<void> {
  await query('TRUNCATE deliveries, noted_events, digests');
  const { code, log } = await runCommand(['load', '--year', '2013'], environment);
  t.is(code, 0, log);
  webhook.reset();
  topic.notices.length = 0;
}

test.before(async (t) => {
  [database, webhook, topic] = await Promise.all([startTestDatabase(), startWebhook(), startTopic()]);
  environment = {
    ...database.environment,
    FLIGHTS_URI: `${samples.href}flights-{year}.csv.zst`,
    OUTPUT_URI: pathToFileURL(bucket).href,
    PUBLIC_BASE_URL: 'https://delays.example',
  };
  const { code, log } = await runCommand(['run', '--year', '2013'], environment);
  t.is(code, 0, log);
});

test.after.always(async () => {
  await topic?.stop();
  await webhook?.stop();
  await database?.stop();
});

test.serial('a run tells its events, worst first, and has a feed without any channel', async (t) => {
  const [digest] = await digests();
  t.deepEqual(digest.counts, { new: 27, corrected: 0, withdrawn: 0 });
  t.is(digest.items.length, 10);
  t.is(digest.items[0].event.name, 'blizzard Nemo');
  t.is((await query('SELECT * FROM noted_events WHERE digest_id IS NOT NULL')).length, 27);
  t.deepEqual(await query('SELECT * FROM deliveries'), []);
  const { entries, updated } = feed();
  t.is(entries!.length, 1);
  t.is(updated, entries![0].updated);
  t.is(entries![0].title!.value, '2013: 27 new events');
  t.regex(entries![0].content!.value!, /blizzard Nemo: .*#2013-02-08|#2013-02-08.*blizzard Nemo/);
});

test.serial('again it tells nothing, and the feed stays as it is', async (t) => {
  const before = readFileSync(join(bucket, 'reports', 'feed.xml'));
  rmSync(join(bucket, 'reports', 'feed.xml'));
  const { code, log } = await tell(slack());
  t.is(code, 0, log);
  t.regex(log, /nothing is new/);
  t.is((await digests()).length, 1);
  t.deepEqual(webhook.posted, []);
  t.deepEqual(readFileSync(join(bucket, 'reports', 'feed.xml')), before);
});

test.serial('two at once tell it once', async (t) => {
  await startOver(t);
  // Both are held up until both have come as far as they get, so that neither is done before the other begins.
  const other = await database.postgres.connect('pipeline');
  await other.query('BEGIN; LOCK TABLE digests IN SHARE MODE');
  const running = Promise.all([tell(slack()), tell(slack())]);
  await until(async () => {
    const waiting = `SELECT FROM pg_stat_activity WHERE application_name = 'delaywatch' AND wait_event_type = 'Lock'`;
    return (await query(waiting)).length === 2;
  });
  await other.query('ROLLBACK');
  await other.end();
  const both = await running;
  for (const { code, log } of both) t.is(code, 0, log);
  t.deepEqual(await counts(), [{ new: 27, corrected: 0, withdrawn: 0 }]);
  t.deepEqual(webhook.taken.map(headline), ['2013: 27 new events']);
  t.is(await pending(), 0);
});

test.serial('what has changed is corrected, what is gone is withdrawn, the rest is not told again', async (t) => {
  await scale([2], 1.2);
  await scale([3, 4], 1.05);
  await withdraw(5);
  t.is((await tell(slack())).code, 0);
  t.deepEqual((await counts()).at(-1), { new: 0, corrected: 1, withdrawn: 1 });
  const message = webhook.taken.at(-1);
  t.is(headline(message), '2013: 1 corrected event, 1 withdrawn');
  t.regex(
    message.blocks[1].text.text,
    /^\*Corrected:\* nor’easter: .*; 3,738 hours lost .*\n_It was told as: .*; 3,115 hours lost /,
  );
  t.regex(message.blocks[2].text.text, /^\*Withdrawn:\* /);
  // Numbers of events are of one run: the same events in another order are the same events.
  await query('UPDATE events SET event_id = -event_id; UPDATE airport_days SET event_id = -event_id');
  t.regex((await tell(slack())).log, /nothing is new/);
});

test.serial(
  'settings choose what is told; a looser one tells nothing old, a stricter one still corrects',
  async (t) => {
    await startOver(t);
    await tell({ DIGEST_AIRPORTS: 'JFK', DIGEST_LEAST_MINUTES: '50000' });
    const [digest] = await digests();
    const severe = digest.items.map(({ event }: any) => event);
    t.true(severe.length > 2 && severe.length < 10);
    t.true(severe.every(({ airports, minutesLost }: any) => airports.includes('JFK') && minutesLost >= 50_000));
    t.is((await query('SELECT * FROM noted_events')).length, 27);
    t.regex((await tell()).log, /nothing is new/);
    // Number 1 was told, number 27 was not.
    await withdraw(27);
    await withdraw(1);
    await tell({ DIGEST_AIRPORTS: 'LAX' });
    const [, later] = await digests();
    t.deepEqual(later.counts, { new: 0, corrected: 0, withdrawn: 1 });
    t.is(later.items[0].event.name, 'blizzard Nemo');
  },
);

test.serial('killed before the channel has answered, it tells once, later', async (t) => {
  await startOver(t);
  webhook.misbehave(hold);
  const held = webhook.held();
  const killed = startCommand(['tell', '--year', '2013'], { ...environment, ...slack() });
  await held;
  killed.child.kill('SIGKILL');
  await killed.ended;
  t.is((await digests()).length, 1);
  t.is(await pending(), 1);
  const { code, log } = await tell(slack());
  t.is(code, 0, log);
  t.regex(log, /nothing is new/);
  t.regex(log, /delivered to the webhook command=tell year=2013 digests=1/);
  t.is((await digests()).length, 1);
  t.deepEqual(webhook.taken.map(headline), ['2013: 27 new events']);
  t.is(await pending(), 0);
});

test.serial('while one delivers, another one waits, and delivers what the first did not', async (t) => {
  await startOver(t);
  webhook.misbehave(hold);
  const held = webhook.held();
  const first = startCommand(['tell', '--year', '2013'], { ...environment, ...slack() });
  await held;
  const second = startCommand(['tell', '--year', '2013'], { ...environment, ...slack() });
  await second.logged(/another session is in the way/);
  t.is(webhook.posted.length, 1);
  first.child.kill('SIGTERM');
  t.is((await first.ended).code, 143);
  const { code, log } = await second.ended;
  t.is(code, 0, log);
  t.is(webhook.taken.length, 1);
  t.is(await pending(), 0);
});

test.serial(
  'a webhook that is down holds up neither the topic nor the next time, and no log has its address',
  async (t) => {
    await startOver(t);
    webhook.misbehave(refuse(500), refuse(503), cut, refuse(500), refuse(500), refuse(500));
    const withBoth = { ...slack(), ...topic.environment, NOTICE_TOPIC_ARN: topic.arn };
    const { code, log, lastLine } = await tell(withBoth);
    t.is(code, 69, log);
    t.regex(lastLine, /^the webhook of Slack did not answer after 6 attempts \(HTTP 500\); try again later/);
    t.false(log.includes(secretPath), log);
    const [notice] = await until(() => topic.notices.length > 0 && topic.notices);
    t.is(notice.Subject, 'flight delays 2013: 27 new events');
    t.regex(
      notice.Message,
      /^2013: 27 new events\n\nNew: blizzard Nemo: [\s\S]*And 17 more: 17 new\.\n\nhttps:\/\/delays\.example\/reports\/2013\.html\n$/,
    );
    t.is((await tell(withBoth)).code, 0);
    t.is(webhook.taken.length, 1);
    t.is(topic.notices.length, 1);
  },
);

test.serial('a channel that refuses ends with 78, and what it did not take waits', async (t) => {
  await startOver(t);
  const gone = { ...slack(), DIGEST_WEBHOOK_URL: webhook.url.replace('SECRET', 'GONESECRET') };
  const { code, log, lastLine } = await tell(gone);
  t.is(code, 78);
  t.regex(lastLine, /^the webhook of Slack refuses the message \(HTTP 404\); check its address/);
  t.notRegex(log, /SECRET/);
  const noTopic = await tell({ ...topic.environment, NOTICE_TOPIC_ARN: topic.arn });
  t.is(noTopic.code, 0, 'nothing new for a topic that comes later');
  t.is(await pending(), 1);
  t.is((await tell(slack())).code, 0);
  t.is(webhook.taken.length, 1);
  await scale([1], 2);
  const refused = await tell({ ...topic.environment, NOTICE_TOPIC_ARN: `${topic.arn}-gone` });
  t.is(refused.code, 78);
  t.regex(refused.lastLine, /^the topic arn:.*-gone takes no message \(NotFound.*\); check NOTICE_TOPIC_ARN/);
});

test.serial('for Teams, with the address from a secret', async (t) => {
  await startOver(t);
  const arn = await topic.addSecret('digest-webhook', webhook.url);
  const { code, log } = await tell({ ...topic.environment, DIGEST_WEBHOOK: 'teams', DIGEST_WEBHOOK_SECRET: arn });
  t.is(code, 0, log);
  t.like(webhook.taken[0].attachments[0].content, { type: 'AdaptiveCard' });
  t.false(log.includes(secretPath));
});

test.serial('rows that are not published are not told', async (t) => {
  await startOver(t);
  const [{ sha256 }] = await query('SELECT sha256 FROM summaries');
  await query(`UPDATE summaries SET sha256 = 'of another run'`);
  const overtaken = await tell(slack());
  t.is(overtaken.code, 69);
  t.regex(overtaken.lastLine, /^the rows of 2013 are of a run that is not published yet; run `publish --year 2013`/);
  await query('UPDATE summaries SET sha256 = $1', [sha256]);
  const never = await runCommand(['tell', '--year', '2012'], environment);
  t.is(never.code, 65);
  t.regex(never.lastLine, /^2012 is not published; run `publish --year 2012` first/);
  t.deepEqual(await digests(), []);
  t.deepEqual(await query('SELECT * FROM noted_events'), []);
});
