/** The salvage of all that only the deposed region has: both logs folded, put together by entity, decided and written batch by batch. */
import { inOrder } from '../../domain/salvage/entities/decide';
import { Fold } from '../../domain/salvage/entities/fold';
import { gather, nameOf, type Found } from '../../domain/salvage/entities/gather';
import { rivalledOrders } from '../../domain/salvage/entities/merged-orders';
import { reducedBy } from '../../domain/salvage/entities/reduced';
import { rivalsIn } from '../../domain/salvage/entities/rivals';
import type { Scene } from '../../domain/salvage/entities/scene';
import { importedUpTo, withImports } from '../../domain/salvage/entities/analytics';
import { OptionInLog } from '../../domain/salvage/entities/option-in-log';
import { storageFlaw, storageOption } from '../../domain/salvage/entities/order-storage';
import { shopTablesOf, type ShopTables, type ShopWords } from '../../domain/salvage/entities/tables';
import { TakenByOrders } from '../../domain/salvage/entities/taken';
import { twinsOf } from '../../domain/salvage/entities/twins';
import { usedBy } from '../../domain/salvage/entities/used-coupons';
import type { Change, ErrantTransaction } from '../../domain/salvage/transaction';
import type { Ruling } from '../../domain/salvage/ruling';
import { PortError } from '../../ports/errors';
import type { EntityInput, Salvage } from '../../ports/rejoin';
import { scratchFile } from '../../providers/kit/scratch-file';
import { allDecided, ApartInLog, doubtful, obstacles, type Apart, type Unfolded } from './apart';
import { batches, isAfterOrders } from './batches';

export interface EntitySalvage {
  /** The transactions that only the deposed region has, and those of the primary behind the same point. */
  theirs: () => AsyncIterable<ErrantTransaction>;
  ours: () => AsyncIterable<ErrantTransaction>;
  salvage: Salvage;
  promotionPoint: string;
  epoch: number;
  /** What the site file says of the shop's tables. */
  shop: ShopWords;
  signal: AbortSignal;
  onSettled: (settled: readonly { found: Found; ruling: Ruling }[], scene: Omit<Scene, 'rows'>) => void;
}

/** The shop goes on meanwhile: a customer may send an order to the primary again after its log was read. Then both logs are read again. */
const readings = 5;

/** Decides about everything that has no record yet; the last record says that nothing is left. */
export async function salvageEntities(work: EntitySalvage): Promise<void> {
  for (let reading = 1; reading <= readings; reading += 1)
    if ((await readAndSettle(work, reading === readings)) === 'done') return;
}

async function readAndSettle(work: EntitySalvage, isLast: boolean): Promise<'done' | 'again'> {
  const { salvage, promotionPoint, epoch } = work;
  const scratch = scratchFile();
  try {
    const tables = shopTablesOf(await salvage.shapes(), work.shop);
    const folds = {
      theirs: new Fold(tables.shapes, scratch, tables.wanted),
      ours: new Fold(tables.shapes, scratch, tables.wanted),
    };
    const taken = new TakenByOrders(tables);
    const [storedThere, storedHere] = [new OptionInLog(storageOption, tables), new OptionInLog(storageOption, tables)];
    const imported = new OptionInLog(importedUpTo, tables);
    const theirs = await fold(work.theirs(), folds.theirs, [taken, storedThere]);
    const ours = await foldOwn(work.ours(), folds.ours, [storedHere, imported]);
    await requireOneStorage(storedThere, storedHere, tables, salvage);
    const { scene, found, doubts } = await together(folds, tables, salvage, taken);
    const missing = await leftToPerson(salvage, promotionPoint);
    const input = {
      promotionPoint,
      epoch,
      scene: { ...scene, blind: ours.blind, isMissing: (name: string) => missing.has(name) },
      obstacle: obstacles(theirs, ours, tables),
      isLast,
    };
    const things = [...withImports(found, imported, tables), ...doubts];
    const all = [...theirs.apart, ...inOrder(things, tables.shapes)];
    return await settleAll(work, [...batches(all), [allDecided]], input, missing);
  } finally {
    scratch.close();
  }
}

/** Ends before stock is counted where an order is held back: whether it arrives is not known yet. */
async function settleAll(
  { salvage, signal, onSettled }: EntitySalvage,
  all: readonly Found[][],
  input: EntityInput,
  missing: Set<string>,
): Promise<'done' | 'again'> {
  let isHeld = false;
  for (const batch of all) {
    if (signal.aborted) return 'done';
    if (isHeld && isAfterOrders(batch)) return 'again';
    const settled = await salvage.settle(batch, input);
    for (const { found, ruling } of settled) {
      if (ruling.again && !input.isLast) isHeld = true;
      else if (ruling.outcome === 'listed' && ruling.writes.length === 0) missing.add(nameOf(found));
    }
    onSettled(settled, input.scene);
  }
  return 'done';
}

/** Orders that an earlier attempt listed. */
async function leftToPerson(salvage: Salvage, promotionPoint: string): Promise<Set<string>> {
  const records = await salvage.records(promotionPoint);
  return new Set(records.flatMap(({ gtid, outcome }) => (outcome === 'listed' ? [gtid] : [])));
}

/** Hears each transaction's changes, one transaction after the other. */
interface Listener {
  add: (changes: readonly Change[]) => void;
}

/** A primary that threw its oldest logs away says nothing of what it changed. */
async function foldOwn(
  log: AsyncIterable<ErrantTransaction>,
  into: Fold,
  listeners: readonly Listener[],
): Promise<Unfolded & { blind: boolean }> {
  try {
    return { ...(await fold(log, into, listeners)), blind: false };
  } catch (error) {
    if (error instanceof PortError && error.kind === 'absent')
      return { touched: new Set(), isAny: false, unread: [], blind: true };
    throw error;
  }
}

/** @throws PortError(refused) where one region moved its orders into another storage since: before anything is written */
async function requireOneStorage(theirs: OptionInLog, ours: OptionInLog, tables: ShopTables, salvage: Salvage) {
  if (!theirs.isChanged && !ours.isChanged) return;
  const look = { table: tables.named('options'), where: { option_name: storageOption } };
  const [rows] = await salvage.look([look], tables.shapes);
  const because = storageFlaw(theirs, ours, rows?.[0]);
  if (because !== undefined) throw new PortError('refused', because);
}

async function together(folds: Scene['folds'], tables: ShopTables, salvage: Salvage, taken: TakenByOrders) {
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
  const coupons = usedBy(rivalled, folds.theirs, tables);
  const reduced = reducedBy(rivalled, folds.theirs, tables);
  const returned = new Map([...taken.by(rivalled), ...reduced, ...coupons.returned]);
  const doubts = taken.doubts(rivalled).map(doubtful);
  const takenBy = (id: string) => {
    const only = new Set([id]);
    const used = usedBy(only, folds.theirs, tables);
    const counters = new Map([...taken.by(only), ...reducedBy(only, folds.theirs, tables), ...used.returned]);
    return { returned: counters, undone: used.undone };
  };
  const orderly = { rivals, returned, undone: coupons.undone, takenBy, unlike };
  return { found, doubts, scene: { tables, folds, twins: { ...twins, orders }, ...orderly } };
}

async function fold(
  log: AsyncIterable<ErrantTransaction>,
  into: Fold,
  listeners: readonly Listener[],
): Promise<Unfolded & { apart: Apart[] }> {
  const folded: Unfolded = { touched: new Set(), isAny: false, unread: [] };
  const apart = new ApartInLog();
  for await (const tx of log) {
    for (const change of tx.changes) into.add(change);
    for (const listener of listeners) listener.add(tx.changes);
    apart.add(tx);
    if (tx.statements.length > 0 && tx.touched === undefined) folded.isAny = true;
    for (const table of tx.touched ?? []) folded.touched.add(table);
  }
  return { ...folded, unread: apart.sentences, apart: apart.items };
}
