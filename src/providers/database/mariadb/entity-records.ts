/** The record that the primary keeps of each entity: what became of it, why, and who must look at it. */
import { createHash } from 'node:crypto';
import { format } from 'mysql2/promise';
import { nameOf, shownName, type Found } from '../../../domain/salvage/entities/gather';
import type { Ruling } from '../../../domain/salvage/ruling';
import type { EntityInput } from '../../../ports/rejoin';
import type { SalvageOptions } from './options';
import { serverOf } from './positions';
import { recordsTable } from './records-place';
import { pointKey } from './promotion-point';

export interface Settled {
  found: Found;
  ruling: Ruling;
  /** How many records it has already. */
  turn?: number;
}

type Keeping = Pick<EntityInput, 'promotionPoint' | 'epoch' | 'upTo'>;

/** The key of the record: the entity's name, or a hash where the name is long, no plain text, or a value of a customer's. */
export function entityKey(found: Found): string {
  const [name, shown] = [nameOf(found), shownName(found)];
  const isWhole = shown === name || name === `${found.kind} ${shown}`;
  if (isWhole && shown.length <= 64 && /^[\x20-\x7e]*$/.test(shown)) return shown;
  const begins = shown.replace(/[^\x20-\x7e]/g, '').slice(0, 40);
  return `${begins} #${createHash('sha256').update(name).digest('hex').slice(0, 20)}`;
}

/** Records that are inserted at once are no longer than this together, unless one alone is. */
const recordCharacters = 400_000;

export function keepEntityRecords(options: SalvageOptions, settled: readonly Settled[], input: Keeping): string[] {
  const groups: string[][] = [];
  let length = 0;
  for (const each of settled) {
    const values = valuesOf(each, input);
    length += values.length;
    const group = groups.at(-1);
    if (group && length <= recordCharacters) group.push(values);
    else {
      groups.push([values]);
      length = values.length;
    }
  }
  return groups.map(
    (values) =>
      `INSERT INTO ${recordsTable(options)} (promotion_point, gtid, deposed_server_id, epoch, outcome, because,
         order_key, order_id, kept_order_id, salvaged_at, oversold, detail, turn, decided_up_to) VALUES ${values.join(', ')}`,
  );
}

/** Longer ones are in the copies of the log alone. */
const longestDetail = 400_000;

function valuesOf({ found, ruling, turn = 0 }: Settled, { promotionPoint, epoch, upTo }: Keeping): string {
  const number = (text: string) => (/^\d+$/.test(text) ? text : null);
  const detail = ruling.outcome === 'listed' ? JSON.stringify(ruling.detail ?? {}) : null;
  const short = detail !== null && detail.length > longestDetail ? '{"rows":"too many; see the copied logs"}' : detail;
  return format('(?, ?, ?, ?, ?, ?, ?, ?, ?, UTC_TIMESTAMP(6), ?, ?, ?, ?)', [
    pointKey(promotionPoint),
    entityKey(found),
    // Of the first stream where the log has several.
    serverOf(promotionPoint.split(',')[0] ?? ''),
    epoch,
    ruling.outcome,
    ruling.because.slice(0, 1_000),
    ruling.orderKey.slice(0, 100),
    number(ruling.orderId),
    number(ruling.keptOrderId),
    ruling.oversold ? JSON.stringify(ruling.oversold) : null,
    short,
    turn,
    upTo,
  ]);
}
