/** A draft is a cart: what one region did with it is worth nothing where the other one has the order. */
import { isDraft } from '../orders-in';
import { shown } from '../transaction';
import { sidesOf } from './decide-merged';
import type { Found } from './gather';
import { placedRoots } from './placed';
import type { Scene } from './scene';

/** Whether an order is a draft as that side has it; one that is gone from the primary is what the deposed region made of it. */
export function isDraftIn(side: 'there' | 'here', found: Found, scene: Scene): boolean {
  const sides = sidesOf(found, found.id, scene);
  if (sides) return isDraft(shown(sides[side][sides.status]));
  return placedRoots.some(({ bare, status }) => {
    const after = scene.folds.theirs.get(scene.tables.named(bare), found.id)?.after;
    return after !== undefined && isDraft(shown(after[status]));
  });
}
