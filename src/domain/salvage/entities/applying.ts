/** Takes the version of a thing that was left to a person: what it must see, what has changed since its record was made, and what to write. Pure. */
import type { Write } from '../ruling';
import { pick, sameValue, shown, type Row, type Value } from '../transaction';
import type { RowVersion, Version } from '../version';
import { keyOf } from './fold';
import { childLooks } from './looks';
import { matches, names } from './names';
import type { Sight } from './after';
import { insert, update, type Look, type Mapped } from './scene';
import { statusLooks, statusOf, withStatus } from './stock-status';
import { summed } from './sums';
import type { ShopTables } from './tables';
import { differing } from './version';

export interface Applied {
  /** `TABLE.COLUMN`, or a table with what happened to a row of it: the primary's is no longer as the record has it. */
  changed: string[];
  writes: Write[];
}

export function looksOf({ rows, members }: Version, tables: ShopTables): Look[] {
  const held = rows.flatMap((row): Look[] => {
    const { table, key } = row;
    if (Object.keys(key).length === 0) return [];
    const children = departing(row) ? childrenOf(row, tables).map(({ look }) => look) : [];
    return [{ table, where: key }, ...children];
  });
  const products = productsIn(rows, tables).flatMap((owner) => statusLooks(owner, tables));
  return [...held, ...members.map(({ table, where }) => ({ table, where })), ...products];
}

export function applying(version: Version, sight: Sight): Applied {
  const changed = [
    ...version.rows.flatMap((row) => changesOf(row, sight)),
    ...version.members.flatMap((each) => newcomersIn(each, sight)),
    ...version.rows.flatMap((row) => orphansOf(row, version, sight)),
  ];
  const writes = version.rows.flatMap((row) => writesOf(row, sight));
  return { changed: [...new Set(changed)], writes: [...stocked(version.rows, writes, sight)] };
}

const presentOf = ({ table, key }: RowVersion, { rows }: Sight): Row | undefined => rows({ table, where: key })[0];

function changesOf(row: RowVersion, sight: Sight): string[] {
  const { table, key, had, add } = row;
  const { role, counters = [], passing = [], later = [], pairs } = sight.tables.roleOf(table);
  const name = sight.tables.bare(table);
  if (Object.keys(key).length === 0 || add || role === 'derived') return [];
  const present = presentOf(row, sight);
  if (!had || !present) return !had && !present ? [] : [`${name} (${had ? 'deleted' : 'a new row'})`];
  const meta = pairs && had[pairs.name];
  if (typeof meta === 'string' && matches(meta, names.passing)) return [];
  const moving = [...counters, ...passing, ...later];
  return differing(had, present)
    .filter((column) => !moving.includes(column))
    .map((column) => `${name}.${column}`);
}

function newcomersIn({ table, where, keys }: Version['members'][number], { tables, rows }: Sight): string[] {
  const { primary } = tables.shapeOf(table);
  const isNew = rows({ table, where }).some((row) => !keys.includes(keyOf(row, primary)));
  return isNew ? [`${tables.bare(table)} (a new row)`] : [];
}

const departing = ({ had, want, add }: RowVersion): boolean => had !== null && want === null && !add;

const childrenOf = ({ table, key, had }: RowVersion, tables: ShopTables) => {
  const net: Mapped = { table, key: '', pk: key, role: tables.roleOf(table), ...(had && { before: had }) };
  return childLooks(net, tables);
};

/** Rows that refer to one that goes, and do not go with it. */
function orphansOf(row: RowVersion, { rows: all }: Version, { tables, rows }: Sight): string[] {
  if (!departing(row)) return [];
  return childrenOf(row, tables).flatMap(({ reference, look }) => {
    const { primary } = tables.shapeOf(look.table);
    const isLeft = rows(look).some(
      (child) => !all.some((each) => each.table === look.table && departing(each) && isKey(each.key, child, primary)),
    );
    return isLeft
      ? [
          `${tables.bare(look.table)} (rows of it refer to ${tables.bare(row.table)} by ${reference.columns.join(', ')})`,
        ]
      : [];
  });
}

const isKey = (key: Row, row: Row, primary: readonly string[]) =>
  primary.every((column) => sameValue(key[column], row[column]));

function writesOf(row: RowVersion, sight: Sight): Write[] {
  const { table, key, had, want, add } = row;
  const present = Object.keys(key).length > 0 ? presentOf(row, sight) : undefined;
  if (add) return present ? update(table, key, sums(present, add)) : [];
  if (!want) return present ? [{ action: 'delete', table, key }] : [];
  if (!present) return [insert(table, want)];
  const columns = had ? differing(had, want) : Object.keys(want);
  return update(table, key, pick(want, columns));
}

function sums(present: Row, add: NonNullable<RowVersion['add']>): Record<string, Value> {
  const all = Object.entries(add).map(([column, amount]) => [column, summed(present[column] ?? null, amount, '0')]);
  return Object.fromEntries(all.filter(([, sum]) => sum !== undefined)) as Record<string, Value>;
}

/** Products whose stock changes, or whether more than that may be ordered. */
function productsIn(rows: readonly RowVersion[], tables: ShopTables): Value[] {
  const found = rows.flatMap(({ table, had, want }) => {
    const row = want ?? had ?? {};
    const isStock = table === tables.named('postmeta') && ['_stock', '_backorders'].includes(shown(row['meta_key']));
    return isStock ? [row['post_id'] ?? null] : [];
  });
  return [...new Set(found)];
}

/** The writes, with the status of each product as its stock will be. */
const stocked = (versions: readonly RowVersion[], writes: readonly Write[], sight: Sight): readonly Write[] =>
  productsIn(versions, sight.tables).reduce<readonly Write[]>((all, owner) => {
    const status = statusOf(owner, all, sight);
    return status ? withStatus(all, owner, status, sight) : all;
  }, writes);
