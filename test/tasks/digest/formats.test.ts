import test from 'ava';
import { parseAtomFeed } from 'feedsmith';
import { atomFeed } from '../../../tasks/digest/atom-feed.ts';
import { type Digest, digestOf, type StoredDigest } from '../../../tasks/digest/digest.ts';
import { digestLinks } from '../../../tasks/digest/digest-links.ts';
import { digestText } from '../../../tasks/digest/digest-text.ts';
import { digestWords } from '../../../tasks/digest/digest-words.ts';
import { type Item, kinds } from '../../../tasks/digest/news.ts';
import { slackMessage } from '../../../tasks/digest/slack-message.ts';
import { teamsMessage } from '../../../tasks/digest/teams-message.ts';
import { currentEvent } from '../../support/told-events.ts';

const links = digestLinks({ OUTPUT_URI: 's3://bucket', PUBLIC_BASE_URL: 'https://delays.example/' });
const local = digestLinks({ OUTPUT_URI: 'file:///data/out' });
const event = currentEvent(['JFK 2013-02-08'], {
  title: 'Smith & Sons <b>*storm*</b> "x": JFK, 8 Feb 2013: 9 of 10 flights cancelled (weather)',
  minutesLost: 60_000,
});
const items: Item[] = [
  { kind: 'new', event, at: { airport: 'JFK', date: '2013-02-08' } },
  { kind: 'corrected', event, before: { ...event, minutesLost: 90, title: 'JFK, 8 Feb 2013' } },
  { kind: 'withdrawn', event, nowIn: 'another event' },
];
const digest = digestOf({ year: 2013, months: 3 }, items)!;

/** As long as digests get: all titles and numbers are long. */
function longest(): Digest {
  const long = { ...event, title: '&<>"é'.repeat(200) };
  const many = kinds.flatMap((kind) =>
    Array.from(
      { length: 2_000 },
      (): Item => ({ kind, event: long, before: long, at: { airport: 'JFK', date: '2013-02-08' } }),
    ),
  );
  return digestOf(
    { year: 2013, months: 9 },
    many.sort((a, b) => (a.event.title < b.event.title ? -1 : 1)),
  )!;
}

test('a digest tells ten items and how many more there are', (t) => {
  const many = Array.from({ length: 12 }, (_, index): Item => ({ kind: index < 9 ? 'new' : 'withdrawn', event }));
  const words = digestWords(digestOf({ year: 2013, months: 12 }, many)!);
  t.is(words.headline, '2013: 9 new events, 3 withdrawn');
  t.is(words.items.length, 10);
  t.deepEqual(words.remarks, ['And 2 more: 2 withdrawn.']);
  t.is(digestOf({ year: 2013, months: 12 }, []), undefined);
});

test('a digest of a part of a year says that it is provisional', (t) => {
  const { headline, remarks } = digestWords(digest);
  t.is(headline, '2013 so far, January to March: 1 new event, 1 corrected, 1 withdrawn');
  t.deepEqual(remarks, ['This is provisional until the year is complete.']);
});

test('as text: a subject that SNS takes, items with what they were before, the address of the year', (t) => {
  const { subject, message } = digestText(digest, links);
  t.is(subject, 'flight delays 2013 so far, January to March: 1 new event, 1 corrected, 1 withdrawn');
  t.true(message.includes(`New: ${event.title}; 1,000 hours lost beyond the usual.`), message);
  t.true(message.includes('  It was told as: JFK, 8 Feb 2013; 90 min lost beyond the usual.'));
  t.true(message.includes('  It is now part of: another event.'));
  t.true(message.includes('https://delays.example/reports/2013.html'));
  t.regex(digestText(longest(), links).subject, /^[ -~]{1,99}$/);
  t.true(Buffer.byteLength(digestText(longest(), links).message) < 256 * 1024);
});

test('for Slack: its three characters are escaped, links lead to the day, lengths are kept', (t) => {
  const message = slackMessage(digest, links) as any;
  const [header, first, corrected, withdrawn, more] = message.blocks;
  t.is(header.text.text, digestWords(digest).headline);
  t.is(
    first.text.text,
    '*New:* Smith &amp; Sons &lt;b&gt;*storm*&lt;/b&gt; "x": JFK, 8 Feb 2013: 9 of 10 flights cancelled (weather); 1,000 hours ' +
      'lost beyond the usual\n<https://delays.example/reports/airports/JFK.html#2013-02-08|JFK on 2013-02-08>',
  );
  t.regex(corrected.text.text, /^\*Corrected:\* .*\n_It was told as: JFK, 8 Feb 2013; 90 min lost beyond the usual_$/);
  t.regex(withdrawn.text.text, /^\*Withdrawn:\* .*\n_It is now part of: another event_$/);
  t.regex(more.text.text, /provisional.*\n<https:\/\/delays\.example\/reports\/2013\.html\|/);
  const { blocks } = slackMessage(longest(), links) as any;
  t.true(blocks.length <= 50);
  for (const { type, text } of blocks) t.true(text.text.length <= (type === 'header' ? 150 : 3_000), text.text);
});

test('for Teams: a message with one card, whose texts are not Markdown, of less than 28 KB', (t) => {
  const { type, attachments } = teamsMessage(digest, links) as any;
  t.is(type, 'message');
  t.is(attachments.length, 1);
  const [{ contentType, content }] = attachments;
  t.is(contentType, 'application/vnd.microsoft.card.adaptive');
  t.like(content, { type: 'AdaptiveCard', version: '1.4' });
  t.true(content.body.every((block: any) => block.type === 'RichTextBlock'));
  const [, first] = content.body;
  t.is(first.inlines[1].text, `${event.title}; 1,000 hours lost beyond the usual`);
  t.is(first.inlines[1].selectAction.url, 'https://delays.example/reports/airports/JFK.html#2013-02-08');
  t.is(content.actions[0].url, 'https://delays.example/reports/2013.html');
  t.true(Buffer.byteLength(JSON.stringify(teamsMessage(longest(), links))) < 28 * 1024);
});

test('messages lead to no address that only this machine can open', (t) => {
  t.notRegex(JSON.stringify([slackMessage(digest, local), teamsMessage(digest, local)]), /file:/);
});

test('as a feed: a real parser reads it, titles come back as they were, names stay', async (t) => {
  const id = '7a8ebec6-a4eb-4312-8cc7-732d3424e14e';
  const stored: StoredDigest = {
    ...digest,
    id: '4519bd62-4577-4c4a-a755-b06d3cc4275e',
    decidedAt: new Date('2013-05-25T06:00:00Z'),
  };
  const text = await atomFeed(
    {
      id,
      address: 'https://delays.example/reports/feed.xml?a=1&b=2',
      page: 'https://delays.example/reports/index.html',
      since: new Date(0),
      digests: [stored, { ...stored, id, decidedAt: new Date('2013-04-25T06:00:00Z') }],
    },
    links,
  );
  const feed = parseAtomFeed(text);
  t.is(feed.id, `urn:uuid:${id}`);
  t.truthy(feed.title);
  t.truthy(feed.authors?.[0]?.name);
  t.is(feed.links?.find(({ rel }) => rel === 'self')?.href, 'https://delays.example/reports/feed.xml?a=1&b=2');
  t.is(feed.updated, stored.decidedAt.toISOString());
  t.is(feed.entries?.length, 2);
  const [entry] = feed.entries!;
  t.is(entry.id, `urn:uuid:${stored.id}`);
  t.is(entry.title?.value, digestWords(digest).headline);
  t.is(entry.links?.[0]?.href, 'https://delays.example/reports/2013.html');
  t.is(entry.published, stored.decidedAt.toISOString());
  t.is(entry.updated, entry.published);
  t.like(entry.content, { type: 'html' });
  t.true(
    entry.content!.value!.includes('Smith &amp; Sons &lt;b&gt;*storm*&lt;/b&gt; &quot;x&quot;'),
    entry.content!.value,
  );
});

test('a feed without digests is one, too', async (t) => {
  const feed = parseAtomFeed(
    await atomFeed(
      { id: 'x', address: 'https://a.example/f', page: 'https://a.example/', since: new Date(5_000), digests: [] },
      links,
    ),
  );
  t.is(feed.updated, new Date(5_000).toISOString());
  t.is(feed.entries, undefined);
});
