import { globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

/** A folder below `tasks/`, and what its files do. */
export interface Room {
  name: string;
  what: string;
}

/** The rooms of `tasks/` from the top down: each imports only what stands below it. */
export const rooms: readonly Room[] = [
  { name: 'commands', what: 'a step each: open, call, write, log' },
  { name: 'serve', what: 'reports, charts and exports over HTTP' },
  { name: 'digest', what: 'what is new, and who is told' },
  { name: 'report', what: 'the facts of each page, and the files' },
  { name: 'acquire', what: 'fetches a year, checks each row' },
  { name: 'tables', what: 'what is loaded and exported' },
  { name: 'detect', what: 'from counts to anomalies and causes' },
  { name: 'read', what: 'from files to counts, on all cores' },
  { name: 'summary', what: "a year's columns and its Arrow file" },
  { name: 'io', what: 'storage, archives, Postgres, browser' },
];

const folders = ['bench', 'charts', 'evaluation', 'infra', 'local', 'samples', 'smoke', 'tasks'];

/** What each TypeScript file imports of the project, types included; files are named from the root, in their order. */
export function projectImports(): Map<string, string[]> {
  const root = fileURLToPath(new URL('../', import.meta.url));
  const files = globSync(`{${folders.join(',')}}/**/*.ts`, { cwd: root }).sort();
  return new Map(
    files.map((file) => {
      const { importedFiles } = ts.preProcessFile(readFileSync(join(root, file), 'utf8'));
      const own = importedFiles.map(({ fileName }) => fileName).filter((name) => /^\..*\.ts$/.test(name));
      return [file, own.map((name) => normalize(join(dirname(file), name)))];
    }),
  );
}
