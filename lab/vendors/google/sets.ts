import type { RecordSet } from '../../../src/ports/ports';

/** As it is stored. */
export interface GoogleSet {
  name: string;
  type: string;
  ttl: number;
  rrdatas?: readonly string[];
  routingPolicy?: object;
}

export const isSame = (one: GoogleSet, other: GoogleSet) => one.name === other.name && one.type === other.type;

export function setsOf(sets: readonly GoogleSet[]): RecordSet[] {
  return sets.flatMap(({ name, type, ttl: ttlSeconds, rrdatas }) => {
    if ((type !== 'A' && type !== 'AAAA' && type !== 'CNAME') || rrdatas === undefined) return [];
    return [{ name, type, ttlSeconds, values: [...rrdatas] }];
  });
}
