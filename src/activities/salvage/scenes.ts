/** What is decided on what: all that the deposed region changed, and once more what it changed behind an earlier salvage of it. */
import { ownSince, ruleAgain } from '../../domain/salvage/entities/again';
import { withImports } from '../../domain/salvage/entities/analytics';
import { assembled, type Assembled, type Logs } from '../../domain/salvage/entities/assembled';
import { without, type Counted } from '../../domain/salvage/entities/counted';
import { inOrder } from '../../domain/salvage/entities/decide';
import type { Folds, Found } from '../../domain/salvage/entities/gather';
import { halfCountedIn, underWayIn } from '../../domain/salvage/entities/half-counted';
import type { OptionInLog } from '../../domain/salvage/entities/option-in-log';
import type { Fetch } from '../../domain/salvage/entities/order-lines';
import type { Twins } from '../../domain/salvage/entities/scene';
import type { ShopTables } from '../../domain/salvage/entities/tables';
import type { Tail } from '../../domain/salvage/entities/tail';
import type { Again, Salvage } from '../../ports/rejoin';
import { doubtful, maybePaidTwice } from './apart';
import type { Later, Reading } from './reading';

/** Things in the order in which they are decided, on what they are decided, and how where they were decided before. */
export interface Decidable {
  things: readonly Found[];
  scene: Assembled['scene'];
  again?: Again;
}

export interface Shop {
  tables: ShopTables;
  salvage: Salvage;
}

/** The deposed region's log from its beginning, and the primary's. */
interface Both {
  whole: Reading;
  ours: Reading;
}

const fetching =
  ({ tables, salvage }: Shop): Fetch =>
  (looks) =>
    salvage.look(looks, tables.shapes);

/** What is decided for the first time, and then what is decided again. */
export async function scenesOf(both: Both, later: readonly Later[], shop: Shop): Promise<Decidable[]> {
  const { whole, ours } = both;
  const folds = { theirs: whole.fold, ours: ours.fold };
  const half = await halfAt(whole.end.tail, folds, shop);
  const again: { end: Later; logs: Pick<Logs, 'folds' | 'half' | 'taken'> }[] = [];
  for (const end of later) {
    const { recordedUpTo, then = whole.end.tail, reading, own } = end;
    ownSince(ours.fold, own, { whole: whole.fold, later: reading.fold });
    // What was given back is not given back twice, and is counted where it is marked by now. Earlier versions, whose records tell no place, gave
    // nothing back, and the rest is left to a person.
    const given = recordedUpTo === '' ? half : await halfAt(then, folds, shop);
    const since = { theirs: reading.fold, ours: own };
    again.push({ end, logs: { folds: since, half: without(half, given), taken: reading.taken } });
  }
  const { tail } = ours.end;
  const under = await underWayIn(tail, { tables: shop.tables, folds }, fetching(shop));
  const first = await together({ folds, half, ...under, taken: whole.taken }, shop, ours.imported);
  const all = [first];
  for (const { end, logs } of again)
    all.push(decidedAgain(await together({ ...logs, ...under }, shop), end, { first, whole }));
  return all;
}

const halfAt = (tail: Tail, folds: Folds, shop: Shop): Promise<Counted> =>
  halfCountedIn(tail, { tables: shop.tables, folds }, fetching(shop));

/** `imported`: what the primary's log did to the date up to which analytics have imported orders. */
async function together(logs: Logs, shop: Shop, imported?: OptionInLog): Promise<Decidable> {
  const { tables } = shop;
  const { found, doubts, paidTwice, scene } = await assembled(logs, tables, fetching(shop));
  const things = imported ? withImports(found, imported, tables) : [...found.values()];
  const apart = [...doubts.map(doubtful), ...paidTwice.map(maybePaidTwice)];
  return { things: inOrder([...things, ...apart], tables.shapes), scene };
}

/** What changed behind an earlier salvage, as if the regions had parted there: `first` is all of it. */
function decidedAgain(
  { things, scene }: Decidable,
  { recordedUpTo }: Later,
  { first, whole }: { first: Decidable; whole: Reading },
): Decidable {
  const isDated = recordedUpTo !== '';
  const rule: Again['rule'] = (found, sight, { number, outcome }) =>
    ruleAgain(found, sight, whole.fold, { number, outcome, isDated });
  return { things, scene: { ...scene, twins: joined(first.scene.twins, scene.twins) }, again: { recordedUpTo, rule } };
}

const joined = (one: Twins, other: Twins): Twins => ({
  ...one,
  ...Object.fromEntries(
    Object.entries(other).map(([twin, numbers]) => [twin, new Map([...one[twin as keyof Twins], ...numbers])]),
  ),
});
