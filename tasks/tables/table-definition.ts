import type { ColumnDefinition } from '../io/table.ts';
import type { ExportedTable } from '../outputs.ts';

/** A table of the database that is also exported, and what its columns mean. */
export interface TableDefinition {
  /** In the database. */
  name: string;
  /** What the files are called. */
  file: ExportedTable;
  /** What a row is: a sentence without its full stop. */
  about: string;
  columns: readonly ColumnDefinition[];
}
