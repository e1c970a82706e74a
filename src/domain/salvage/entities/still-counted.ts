/** An order that the deposed region counted and that the primary is counting when its log is read. */
import type { Ruling } from '../ruling';
import type { Found } from './gather';
import { listed } from './rulings';
import type { Scene } from './scene';

/** What the deposed region counted may soon be counted twice: the logs are read once more when that is over, and a person looks at what never ends. */
export function stillCounted(ruling: Ruling, found: Found, scene: Scene): Ruling {
  const { orderKey, keptOrderId, writes } = ruling;
  const because = `${ruling.because} The primary was counting its sales and stock when its log was read: compare total_sales and _stock of its products with their orders.`;
  const told = listed(because.trim(), scene, found);
  return { ...told, orderKey, orderId: found.id, keptOrderId, writes, again: true };
}
