/** What becomes of each thing that only the deposed region has: one ruling each. */
import type { Ruling } from '../ruling';
import type { Shapes } from '../transaction';
import type { Found } from './gather';
import { decideMerge } from './merging';
import { decideOrder } from './order';
import type { Kind } from './roles';
import type { Scene } from './scene';
import { depthsOf } from './write-order';
import { decideAction, decideNotice, decideOption, decideSession } from './special';

/**
 * In which order kinds are decided: parents before what speaks of them, orders before the stock that they took, which one that does not
 * arrive gives back, and what would act on them last.
 */
const ranks: readonly Kind[] = [
  'customer',
  'term',
  'post',
  'order',
  'product',
  'coupon',
  'comment',
  'notice',
  'rows',
  'session',
  'option',
  'action',
];

export function inOrder(shapes: Shapes): (one: Found, other: Found) => number {
  const depths = depthsOf(shapes);
  const depth = ({ theirs: [first] }: Found) => depths.get(first?.table ?? '') ?? 0;
  return (one, other) =>
    ranks.indexOf(one.kind) - ranks.indexOf(other.kind) ||
    depth(one) - depth(other) ||
    number(one.id) - number(other.id);
}

const number = (id: string) => (/^\d+$/.test(id) ? Number(id) : 0);

/** Pure; deciding again about what was carried out finds nothing left to write. */
export function decide(found: Found, scene: Scene): Ruling {
  switch (found.kind) {
    case 'order':
      return decideOrder(found, scene);
    case 'action':
      return decideAction(found, scene);
    case 'option':
      return decideOption(found, scene);
    case 'session':
      return decideSession(found, scene);
    case 'notice':
      return decideNotice(found, scene);
    case 'customer':
    case 'term':
    case 'post':
    case 'product':
    case 'coupon':
    case 'comment':
    case 'rows':
      return decideMerge(found, scene);
  }
}
