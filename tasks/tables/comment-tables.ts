import type { Client } from 'pg';
import type { ColumnDefinition } from '../io/table.ts';
import { tableDefinitions } from './table-definitions.ts';

/**
 * Say in the database what the exported tables and their columns mean. A comment that is there already is left alone,
 * since a new one waits for whoever changes the table.
 */
export async function commentTables(client: Client): Promise<void> {
  for (const { name, about, columns } of tableDefinitions) {
    const { rows } = await client.query(
      `SELECT attname, col_description(attrelid, attnum) AS comment, obj_description(attrelid, 'pg_class') AS about
       FROM pg_attribute WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped`,
      [name],
    );
    const found = new Map((rows as { attname: string; comment: string }[]).map((row) => [row.attname, row.comment]));
    const comments = columns
      .filter((column) => found.get(column.name) !== commentOf(column))
      .map((column) => `COMMENT ON COLUMN ${name}.${column.name} IS ${client.escapeLiteral(commentOf(column))}`);
    if (rows[0].about !== about) comments.push(`COMMENT ON TABLE ${name} IS ${client.escapeLiteral(about)}`);
    if (comments.length > 0) await client.query(comments.join('; '));
  }
}

/** `Mean departure delay; below 0 where flights left early [minutes]. Null: No flight departed` */
function commentOf({ meaning, unit, nullMeans }: ColumnDefinition): string {
  return `${meaning}${unit ? ` [${unit}]` : ''}${nullMeans ? `. Null: ${nullMeans}` : ''}`;
}
