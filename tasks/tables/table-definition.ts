import type { ColumnDefinition } from '../io/table.ts';
import type { ExportedTable } from '../outputs.ts';

/** A table of the database that is also exported, and what its columns mean. */
export interface TableDefinition {
  /** Name of the table in the database. */
  name: string;
  /** Name of the exported files, without their ending. */
  file: ExportedTable;
  /** A sentence that says what a row is, without its full stop. */
  about: string;
  columns: readonly ColumnDefinition[];
}
