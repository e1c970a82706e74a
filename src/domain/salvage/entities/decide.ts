/** What becomes of each thing that only the deposed region has: one ruling each. */
import type { Ruling } from '../ruling';
import type { Shapes } from '../transaction';
import type { Found } from './gather';
import { decideMerge } from './merging';
import { decideOrder } from './order';
import type { Kind } from './roles';
import type { Scene } from './scene';
import { versionOf } from './version';
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

/** All in that order; of one kind, rows that others refer to come first. */
export function inOrder<T extends Found>(all: readonly T[], shapes: Shapes): T[] {
  const depths = depthsOf(shapes);
  const placed = all.map((found) => ({
    found,
    rank: ranks.indexOf(found.kind),
    depth: depths.get(found.theirs[0]?.table ?? '') ?? 0,
    number: number(found.id),
  }));
  placed.sort((one, other) => one.rank - other.rank || one.depth - other.depth || one.number - other.number);
  return placed.map(({ found }) => found);
}

const number = (id: string) => (/^\d+$/.test(id) ? Number(id) : 0);

/** Pure; deciding again about what was carried out finds nothing left to write. */
export function decide(found: Found, scene: Scene): Ruling {
  const ruling = decideKind(found, scene);
  if (ruling.outcome !== 'listed') return ruling;
  return { ...ruling, detail: { ...ruling.detail, version: versionOf(found, ruling, scene) } };
}

function decideKind(found: Found, scene: Scene): Ruling {
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
