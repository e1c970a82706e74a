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
  /** Tables of which customers have seen ids: the shop's prefix is the one of these. */
  idTables?: readonly string[];
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
  const { counters, tables = {}, idTables = [] } = shop;
  const shapes = keyedShapes(found, shop);
  const prefix = prefixOf([...shapes.keys()], idTables);
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

/** Tables by which a shop is found, the surest first; a WordPress without WooCommerce has the last one only. */
const ordersIn = ['wc_order_stats', 'wc_orders', 'woocommerce_order_items'];
const signs = [...ordersIn, 'posts'];

/** The prefixes under which the surest of these tables are. */
function prefixesIn(tables: readonly string[], signs: readonly string[]): string[] {
  const all = new Set(tables);
  for (const sign of signs) {
    const found = tables.filter((table) => table.endsWith(sign)).map((table) => table.slice(0, -sign.length));
    const fitting = found.filter((prefix) => all.has(`${prefix}options`) || found.length === 1);
    if (fitting.length > 0) return fitting.sort((one, other) => one.length - other.length);
  }
  return [];
}

/** The prefix of the first table that the site file names and that is WordPress' or WooCommerce's by its name and those beside it. */
function prefixSaid(tables: readonly string[], idTables: readonly string[]): string | undefined {
  const all = new Set(tables);
  const ofIt = (table: string) =>
    Object.keys(roles)
      .filter((bare) => table.endsWith(bare))
      .map((bare) => table.slice(0, -bare.length))
      .find((prefix) => all.has(`${prefix}options`) && signs.some((sign) => all.has(prefix + sign)));
  return idTables.flatMap((table) => (all.has(table) ? (ofIt(table) ?? []) : []))[0];
}

/** The prefix of the shop's tables: the one of `idTables`, or the one under which WooCommerce keeps orders. */
const prefixOf = (tables: readonly string[], idTables: readonly string[]): string =>
  prefixSaid(tables, idTables) ?? prefixesIn(tables, signs)[0] ?? 'wp_';

/** Why nobody can tell which tables are the shop's, with what to change; undefined where it is clear. */
export function prefixFlaw(shapes: Shapes, idTables: readonly string[] = []): string | undefined {
  const tables = [...shapes.keys()];
  const prefixes = prefixesIn(tables, ordersIn);
  if (prefixes.length < 2 || prefixSaid(tables, idTables) !== undefined) return undefined;
  return `The schema has the tables of ${prefixes.length} shops, by their prefixes ${prefixes.join(', ')}, and shop.idTables in the site file names a table of none: write the table of this shop's orders first in it, such as ${prefixes[0]}wc_orders or ${prefixes[0]}posts, and start the rejoin again.`;
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
