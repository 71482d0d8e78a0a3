import type { Client } from 'pg';
import type { KnownEvent } from '../detect/known-event.ts';
import { type Digest, digestOf } from './digest.ts';
import { type Note, newsOf } from './news.ts';
import type { NotedEvent, ToldEvent } from './noted-event.ts';
import { publishedEvents } from './published-events.ts';

/** What a digest is decided by. */
export interface DigestRules {
  year: number;
  known: readonly KnownEvent[];
  /** Whether the settings ask for an event. */
  isWanted(event: ToldEvent): boolean;
  /** Where the digest is to go. */
  channels: readonly string[];
}

/**
 * Decide what to tell of a year, and note it as told, with the deliveries that are to be made. The caller's transaction makes
 * it one: either the digest is noted with all of that, or nothing is.
 * @returns undefined when there is nothing to tell
 */
export async function decideDigest(
  client: Client,
  { year, known, isWanted, channels }: DigestRules,
): Promise<Digest | undefined> {
  // Of two at once the second waits here, and then finds that the first has told all. The other lock keeps `load` out.
  await client.query('LOCK TABLE digests IN SHARE ROW EXCLUSIVE MODE; LOCK TABLE airport_days IN ACCESS SHARE MODE');
  const { months, events } = await publishedEvents(client, year, known);
  const { items, notes } = newsOf(await notedEvents(client, year), events, isWanted);
  const digest = digestOf({ year, months }, items);
  const digestId = digest && (await recordDigest(client, digest, channels));
  await recordNotes(client, { year, notes, digestId });
  return digest;
}

async function notedEvents(client: Client, year: number): Promise<NotedEvent[]> {
  const { rows } = await client.query(
    `SELECT noted_event_id AS id, airport_days AS "airportDays", as_read AS "asRead", digest_id IS NOT NULL AS "isTold"
     FROM noted_events WHERE year = $1 ORDER BY id`,
    [year],
  );
  return rows;
}

async function recordDigest(client: Client, digest: Digest, channels: readonly string[]): Promise<number> {
  const { rows } = await client.query('INSERT INTO digests (year, contents) VALUES ($1, $2) RETURNING digest_id', [
    digest.year,
    JSON.stringify(digest),
  ]);
  const { digest_id: digestId } = rows[0] as { digest_id: number };
  await client.query('INSERT INTO deliveries (digest_id, channel) SELECT $1, unnest($2::text[])', [digestId, channels]);
  return digestId;
}

async function recordNotes(
  client: Client,
  { year, notes, digestId }: { year: number; notes: readonly Note[]; digestId: number | undefined },
): Promise<void> {
  const gone = notes.flatMap(({ id, airportDays }) => (airportDays ? [] : [id]));
  const there = notes.filter(({ airportDays }) => airportDays);
  const records = (which: Note[]) =>
    JSON.stringify(
      which.map(({ id, airportDays, asRead, isTold }) => ({ id, days: airportDays, read: asRead, told: isTold })),
    );
  const record = 'json_to_recordset($1) AS note(id integer, days text[], read jsonb, told boolean)';
  await client.query('DELETE FROM noted_events WHERE noted_event_id = ANY ($1)', [gone]);
  await client.query(
    `UPDATE noted_events SET airport_days = days, as_read = read,
       digest_id = CASE WHEN told THEN $2::integer ELSE digest_id END
     FROM ${record} WHERE noted_event_id = note.id AND (told OR airport_days <> days OR as_read <> read)`,
    [records(there.filter(({ id }) => id !== undefined)), digestId],
  );
  await client.query(
    `INSERT INTO noted_events (year, airport_days, as_read, digest_id)
     SELECT $3, days, read, CASE WHEN told THEN $2::integer END FROM ${record}`,
    [records(there.filter(({ id }) => id === undefined)), digestId, year],
  );
}
