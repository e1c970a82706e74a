/** Which rows of the primary a decision may ask for, so that they are fetched and locked together. */
import { pick, sameValue, shown, type Row } from '../transaction';
import { importedUpTo } from './analytics';
import { whereOf } from './fold';
import type { Found } from './gather';
import { lookupLooks } from './lookup-follows';
import { tied } from './names';
import { namesakeLooks } from './namesakes';
import { identityOf } from './progress';
import { mappedNet, type Look, type Mapped, type Scene } from './scene';
import { stockLooks } from './stock-family';

type Ground = Pick<Scene, 'tables' | 'folds' | 'twins' | 'returned' | 'undone' | 'families'>;

export function looksFor(found: Found, scene: Ground): Look[] {
  const looks = found.theirs.flatMap((place) => {
    const net = mappedNet(scene, place);
    return net ? looksOf(net, found, scene) : [];
  });
  const imports: Look[] =
    found.kind === 'option' && found.id === importedUpTo
      ? [{ table: scene.tables.named('options'), where: { option_name: importedUpTo } }]
      : [];
  return [
    ...looks,
    ...orderLooks(found, scene),
    ...keyLooks(found, scene),
    ...mergedLooks(found, scene),
    ...stockLooks(found, scene),
    ...imports,
  ];
}

function looksOf(net: Mapped, found: Found, { tables }: Ground): Look[] {
  const { table, pk, after, before, role } = net;
  const row = after ?? before ?? {};
  const looks: Look[] = [{ table, where: pk }];
  const { uniques } = tables.shapeOf(table);
  if (after)
    for (const columns of uniques)
      if (columns.every((column) => after[column] != null)) looks.push({ table, where: pick(after, columns) });
  if (before) looks.push(...childLooks(net, tables).map(({ look }) => look));
  looks.push(...namesakeLooks(net, tables), ...lookupLooks(table, row, tables));
  const bare = tables.bare(table);
  if (bare === 'actionscheduler_actions')
    for (const status of ['pending', 'in-progress'])
      looks.push({ table, where: { ...pick(row, ['hook', 'args']), status } });
  if (bare === 'wc_admin_notes') looks.push({ table, where: pick(row, ['name']) });
  if (!role.pairs || found.kind === 'order') return looks;
  const { owner, name } = role.pairs;
  const of = (meta: string): Look => ({ table, where: { ...pick(row, [owner]), [name]: meta } });
  const meta = row[name];
  if (typeof meta !== 'string') return looks;
  looks.push(of(meta));
  if (found.ours.length > 0) looks.push(...(tied.find((each) => each.includes(meta)) ?? []).map(of));
  return looks;
}

/** The rows that say how far an order is, also where only the primary changed them. */
function orderLooks({ kind, id, ours }: Found, { tables }: Ground): Look[] {
  if (kind !== 'order') return [];
  const own = ours.map(({ table, key }): Look => ({ table, where: whereOf(tables.shapeOf(table), key) }));
  const lines: Look = { table: tables.named('woocommerce_order_items'), where: { order_id: id } };
  return [...rootLooks(id, tables), ...own, ...(ours.length > 0 ? [lines] : [])];
}

/** Orders with the same key, which no unique key of WooCommerce's forbids: a customer may have sent it to the primary after its log was read. */
export function keyLooks(found: Found, { tables, folds }: Pick<Scene, 'tables' | 'folds'>): Look[] {
  const table = tables.named('wc_order_operational_data');
  if (found.kind !== 'order' || !tables.shapes.has(table)) return [];
  return identityOf(found, { tables, folds }).keys.map((key) => ({ table, where: { order_key: key } }));
}

/** Whether another order has the key of one that arrives. */
export const isRivalled = (found: Found, scene: Pick<Scene, 'tables' | 'folds' | 'rows'>): boolean =>
  keyLooks(found, scene).some((look) => scene.rows(look).some((row) => shown(row['order_id']) !== found.id));

/** Of an order that is merged into another. */
function mergedLooks(found: Found, { tables, twins }: Ground): Look[] {
  const kept = found.kind === 'order' ? twins.orders.get(found.id) : undefined;
  if (kept === undefined) return [];
  return [{ table: tables.named('wc_orders'), where: { id: kept } }];
}

const rootLooks = (id: string, tables: Ground['tables']): Look[] =>
  [
    { table: tables.named('wc_orders'), where: { id } as Row },
    { table: tables.named('posts'), where: { ID: id } as Row },
  ].filter(({ table }) => tables.shapes.has(table));

/** Rows that refer to one that the deposed region deleted, or to a value of it that it changed: what a foreign key does to them is in no log. */
export function childLooks({ table, before, after }: Mapped, tables: Ground['tables']) {
  const { references = [] } = tables.shapeOf(table);
  return references
    .filter(
      ({ refersTo }) => before && (!after || refersTo.some((column) => !sameValue(before[column], after[column]))),
    )
    .map((reference) => {
      const { child, columns, refersTo } = reference;
      const where = Object.fromEntries(columns.map((column, at) => [column, before?.[refersTo[at] ?? ''] ?? null]));
      return { reference, look: { table: child, where } };
    });
}
