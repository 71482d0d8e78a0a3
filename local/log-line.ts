/** A line of a command's log, read back. */
export interface LogLine {
  /** Milliseconds since 1970. */
  time: number;
  level: string;
  words: string;
  fields: Record<string, string>;
}

const form = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z) ([A-Z]+) (.*?)((?: [a-z_]+=(?:"(?:\\.|[^"\\])*"|[^\s"=]*))*)$/;
const field = / ([a-z_]+)=("(?:\\.|[^"\\])*"|[^\s"=]*)/g;

/** @returns undefined for a line that LineLog did not write */
export function parseLogLine(line: string): LogLine | undefined {
  const [, time, level, words, pairs] = form.exec(line) ?? [];
  if (time === undefined) return undefined;
  const fields = [...pairs.matchAll(field)].map(([, name, value]) => [
    name,
    value.startsWith('"') ? (JSON.parse(value) as string) : value,
  ]);
  return { time: Date.parse(time), level, words, fields: Object.fromEntries(fields) };
}
