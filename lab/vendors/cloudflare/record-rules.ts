/** How Cloudflare spells a record, and which records it refuses. */
import { isIPv4, isIPv6 } from 'node:net';
import type { CfRecord } from './state';

/** The code and the words of the refusal of `record` beside `others`. */
export function reasonAgainst(record: CfRecord, others: readonly CfRecord[]): [number, string] | undefined {
  const { type, name, content, ttl, comment } = record;
  const beside = others.filter((one) => one.name === name);
  const held = (types: RegExp) => beside.some((one) => types.test(one.type));
  if (type === 'A' && !isIPv4(content)) return [9005, 'Content for A record must be a valid IPv4 address.'];
  if (type === 'AAAA' && !isIPv6(content)) return [9006, 'Content for AAAA record must be a valid IPv6 address.'];
  if (type === 'CNAME' && !/^[\w.-]+$/.test(content)) return [9007, 'Content for CNAME record is invalid.'];
  if (ttl !== 1 && !(ttl >= 60 && ttl <= 86_400))
    return [9021, 'Invalid TTL. Must be between 60 and 86400 seconds, or 1 for Automatic.'];
  if ((comment ?? '').length > 100) return [9313, 'DNS record comment exceeds the maximum length of 100 characters.'];
  if (type === 'CNAME' && held(/^(A|AAAA|CNAME)$/))
    return [81053, 'An A, AAAA, or CNAME record with that host already exists.'];
  if (/^(A|AAAA)$/.test(type) && held(/^CNAME$/)) return [81054, 'A CNAME record with that host already exists.'];
  const identical = beside.some((one) => one.type === type && one.content === content);
  return identical ? [81058, 'An identical record already exists.'] : undefined;
}

/** A name outside of the zone is taken for one within it, as the real API does. */
export function fullName(origin: string, name: string): string {
  const [zone, given] = [origin.slice(0, -1), plain(name).toLowerCase()];
  if (given === '@' || given === '') return zone;
  return given === zone || given.endsWith(`.${zone}`) ? given : `${given}.${zone}`;
}

/** Without the dot at its end. */
export const plain = (text: string) => text.replace(/\.$/, '');
