import { ByteWriter, ParquetWriter } from 'hyparquet-writer';
import type { Table, TableColumn } from './table.ts';

/** Number of rows that are held in the writer's form at a time. Readers skip groups of rows by their statistics. */
const rowsOfGroup = 32_768;

/**
 * A table as Parquet, in chunks. A column that is never null is required, a list of texts is a list.
 * @param metadata kept in the file's key-value metadata
 * @throws Error when a column without {@link TableColumn.nullMeans} has a null
 */
export function* parquetFile({ columns, rows }: Table, metadata: Record<string, string>): Iterable<Uint8Array> {
  const writer = new ByteWriter();
  const parquet = new ParquetWriter({
    writer,
    schema: [{ name: 'schema', num_children: columns.length }, ...columns.flatMap(schemaOf)],
    kvMetadata: Object.entries(metadata).map(([key, value]) => ({ key, value })),
  });
  let given = 0;
  const next = () => {
    const chunk = writer.getBytes().slice(given);
    given += chunk.length;
    return chunk;
  };
  for (let start = 0; start < rows; start += rowsOfGroup) {
    const end = Math.min(start + rowsOfGroup, rows);
    parquet.write({
      columnData: columns.map((column) => ({
        name: column.name,
        data: valuesOf(column, start, end),
        statistics: column.type !== 'number',
      })),
      rowGroupSize: rowsOfGroup,
    });
    yield next();
  }
  parquet.finish();
  yield next();
}

type SchemaElement = ConstructorParameters<typeof ParquetWriter>[0]['schema'][number];

function schemaOf({ name, type, nullMeans }: TableColumn): SchemaElement[] {
  const repetition_type = nullMeans === undefined ? 'REQUIRED' : 'OPTIONAL';
  switch (type) {
    case 'integer':
      return [{ name, type: 'INT32', repetition_type }];
    case 'number':
      return [{ name, type: 'DOUBLE', repetition_type }];
    case 'flag':
      return [{ name, type: 'BOOLEAN', repetition_type }];
    case 'date':
      return [{ name, type: 'INT32', converted_type: 'DATE', repetition_type }];
    case 'text':
      return [{ name, type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type }];
    case 'texts':
      return [
        { name, converted_type: 'LIST', repetition_type, num_children: 1 },
        { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
        { name: 'element', type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'REQUIRED' },
      ];
  }
}

type Values = Int32Array | Float64Array | unknown[];

/** The values of some rows as the writer takes them; it is quickest with typed arrays, which know no null. */
function valuesOf(column: TableColumn, start: number, end: number): Values {
  const count = end - start;
  switch (column.type) {
    case 'text':
    case 'texts':
      return Array.from({ length: count }, (_, row) => column.values[start + row]);
    case 'flag':
      return Array.from({ length: count }, (_, row) => column.values[start + row] === 1);
    default: {
      const values = column.type === 'number' ? new Float64Array(count) : new Int32Array(count);
      let nulls = 0;
      for (let row = 0; row < count; row++) {
        values[row] = column.values[start + row];
        if (Number.isNaN(column.values[start + row])) nulls++;
      }
      if (nulls === 0) return values;
      return Array.from(values, (value, row) => (Number.isNaN(column.values[start + row]) ? null : value));
    }
  }
}
