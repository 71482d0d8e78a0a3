import type { Client } from 'pg';
import type { Digest } from '../../tasks/digest/digest.ts';
import { isCorrection } from '../../tasks/digest/is-correction.ts';
import type { ToldEvent } from '../../tasks/digest/noted-event.ts';

/** What somebody knows of a year who has read all of its digests. */
export interface WhatIsRead {
  events: ToldEvent[];
  /** What no digest may say: an event told twice, a correction or withdrawal of what was never told. */
  faults: string[];
}

/** Read digests in their order. None of them may have more items than are told in full. */
export function readDigests(digests: readonly Digest[]): WhatIsRead {
  const events: ToldEvent[] = [];
  const faults: string[] = [];
  const at = (event: ToldEvent) => events.findIndex((one) => JSON.stringify(one) === JSON.stringify(event));
  for (const { items, counts } of digests) {
    const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
    if (total !== items.length) faults.push(`${total} items, and only ${items.length} of them in full`);
    for (const { kind, event, before } of items) {
      const gone = kind === 'withdrawn' ? event : before;
      if (gone && at(gone) < 0) faults.push(`${kind}, and never told: ${gone.title}`);
      else if (gone) events.splice(at(gone), 1);
    }
    for (const { kind, event } of items) {
      if (kind === 'withdrawn') continue;
      if (at(event) >= 0) faults.push(`told twice: ${event.title}`);
      events.push(event);
    }
  }
  return { events, faults };
}

/** The digests of a year, in their order. */
export async function digestsOf(client: Client, year: number): Promise<Digest[]> {
  const { rows } = await client.query('SELECT contents FROM digests WHERE year = $1 ORDER BY digest_id', [year]);
  return rows.map(({ contents }) => contents);
}

/** What is wrong with the notes of a year: each of its events must be noted once, and nothing else. */
export async function faultsOfNotes(client: Client, year: number): Promise<string[]> {
  const days = `array_agg(airport || ' ' || flight_date ORDER BY flight_date, airport)`;
  const { rows } = await client.query(
    `WITH found AS (
       SELECT ${days} AS days FROM airport_days WHERE year = $1 AND is_anomaly GROUP BY event_id
     ), noted AS (
       SELECT airport_days AS days FROM noted_events WHERE year = $1
     )
     SELECT 'not noted' AS fault, days FROM (TABLE found EXCEPT ALL TABLE noted) AS missing
     UNION ALL SELECT 'noted, and not there', days FROM (TABLE noted EXCEPT ALL TABLE found) AS more`,
    [year],
  );
  return rows.map(({ fault, days }) => `${fault}: ${days.join()}`);
}

/** What is wrong with the digests of a year, compared with the events that the database has. */
export async function faultsOfDigests(client: Client, year: number): Promise<string[]> {
  const { events, faults } = readDigests(await digestsOf(client, year));
  const { rows } = await client.query(
    `SELECT first_date::text AS "firstDate", last_date::text AS "lastDate", events.airports, title,
       sum(excess_minutes) AS "minutesLost"
     FROM events JOIN airport_days AS days USING (year, event_id)
     WHERE year = $1 GROUP BY events.year, events.event_id`,
    [year],
  );
  const left = [...events];
  for (const row of rows) {
    const found = left.findIndex((event) => !isCorrection(event, { ...row, name: event.name }));
    if (found < 0) faults.push(`not told, or not as it is: ${row.title}`);
    else left.splice(found, 1);
  }
  return [...faults, ...left.map(({ title }) => `told, and no longer there: ${title}`)];
}
