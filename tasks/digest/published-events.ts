import type { Client } from 'pg';
import { dayOfIsoDate } from '../../charts/dates.ts';
import { type KnownEvent, knownEventOf } from '../detect/known-event.ts';
import { InputError, UnreachableError } from '../errors.ts';
import type { CurrentEvent } from './noted-event.ts';

/**
 * The events of a year as the database has them, worst first. The caller's transaction holds a lock that keeps `load` from
 * replacing them meanwhile.
 * @throws InputError when no run of the year was published, UnreachableError when the rows are those of another run that has
 *   not been published yet
 */
export async function publishedEvents(
  client: Client,
  year: number,
  known: readonly KnownEvent[],
): Promise<{ months: number; events: CurrentEvent[] }> {
  const { months } = await publishedYear(client, year);
  const { rows } = await client.query(
    `SELECT first_date::text AS "firstDate", last_date::text AS "lastDate", events.airports, title,
       sum(coalesce(excess_minutes, 0)) AS "minutesLost",
       array_agg(airport || ' ' || flight_date ORDER BY flight_date, airport) AS "airportDays"
     FROM events JOIN airport_days AS days ON days.year = $1 AND days.is_anomaly AND days.event_id = events.event_id
     WHERE events.year = $1 GROUP BY events.year, events.event_id ORDER BY events.event_id`,
    [year],
  );
  const events = (rows as Omit<CurrentEvent, 'name'>[]).map((event) => {
    const [firstDay, lastDay] = [event.firstDate, event.lastDate].map((date) => dayOfIsoDate(date, year)!);
    const occurrence = { year, firstDay: firstDay!, lastDay: lastDay!, airports: event.airports };
    return { ...event, name: knownEventOf(occurrence, known)?.name ?? null };
  });
  return { months, events };
}

async function publishedYear(client: Client, year: number): Promise<{ months: number }> {
  const { rows } = await client.query(
    `SELECT months, EXISTS (SELECT FROM runs WHERE runs.year = $1) AS "isKnown",
       EXISTS (SELECT FROM runs WHERE runs.year = $1 AND runs.sha256 = summaries.sha256) AS "isPublished"
     FROM summaries WHERE year = $1`,
    [year],
  );
  const [found] = rows as { months: number; isKnown: boolean; isPublished: boolean }[];
  if (!found?.isKnown) throw new InputError(`${year} is not published; run \`publish --year ${year}\` first`);
  if (found.isPublished) return found;
  throw new UnreachableError(
    `the rows of ${year} are of a run that is not published yet; run \`publish --year ${year}\`, or this step again`,
  );
}
