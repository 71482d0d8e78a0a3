import { constants, zstdCompressSync } from 'node:zlib';
import { ByteWriter, type ColumnSource, ParquetWriter } from 'hyparquet-writer';
import type { Table, TableColumn } from './table.ts';

/** Number of rows that are held in the writer's form at a time. Readers skip groups of rows by their statistics. */
const rowsOfGroup = 32_768;

/** Zstandard's first level: a tenth smaller than Snappy's pages, and no slower. */
const fastest = { params: { [constants.ZSTD_c_compressionLevel]: 1 } };

/**
 * A table as Parquet, in chunks. A column that is never null is required, a list of texts is a list.
 * @param metadata kept in the file's key-value metadata
 * @throws Error when a column without {@link TableColumn.nullMeans} has a null
 */
export function* parquetFile({ columns, rows }: Table, metadata: Record<string, string>): Iterable<Uint8Array> {
  const writer = new ByteWriter();
  const parquet = new ParquetWriter({
    writer,
    codec: 'ZSTD',
    compressors: { ZSTD: (bytes) => zstdCompressSync(bytes, fastest) },
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
      columnData: columns.map(
        (column): ColumnSource => ({
          name: column.name,
          data: valuesOf(column, start, end),
          // Rows are sorted by airport and date, so other columns have the same limits in every group.
          statistics: column.type === 'text' || column.type === 'date',
          // A dictionary of numbers takes more time than it saves bytes.
          ...(column.type === 'number' && { encoding: 'PLAIN' }),
        }),
      ),
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
      return Array.prototype.slice.call(column.values, start, end);
    case 'flag': {
      const values: boolean[] = [];
      for (let row = start; row < end; row++) values.push(column.values[row] === 1);
      return values;
    }
    default: {
      const { values } = column;
      const typed = column.type === 'number' ? new Float64Array(count) : new Int32Array(count);
      for (let row = start; row < end; row++) {
        const value = values[row];
        if (Number.isNaN(value)) return withNulls(values, start, end);
        typed[row - start] = value;
      }
      return typed;
    }
  }
}

function withNulls(values: ArrayLike<number>, start: number, end: number): (number | null)[] {
  const found: (number | null)[] = [];
  for (let row = start; row < end; row++) found.push(Number.isNaN(values[row]) ? null : values[row]);
  return found;
}
