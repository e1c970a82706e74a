/** The salvage of all that only the deposed region has: both logs folded, put together by entity, decided and written batch by batch. */
import { nameOf, type Found } from '../../domain/salvage/entities/gather';
import type { Scene } from '../../domain/salvage/entities/scene';
import type { OptionInLog } from '../../domain/salvage/entities/option-in-log';
import { storageFlaw, storageOption } from '../../domain/salvage/entities/order-storage';
import { shopTablesOf, type ShopTables, type ShopWords } from '../../domain/salvage/entities/tables';
import type { ErrantTransaction } from '../../domain/salvage/transaction';
import type { Ruling } from '../../domain/salvage/ruling';
import { PortError } from '../../ports/errors';
import type { EntityInput, Salvage, SalvageRecord } from '../../ports/rejoin';
import { scratchFile } from '../../providers/kit/scratch-file';
import { Fold, type Arena } from '../../domain/salvage/entities/fold';
import { allDecided, obstacles } from './apart';
import { batches, stageOf } from './batches';
import { endsIn, readOwn, readTheirs, Reading, type Behind, type Later } from './reading';
import { scenesOf, type Decidable, type Shop } from './scenes';

export interface EntitySalvage {
  /** The transactions that only the deposed region has, after the last ones before them, and those of the primary behind the same point. */
  theirs: () => AsyncIterable<ErrantTransaction>;
  ours: () => AsyncIterable<ErrantTransaction>;
  salvage: Salvage;
  promotionPoint: string;
  /** Up to where the deposed region's log is read. */
  upTo: string;
  behind: Behind;
  epoch: number;
  /** What the site file says of the shop's tables. */
  shop: ShopWords;
  signal: AbortSignal;
  /** Until what the shop was about to do is done: a checkout takes a second or two. */
  pause: () => Promise<void>;
  onSettled: (settled: readonly { found: Found; ruling: Ruling }[], scene: Omit<Scene, 'rows'>) => void;
}

/** The shop goes on meanwhile: a customer may send an order to the primary again after its log was read. Then both logs are read again. */
const readings = 5;

/** Decides about everything that has no record yet, or changed after it; the last record says that nothing is left. */
export async function salvageEntities(work: EntitySalvage): Promise<void> {
  for (let reading = 1; reading <= readings; reading += 1) {
    if ((await readAndSettle(work, reading === readings)) === 'done') return;
    await work.pause();
  }
}

async function readAndSettle(work: EntitySalvage, isLast: boolean): Promise<'done' | 'again'> {
  const { salvage, promotionPoint, epoch, upTo } = work;
  const scratch = scratchFile();
  try {
    const tables = shopTablesOf(await salvage.shapes(), work.shop);
    const records = await salvage.records(promotionPoint);
    const { decidable, obstacle, blind } = await readAll(work, records, tables, scratch);
    // Orders that an earlier attempt listed.
    const missing = new Set(records.flatMap(({ gtid, outcome }) => (outcome === 'listed' ? [gtid] : [])));
    const isMissing = (name: string) => missing.has(name);
    const input = { promotionPoint, epoch, upTo, obstacle, isLast };
    const all = decidable.flatMap(({ apart, things, scene, again }) =>
      batchesOf(apart, things, { ...input, scene: { ...scene, blind, isMissing }, ...(again && { again }) }),
    );
    return await settleAll(
      work,
      all.sort((one, other) => one.stage - other.stage),
      missing,
    );
  } finally {
    scratch.close();
  }
}

/** `apart` is what no row tells. */
type Read = Decidable & { apart: readonly Found[] };

async function readAll(work: EntitySalvage, records: readonly SalvageRecord[], tables: ShopTables, arena: Arena) {
  const [whole, ours] = [new Reading(tables, arena), new Reading(tables, arena)];
  const later = endsIn(records, work.behind).map((end): Later => {
    const own = new Fold(tables.shapes, arena, tables.wanted);
    return { ...end, reading: new Reading(tables, arena), own };
  });
  await readTheirs(work.theirs(), { whole, ours }, later);
  const blind = await readOwn(work.ours(), ours);
  const shop = { tables, salvage: work.salvage };
  await requireOneStorage(whole.storage, ours.storage, shop);
  const scenes = await scenesOf({ whole, ours }, later, shop);
  const readings = [whole, ...later.map(({ reading }) => reading)];
  const named = new Map(readings.flatMap(({ apart }) => apart.items).map((each) => [nameOf(each), each]));
  const apart = [[...named.values()], ...later.map(({ reading }) => reading.apart.items)];
  const decidable = scenes.map((scene, at): Read => ({ ...scene, apart: apart[at] ?? [] }));
  return { decidable, blind, obstacle: obstacles(whole.unfolded, ours.unfolded) };
}

/** @throws PortError(refused) where one region moved its orders into another storage since: before anything is written */
async function requireOneStorage(theirs: OptionInLog, ours: OptionInLog, { tables, salvage }: Shop): Promise<void> {
  if (!theirs.isChanged && !ours.isChanged) return;
  const look = { table: tables.named('options'), where: { option_name: storageOption } };
  const [rows] = await salvage.look([look], tables.shapes);
  const because = storageFlaw(theirs, ours, rows?.[0]);
  if (because !== undefined) throw new PortError('refused', because);
}

interface Batch {
  found: readonly Found[];
  input: EntityInput;
  /** What is of a later stage is decided later, on whatever scene. */
  stage: number;
}

/** What no row tells comes first; the record that everything was decided comes last. */
function batchesOf(apart: readonly Found[], things: readonly Found[], input: EntityInput): Batch[] {
  const [before, after] = [-1, 3];
  return [
    ...[...batches(apart)].map((found) => ({ found, input, stage: before })),
    ...[...batches(things)].map((found) => ({ found, input, stage: stageOf(found) })),
    { found: [allDecided], input, stage: after },
  ];
}

/** Ends before stock is counted where an order is held back: whether it arrives is not known yet. */
async function settleAll(
  { salvage, signal, onSettled }: EntitySalvage,
  all: readonly Batch[],
  missing: Set<string>,
): Promise<'done' | 'again'> {
  let isHeld = false;
  for (const { found: batch, input, stage } of all) {
    if (signal.aborted) return 'done';
    if (isHeld && stage > 0) return 'again';
    const settled = await salvage.settle(batch, input);
    for (const { found, ruling } of settled) {
      if (ruling.again && !input.isLast) isHeld = true;
      else if (ruling.outcome === 'listed' && ruling.writes.length === 0) missing.add(nameOf(found));
    }
    onSettled(settled, input.scene);
  }
  return 'done';
}
