import { cloudflare } from '../../src/providers/dns/cloudflare/cloudflare';
import type { DnsZone } from '../../src/providers/dns/provider';
import { startCloudflare, type CloudflareFake, type CloudflareOptions } from '../../lab/vendors/cloudflare/cloudflare';
import type { DnsWorld } from './dns.contract';
import type { DnsFaultWorld } from './dns-faults.contract';
import { worldOf } from './dns-world';
import { web, type Reply } from '../../lab/loopback/web';

/** Contains characters that `encodeURIComponent` changes, so that tests find an encoded token in a message. */
export const token = 'cf_token/of the+tests';

export const startFake = (over: Partial<CloudflareOptions> = {}): Promise<CloudflareFake> =>
  startCloudflare({ tokens: { [token]: ['Zone Read', 'DNS Write', 'Load Balancers Read'] }, ...over });

/** The adapter for the fake's zone, or for another zone or URL. */
export const zoneAt = (
  { url, origin }: Pick<CloudflareFake, 'url' | 'origin'>,
  { secret = token, ...over }: { secret?: string; zoneId?: string } = {},
): Promise<DnsZone> =>
  cloudflare.connect(
    { kind: 'cloudflare', zone: origin, token: 'file:cloudflare-token', url, ...over },
    { secret: () => Promise.resolve(secret) },
  );

export async function openWorld(): Promise<DnsWorld> {
  const fake = await startFake();
  return worldOf(fake, await zoneAt(fake), [60, 300]);
}

const path = /\/dns_records/;

/** Has the zone id, so that each attempt starts with reading the set. */
export async function openFaultWorld(): Promise<DnsFaultWorld> {
  const fake = await startFake();
  const zone = await zoneAt(fake, { zoneId: fake.zoneId });
  const [reads, writes] = [
    { method: 'GET', path },
    { method: 'PATCH', path },
  ];
  const requests = { reads, writes, removes: { method: 'POST', path: /\/batch$/ } };
  return { zone, fake, ...requests, secrets: [token], ttlSeconds: 60 };
}

const anId = '023e105f4ecef8ad9ca31a8372d0c353';

/** Helpers that start fakes and connect zones, all closed after each test. */
export function zoneHelpers() {
  const open: { close: () => unknown }[] = [];
  const opened = <T extends { close: () => unknown }>(one: T) => {
    open.push(one);
    return one;
  };
  afterEach(() => Promise.all(open.splice(0).map((one) => one.close())));
  const start = async (over: Partial<CloudflareOptions> = {}): Promise<{ fake: CloudflareFake; zone: DnsZone }> => {
    const fake = opened(await startFake(over));
    return { fake, zone: opened(await zoneAt(fake)) };
  };
  const permitted = (...permissions: CloudflareOptions['tokens'][string]) =>
    start({ tokens: { [token]: permissions } });
  /** A server with canned replies for records that the fake would never send. */
  const replying = async (...replies: Reply[]) => {
    const ok = { body: { success: true, errors: [], result: [] } };
    const server = opened(await web(({ path }) => (path.includes('load_balancers') ? ok : (replies.shift() ?? ok))));
    return { server, zone: opened(await zoneAt({ url: server.url, origin: 'shop.test.' }, { zoneId: anId })) };
  };
  return { opened, start, permitted, replying };
}

/** A record, a page of records, and an error, in the API's format. */
export const record = (over: object = {}) => ({
  id: anId,
  type: 'A',
  name: 'www.shop.test',
  content: '192.0.2.1',
  ttl: 60,
  ...over,
});
export const page = (records: object[], total = records.length): Reply => ({
  body: { success: true, errors: [], result: records, result_info: { total_count: total } },
});
export const refusing = (status: number, code: number, message: string, more: object = {}): Reply => ({
  status,
  body: { success: false, errors: [{ code, message, ...more }], messages: [], result: null },
});

/** All requests except reads. */
export const written = (fake: CloudflareFake) => fake.calls.filter(({ method }) => method !== 'GET');
