/** What is decided on what: all that the deposed region changed, and once more what it changed behind an earlier salvage of it. */
import { ownSince, ruleAgain } from '../../domain/salvage/entities/again';
import { inOrder } from '../../domain/salvage/entities/decide';
import { withImports } from '../../domain/salvage/entities/analytics';
import { gather, type Found } from '../../domain/salvage/entities/gather';
import type { OptionInLog } from '../../domain/salvage/entities/option-in-log';
import { rivalledOrders } from '../../domain/salvage/entities/merged-orders';
import { linesToLookUp, reducedBy } from '../../domain/salvage/entities/reduced';
import { rivalsIn } from '../../domain/salvage/entities/rivals';
import type { Scene, Twins } from '../../domain/salvage/entities/scene';
import type { ShopTables } from '../../domain/salvage/entities/tables';
import type { TakenByOrders } from '../../domain/salvage/entities/taken';
import { twinsOf } from '../../domain/salvage/entities/twins';
import { usedBy } from '../../domain/salvage/entities/used-coupons';
import type { Row } from '../../domain/salvage/transaction';
import type { Again, Salvage } from '../../ports/rejoin';
import { doubtful } from './apart';
import type { Later, Reading } from './reading';

type Seen = Omit<Scene, 'rows' | 'blind' | 'isMissing'>;

/** Things in the order in which they are decided, on what they are decided, and how where they were decided before. */
export interface Decidable {
  things: readonly Found[];
  scene: Seen;
  again?: Again;
}

export interface Shop {
  tables: ShopTables;
  salvage: Salvage;
}

/** `imported`: what the primary's log did to the date up to which analytics have imported orders. */
export async function together(
  folds: Scene['folds'],
  taken: TakenByOrders,
  { tables, salvage }: Shop,
  imported?: OptionInLog,
): Promise<Decidable> {
  const { shapes } = tables;
  const twins = await twinsOf(folds.theirs, tables, (looks) => salvage.look(looks, shapes));
  const found = await gather(folds, tables, async (needed) => {
    const looks = needed.map(({ table, key, column = shapes.get(table)?.primary[0] ?? '' }) => ({
      table,
      where: { [column]: key },
    }));
    return (await salvage.look(looks, shapes)).map((rows) => [...rows]);
  });
  const rivals = rivalsIn(folds.ours, tables);
  const { merged: orders, rivalled, unlike } = rivalledOrders(found.values(), { tables, folds, rivals });
  const both = [...rivalled.values()];
  const ids = new Set(rivalled.keys());
  const details = await detailsOf(linesToLookUp(both, { tables, folds }), { tables, salvage });
  const by = (orders: readonly Found[], only: ReadonlySet<string>) => {
    const used = usedBy(only, folds.theirs, tables);
    const reduced = reducedBy(orders, { tables, folds }, details);
    return { returned: new Map([...taken.by(only), ...reduced, ...used.returned]), undone: used.undone };
  };
  const takenBy = (id: string) => by([found.get(`order ${id}`) ?? []].flat(), new Set([id]));
  const doubts = taken.doubts(ids).map(doubtful);
  const orderly = { rivals, ...by(both, ids), takenBy, unlike };
  const things = imported ? withImports(found, imported, tables) : [...found.values()];
  return {
    things: inOrder([...things, ...doubts], shapes),
    scene: { tables, folds, twins: { ...twins, orders }, ...orderly },
  };
}

async function detailsOf(lines: readonly string[], { tables, salvage }: Shop): Promise<Row[]> {
  const table = tables.named('woocommerce_order_itemmeta');
  const looks = lines.map((line) => ({ table, where: { order_item_id: line } }));
  return (await salvage.look(looks, tables.shapes)).flat();
}

/** What changed behind an earlier salvage, as if the regions had parted there: `first` is all of it. */
export async function sinceEarlier(
  { recordedUpTo, reading }: Later,
  { whole, ours, own }: { whole: Reading; ours: Reading; own: Reading },
  first: Decidable,
  shop: Shop,
): Promise<Decidable> {
  const later = reading.fold;
  ownSince(ours.fold, own.fold, { whole: whole.fold, later });
  const { things, scene } = await together({ theirs: later, ours: own.fold }, reading.taken, shop);
  return {
    things,
    scene: { ...scene, twins: joined(first.scene.twins, scene.twins) },
    again: {
      recordedUpTo,
      rule: (found, sight, { number, outcome }) =>
        ruleAgain(found, sight, whole.fold, { number, outcome, isDated: recordedUpTo !== '' }),
    },
  };
}

const joined = (one: Twins, other: Twins): Twins => ({
  ...one,
  ...Object.fromEntries(
    Object.entries(other).map(([twin, numbers]) => [twin, new Map([...one[twin as keyof Twins], ...numbers])]),
  ),
});
