/** Which records DigitalOcean stores, and which it refuses. */
import { isIPv4, isIPv6 } from 'node:net';
import type { FakeReply } from '../kit/routes';
import type { FakeZone } from '../kit/zone';
import { failed } from './replies';
import { shownAs, type DoRecord } from './spelling';

const lowestTtl = 30;

/** What the request said of the record. */
interface Asked {
  type: string;
  data?: string | undefined;
}

/** Stores `record`, which is what the request would make. */
export function store(zone: FakeZone<DoRecord>, asked: Asked, record: DoRecord): FakeReply {
  const reason = reasonAgainst(zone, asked, record);
  if (reason !== undefined) return failed(422, reason);
  const stored = { ...record, data: shownAs(zone.origin, record.type, record.data) };
  zone.change((records) => {
    const known = records.some(({ id }) => id === stored.id);
    return known ? records.map((one) => (one.id === stored.id ? stored : one)) : [...records, stored];
  });
  return { body: { domain_record: stored } };
}

function reasonAgainst(zone: FakeZone<DoRecord>, asked: Asked, record: DoRecord): string | undefined {
  const others = zone.records().filter(({ id }) => id !== record.id);
  const beside = others.filter(({ name }) => name === record.name);
  if (asked.type === '') return 'Type is required.';
  if (record.ttl < lowestTtl) return `record ttl must be greater than ${lowestTtl}`;
  if (record.type === 'A' && !isIPv4(record.data)) return 'Data must be a valid IPv4 address.';
  if (record.type === 'AAAA' && !isIPv6(record.data)) return 'Data must be a valid IPv6 address.';
  const dotted = asked.data === '@' || (asked.data ?? record.data).endsWith('.');
  if (/^(CNAME|MX|NS)$/.test(record.type) && !dotted) return 'Data needs to end with a dot (.)';
  if (record.type === 'CNAME' ? beside.length > 0 : beside.some(({ type }) => type === 'CNAME'))
    return 'CNAME records cannot share a name with other records';
  return undefined;
}
