/** The promotion point in the columns of the records. */
import { createHash } from 'node:crypto';

/** A point has an entry for each stream of the log. */
export const pointCharacters = 1_000;

/** A point as its column holds it: one of more streams than fit has a hash instead of its end. */
export function pointKey(point: string): string {
  if (point.length <= pointCharacters) return point;
  return `${point.slice(0, 900)}#${createHash('sha256').update(point).digest('hex')}`;
}
