/** Transactions as a binary log holds them, and the tables they change. Plain data: reading logs and servers is the providers' work. */

/**
 * One column's value in one canonical form, equal exactly when the databases' values are: numbers and times in digits, text as text,
 * and bytes that are no UTF-8 text in upper-case hexadecimal.
 */
export type Value = string | null | { hex: string };
export type Row = Readonly<Record<string, Value>>;

/** `table` is the bare name of a table of the shop's own schema. */
export type Change =
  | { action: 'insert'; table: string; after: Row }
  | { action: 'update'; table: string; before: Row; after: Row }
  | { action: 'delete'; table: string; before: Row };

export interface ErrantTransaction {
  /** Its id, as the database spells it. */
  gtid: string;
  /** When its server began to commit it, milliseconds since the epoch, by that server's clock; whole seconds. */
  atMs: number;
  changes: Change[];
  /** `changes` are not all that it changes, so none of them may be applied. */
  withheld?: true;
  /** Statements that a log of rows holds only for what is no row: changes of the schema, of users, of tables without transactions. Without any value. */
  statements: string[];
  /** The tables of the primary that its statements may change. Absent where they may change any. */
  touched?: string[];
  /** Sentences about what of it could not be read, and the tables that it changes in a way that is not among its changes. */
  unread: string[];
  unreadTables: string[];
  /** It was prepared in two phases (XA): what it changes are the changes of the one that commits it. `because` and `tables` hold where none decides it. */
  prepared?: { id: string; because: string; tables: string[] };
  /** The id of the prepared one that it commits or rolls back. */
  decides?: string;
  /** Both regions have it: it is read for what a later one belongs to. */
  shared?: true;
  /** The runbook wrote it: it holds a record of what became of a thing. */
  recorded?: true;
  /** The log ends within it. Then its id may be empty. */
  cutOff?: true;
}

export type ColumnKind = 'integer' | 'decimal' | 'double' | 'time' | 'text' | 'bytes';

export interface Column {
  name: string;
  kind: ColumnKind;
  unsigned: boolean;
  /** Character set of a text that is no UTF-8; its values are bytes. Empty for all others. */
  charset: string;
  /** Of an enumeration or a set: its members in their order. Its values are texts, those of a set with commas between. */
  members?: readonly string[];
  /** Whether texts that differ in case alone are one value to the database. */
  folds?: true;
  /** Whether the database sets it to the present time in an update that does not set it. */
  onUpdate?: boolean;
  /** How the database stores it, in the words of its adapter: values of columns with equal words are alike. */
  layout?: string;
}

/** A foreign key by which rows of `child` refer to rows of the table that lists it. */
export interface Reference {
  /** Bare name in the shop's own schema, `SCHEMA.TABLE` in any other. */
  child: string;
  /** Columns of the child, and the columns they refer to in the same order. */
  columns: string[];
  refersTo: string[];
}

/** A table as the present primary has it. */
export interface TableShape {
  name: string;
  columns: Column[];
  primary: string[];
  /** Columns of every other unique key of whole values; a key of the first letters only is left to the server. */
  uniques: string[][];
  /** What refers to its rows. */
  references?: Reference[];
  /** `primary` is a unique key that the site file names, and not the table's own primary key. */
  byKey?: true;
  /** Why no row of it is ever salvaged by a program, if so. */
  unfit?: string;
}

/** Of `TableShape.unfit`. */
export const noPrimaryKey = 'it has no primary key.';

export type Shapes = ReadonlyMap<string, TableShape>;

export const sameValue = (one: Value | undefined, other: Value | undefined): boolean =>
  JSON.stringify(one) === JSON.stringify(other);

/** A value as text, for comparisons and for `detail`; no sentence shows one that is not a number. */
export const shown = (value: Value | undefined): string =>
  typeof value === 'string' ? value : value == null ? 'NULL' : `0x${value.hex}`;

/** Those columns of `row`, in that order. */
export function pick(row: Row, columns: readonly string[]): Row {
  return Object.fromEntries(columns.map((column) => [column, row[column] ?? null]));
}
