import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { pythonEnvironment } from '../../local/python-environment.ts';

/** A table file as other programs read it. */
export interface ReadTable {
  header: string[];
  /** Dates as `2013-02-09`. */
  rows: unknown[][];
  /** DuckDB's names of the columns' types. */
  types: string[];
  /** The sheets of a workbook, by name. */
  sheets: Record<string, { size: string; frozen: string; filter: string; widths: number[]; formats: string[] }>;
  /** Rows of a workbook's last sheet, the header among them. */
  last_sheet: unknown[][];
  properties: Record<string, string>;
  title: string;
}

const program = fileURLToPath(new URL('read-table.py', import.meta.url));
const requirements = new URL('table-readers-requirements.txt', import.meta.url);
const mostBytes = 1 << 28;

/** Read CSV and Parquet with DuckDB, which finds out the types of a CSV by itself, and XLSX with openpyxl. */
export function readTable(kind: 'csv' | 'parquet' | 'xlsx', path: string): ReadTable {
  const python = pythonEnvironment('table-readers', requirements);
  const { status, stdout, stderr } = spawnSync(python, [program, kind, path], {
    encoding: 'utf8',
    maxBuffer: mostBytes,
  });
  if (status !== 0) throw new Error(`${path} cannot be read: ${stderr}`);
  return JSON.parse(stdout);
}
