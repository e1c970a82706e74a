/** Records as DigitalOcean spells them: names relative to the zone, targets without their dot. */
import type { RecordSet } from '../../../src/ports/ports';

export interface DoRecord {
  id: number;
  type: string;
  name: string;
  data: string;
  ttl: number;
  priority: null;
  port: null;
  weight: null;
  flags: null;
  tag: null;
}

export const absolute = (origin: string, name: string) => (name === '@' ? origin : `${name}.${origin}`);
export const relative = (origin: string, name: string) => (name === origin ? '@' : name.slice(0, -origin.length - 1));

/** A target is shown without its dot, and the apex as `@`. */
export function shownAs(origin: string, type: string, data: string): string {
  if (!/^(CNAME|MX|NS)$/.test(type)) return data;
  return data === origin ? '@' : data.replace(/\.$/, '');
}

export function setsOf(origin: string): (records: readonly DoRecord[]) => RecordSet[] {
  return (records) =>
    records.flatMap(({ type, name, data, ttl: ttlSeconds }) => {
      if (type !== 'A' && type !== 'AAAA' && type !== 'CNAME') return [];
      const value = type === 'CNAME' && data === '@' ? origin : data;
      return [{ name: absolute(origin, name), type, ttlSeconds, values: [value] }];
    });
}
