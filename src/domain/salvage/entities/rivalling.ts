/** An order of the deposed region that the primary may have under another number: a person finds out, since there may be two payments. */
import type { Ruling } from '../ruling';
import { shown } from '../transaction';
import type { Found } from './gather';
import { keyLooks } from './looks';
import { identityOf } from './progress';
import { listed } from './rulings';
import type { Scene } from './scene';

/** Where another order of the primary's has its key or its payment. */
export function rivalling(found: Found, scene: Scene): Ruling | undefined {
  const identity = identityOf(found, scene);
  const rival = scene.rivals(identity, found.id);
  const orderKey = identity.keys[0] ?? '';
  if (rival) {
    const unlike = scene.unlike.get(found.id);
    const because =
      unlike === undefined
        ? `One ${rival.what} is in both regions, of order ${found.id} in the deposed region and of order ${rival.orderId} on the primary: there may be two payments. Find out, and enter by hand what is missing.`
        : `One order is in both regions, as ${found.id} in the deposed region and as ${rival.orderId} on the primary, and ${unlike}: decide by hand which one is right.`;
    return { ...listed(because, scene, found), orderKey, keptOrderId: rival.orderId };
  }
  const late = keyLooks(found, scene)
    .flatMap((look) => scene.rows(look))
    .map((row) => shown(row['order_id']))
    .find((id) => id !== found.id);
  if (late === undefined) return undefined;
  const because = `One key is in both regions, of order ${found.id} in the deposed region and of order ${late}, which came to the primary a moment ago: find out whether they are one, and enter by hand what is missing.`;
  return { ...listed(because, scene, found), orderKey, keptOrderId: late, again: true };
}
