/** What an order took from stock or gave back in the deposed region, for a person: the counters have it, whatever becomes of the order. */
import type { Ruling } from '../ruling';
import { shown } from '../transaction';
import type { Found, Place } from './gather';
import { listed } from './rulings';
import type { Scene } from './scene';
import { summed } from './sums';

/** The ruling with what a person must know of the stock; one that both regions gave back or took is for a person in any case. */
export function withStock(ruling: Ruling, found: Found, scene: Scene): Ruling {
  const [theirs, ours] = [movedIn(found.theirs, 'theirs', scene), movedIn(found.ours, 'ours', scene)];
  const twice = [...theirs].filter(([line, { amount }]) => ours.get(line)?.amount === amount);
  const once = [...theirs].filter(([line]) => !twice.some(([other]) => other === line));
  const isListed = ruling.outcome === 'listed';
  const isCounted = scene.stockedTwice.has(found.id) || (ruling.keptOrderId !== '' && ruling.keptOrderId !== found.id);
  if (isCounted || (!isListed && twice.length === 0)) return ruling;
  const because = [ruling.because, ...onceStory(isListed ? once : []), ...twiceStory(twice)].join(' ');
  return isListed ? { ...ruling, because } : { ...listed(because, scene, found), writes: ruling.writes };
}

interface Moved {
  what: string;
  /** Above 0 for what was taken. */
  amount: string;
}
type Lines = [string, Moved][];

const isBack = ({ amount }: Moved) => amount.startsWith('-');

/** So many are named. */
const atMost = 5;

const namesOf = (lines: Lines): string => {
  const all = lines.map(([, { what, amount }]) => `${amount.replace('-', '')} ${what}`);
  return all.slice(0, atMost).join(', ') + (all.length > atMost ? ` and ${all.length - atMost} more` : '');
};

function onceStory(once: Lines): string[] {
  const [back, taken] = [once.filter(([, each]) => isBack(each)), once.filter(([, each]) => !isBack(each))];
  return [
    ...(taken.length > 0
      ? [`There it took ${namesOf(taken)}, and that is counted: where you enter it by hand, take no stock again.`]
      : []),
    ...(back.length > 0
      ? [
          `There it gave back ${namesOf(back)}, and that is counted: where the order stands, take it out of stock again.`,
        ]
      : []),
  ];
}

function twiceStory(twice: Lines): string[] {
  const [back, taken] = [twice.filter(([, each]) => isBack(each)), twice.filter(([, each]) => !isBack(each))];
  return [
    ...(taken.length > 0 ? [`Both regions took ${namesOf(taken)}: put it back into stock once by hand.`] : []),
    ...(back.length > 0 ? [`Both regions gave back ${namesOf(back)}: take it out of stock once by hand.`] : []),
  ];
}

/** By line, what its mark says: a line that was deleted whole gave nothing back. */
function movedIn(places: readonly Place[], side: 'theirs' | 'ours', { folds, tables }: Scene): Map<string, Moved> {
  const moved = new Map<string, Moved>();
  const details = tables.named('woocommerce_order_itemmeta');
  const nets = places.flatMap(({ table, key }) => (table === details ? (folds[side].get(table, key) ?? []) : []));
  const valueOf = (line: string, name: string) =>
    nets.find(({ after }) => after?.['meta_key'] === name && shown(after['order_item_id']) === line)?.after?.[
      'meta_value'
    ];
  for (const { before, after } of nets) {
    const row = after ?? before ?? {};
    if (row['meta_key'] !== '_reduced_stock') continue;
    const line = shown(row['order_item_id']);
    const item = folds[side].get(tables.named('woocommerce_order_items'), line);
    if (item?.before && !item.after) continue;
    const amount = summed(after?.['meta_value'] ?? '0', moved.get(line)?.amount ?? '0', before?.['meta_value'] ?? '0');
    const variation = valueOf(line, '_variation_id');
    const product = variation != null && variation !== '0' ? variation : valueOf(line, '_product_id');
    const what = product == null ? `for order item ${line}` : `of product ${shown(product)}`;
    if (amount !== undefined) moved.set(line, { what, amount });
  }
  return new Map([...moved].filter(([, { amount }]) => amount !== '0'));
}
