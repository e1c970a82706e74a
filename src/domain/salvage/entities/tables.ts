/** The tables of one shop with their roles: its prefix is read from the tables, and the site file may say more of some. */
import { noPrimaryKey, type Shapes, type TableShape } from '../transaction';
import { handoverRole, roles, shopRoles, unknownRole, type TableRole } from './roles';

export interface ShopTables {
  shapes: Shapes;
  prefix: string;
  /** The role of a table by its whole name. */
  roleOf: (table: string) => TableRole;
  /** The whole name of a table of WordPress or WooCommerce. */
  named: (bare: string) => string;
  /** The name without the prefix, as roles and sentences have it. */
  bare: (table: string) => string;
  shapeOf: (table: string) => TableShape;
  wanted: (table: string) => boolean;
}

/** What the site file says of the shop's own tables. */
export interface ShopWords {
  /** `TABLE.COLUMN` of columns that count, beside those that every shop has. */
  counters: readonly string[];
  /** Tables of plugins, by their whole names. */
  tables?: Readonly<Record<string, TableWords>>;
}

/** `key` are the columns of a unique key by which rows are told apart, where that is not the primary key. */
export interface TableWords {
  role: keyof typeof shopRoles;
  key?: readonly string[];
}

/** The tables with the keys that the site file names. A key that a table does not have changes nothing: the checks name it. */
export function keyedShapes(shapes: Shapes, { tables = {} }: ShopWords): Shapes {
  const keyed = new Map(shapes);
  for (const [name, { key }] of Object.entries(tables)) {
    const shape = shapes.get(name);
    const isIt = (columns: readonly string[]) => [...columns].sort().join() === [...(key ?? [])].sort().join();
    if (!shape || !key || isIt(shape.primary) || !shape.uniques.some(isIt)) continue;
    const { unfit, ...rest } = shape;
    const uniques = [...shape.uniques.filter((columns) => !isIt(columns)), shape.primary];
    keyed.set(name, {
      ...rest,
      primary: [...key],
      uniques: uniques.filter(({ length }) => length > 0),
      byKey: true,
      ...(unfit !== undefined && unfit !== noPrimaryKey && { unfit }),
    });
  }
  return keyed;
}

export function shopTablesOf(found: Shapes, shop: ShopWords = { counters: [] }): ShopTables {
  const { counters, tables = {} } = shop;
  const shapes = keyedShapes(found, shop);
  const prefix = prefixOf([...shapes.keys()]);
  const bare = (table: string) => (table.startsWith(prefix) ? table.slice(prefix.length) : table);
  const known = new Map<string, TableRole>();
  const roleOf = (table: string): TableRole => {
    const role = known.get(table) ?? withCounters(roleIn(table, prefix, tables), table, counters);
    known.set(table, role);
    return role;
  };
  return {
    shapes,
    prefix,
    roleOf,
    named: (name) => prefix + name,
    bare,
    shapeOf: (table) => shapes.get(table) ?? { name: table, columns: [], primary: [], uniques: [] },
    wanted: (table) => !['never', 'ephemeral'].includes(roleOf(table).role),
  };
}

/** The prefix of the tables in which WooCommerce keeps orders; the shortest where several shops share a schema. */
function prefixOf(tables: readonly string[]): string {
  const all = new Set(tables);
  const before = (name: string) =>
    tables.filter((table) => table.endsWith(name)).map((table) => table.slice(0, -name.length));
  const candidates = [
    before('wc_order_stats'),
    before('wc_orders'),
    before('woocommerce_order_items'),
    before('posts'),
  ];
  for (const found of candidates) {
    const fitting = found.filter((prefix) => all.has(`${prefix}options`) || found.length === 1);
    const [shortest] = fitting.sort((one, other) => one.length - other.length);
    if (shortest !== undefined) return shortest;
  }
  return 'wp_';
}

function roleIn(table: string, prefix: string, tables: NonNullable<ShopWords['tables']>): TableRole {
  if (table.startsWith('handover_')) return handoverRole;
  const said = Object.hasOwn(tables, table) ? tables[table] : undefined;
  if (said) return shopRoles[said.role];
  return table.startsWith(prefix) ? (roles[table.slice(prefix.length)] ?? unknownRole) : unknownRole;
}

function withCounters(role: TableRole, table: string, counters: readonly string[]): TableRole {
  const own = counters.flatMap((counter) => (counter.startsWith(`${table}.`) ? [counter.slice(table.length + 1)] : []));
  return own.length === 0 ? role : { ...role, counters: [...(role.counters ?? []), ...own], sold: own };
}
