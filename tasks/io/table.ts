/** What one column of a table says, for people and for programs. */
export interface ColumnDefinition {
  name: string;
  /** `texts` is a list of texts without spaces in them; `date` is a day without a time. */
  type: 'integer' | 'number' | 'flag' | 'text' | 'texts' | 'date';
  unit?: string;
  /** A sentence that says what the value means, without its full stop. */
  meaning: string;
  /** What a missing value means; undefined where no value is ever missing. */
  nullMeans?: string;
}

/** The values of a column by its type. NaN stands for null, a date is the number of days since 1970-01-01. */
interface ValuesOf {
  integer: ArrayLike<number>;
  number: ArrayLike<number>;
  flag: ArrayLike<number>;
  date: ArrayLike<number>;
  text: ArrayLike<string | null>;
  texts: ArrayLike<readonly string[]>;
}

export type TableColumn = {
  [Type in ColumnDefinition['type']]: ColumnDefinition & { type: Type; values: ValuesOf[Type] };
}[ColumnDefinition['type']];

/** A table in columns of the same length, with finite numbers. */
export interface Table {
  name: string;
  rows: number;
  columns: readonly TableColumn[];
}

const dayMilliseconds = 86_400_000;

/** The date of a number of days since 1970-01-01, such as `2013-02-09`. */
export function dateText(day: number): string {
  return new Date(day * dayMilliseconds).toISOString().slice(0, 10);
}
