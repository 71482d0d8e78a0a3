import type { Client } from 'pg';
import type { YearBefore } from '../detect/quality-facts.ts';

/**
 * The same months of the year before, from the database.
 * @returns null where it is not loaded, or has fewer months
 */
export async function yearBefore(client: Client, year: number, months: number): Promise<YearBefore | null> {
  const { rows } = await client.query(
    `SELECT airport, sum(flights)::integer AS flights, sum(cancelled)::integer AS cancelled,
       bool_and(cancelled IS NOT NULL) AS told
     FROM airport_days
     WHERE year = $1 AND flight_date < make_date($1, 1, 1) + make_interval(months => $2)
       AND EXISTS (SELECT FROM summaries WHERE summaries.year = $1 AND summaries.months >= $2)
     GROUP BY airport ORDER BY airport`,
    [year - 1, months],
  );
  if (rows.length === 0) return null;
  const airports = rows as { airport: string; flights: number; cancelled: number; told: boolean }[];
  const sum = (of: 'flights' | 'cancelled') => airports.reduce((total, row) => total + row[of], 0);
  return {
    flights: sum('flights'),
    cancelled: airports.every(({ told }) => told) ? sum('cancelled') : null,
    airports: airports.map(({ airport }) => airport),
  };
}
