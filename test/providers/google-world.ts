import { generateKeyPairSync } from 'node:crypto';
import { google } from '../../src/providers/dns/google/google';
import type { DnsZone } from '../../src/providers/dns/provider';
import type { GooglePermission } from '../../lab/vendors/google/access';
import { startGoogle, type GoogleFake, type GoogleOptions } from '../../lab/vendors/google/google';
import type { DnsWorld } from './dns.contract';
import type { DnsFaultWorld } from './dns-faults.contract';
import { worldOf } from './dns-world';

const pair = generateKeyPairSync('rsa', { modulusLength: 2_048 });
const publicKey = pair.publicKey.export({ type: 'spki', format: 'pem' }).toString();
export const privateKey = pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
/** What no message may contain. */
export const linesOfKey = privateKey.split('\n').filter((line) => line.length > 60);
const account = 'handover@shop-123456.iam.gserviceaccount.com';
export const everything: readonly GooglePermission[] = [
  ...(['dns.managedZones.list', 'dns.resourceRecordSets.list', 'dns.changes.create'] as const),
  ...(['dns.resourceRecordSets.create', 'dns.resourceRecordSets.delete'] as const),
];

export const keyFile = (over: object = {}): string =>
  JSON.stringify({
    type: 'service_account',
    project_id: 'shop-123456',
    private_key_id: 'abc',
    private_key: privateKey,
    client_email: account,
    token_uri: 'https://elsewhere.example/token',
    ...over,
  });

export const allowing = (may: readonly GooglePermission[]) => ({ [account]: { publicKey, may } });

export const startFake = (over: Partial<GoogleOptions> = {}): Promise<GoogleFake> =>
  startGoogle({ project: 'shop-123456', accounts: allowing(everything), ...over });

/** The adapter for the fake's zone, or with other options or another key. */
export const zoneAt = (
  { url, origin, tokenUrl }: Pick<GoogleFake, 'url' | 'origin' | 'tokenUrl'>,
  over: object = {},
  key = keyFile(),
): Promise<DnsZone> =>
  google.connect(
    { kind: 'google', zone: origin, key: 'file:google-key.json', url, tokenUrl, ...over },
    { secret: () => Promise.resolve(key) },
  );

export async function openWorld(): Promise<DnsWorld> {
  const fake = await startFake();
  return worldOf(fake, await zoneAt(fake), [30, 300]);
}

export async function openFaultWorld(): Promise<DnsFaultWorld> {
  const fake = await startFake();
  const zone = await zoneAt(fake);
  // Gets a token, which no message may contain.
  await zone.read(`www.${fake.origin}`, 'A');
  fake.calls.length = 0;
  const [reads, writes] = [
    { method: 'GET', path: /\/rrsets$/ },
    { method: 'POST', path: /\/changes$/ },
  ];
  return { zone, fake, reads, writes, secrets: [...fake.tokens(), ...linesOfKey], ttlSeconds: 30 };
}
