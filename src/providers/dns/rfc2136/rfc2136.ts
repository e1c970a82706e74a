/**
 * Any name server of one's own that takes dynamic updates (RFC 2136) signed with TSIG (RFC 8945), by BIND's own programs. The values are
 * compared and changed by the server in one message; the TTL, of which an update has no condition, is compared by reading.
 */
import { z } from 'zod';
import { choice, fullName, isFullName, isHostName, isIPv4, isIPv6, text } from '../../../fields/fields';
import { secret } from '../../../fields/secret-refs';
import { nonRetryable, PortError } from '../../../ports/errors';
import type { RecordSet } from '../../../ports/ports';
import {
  canonicalName,
  canonicalSet,
  defineDns,
  nameWithin,
  neither,
  refuseUnsound,
  sameSet,
  type DnsZone,
} from '../provider';
import { isServer, placeOf } from './place';
import { dig, nsupdate, type Server } from './tools';
import { answerOf, codeOfUpdate, refusalOf } from './messages';

const timeoutMs = 5_000;
const isKeyName = (value: string) => isHostName(value.replace(/\.$/, ''));

const options = z.strictObject({
  kind: z.literal('rfc2136'),
  zone: fullName('shop.test.'),
  /** The primary server of the zone; port 53 unless it says otherwise. */
  server: text('the HOST or HOST:PORT of the primary name server', '198.18.0.53', isServer),
  keyName: text('the name of a TSIG key', 'handover', isKeyName),
  algorithm: choice(['hmac-sha256', 'hmac-sha384', 'hmac-sha512']).prefault('hmac-sha256'),
  /** The base64 text that `tsig-keygen` prints behind `secret`. */
  secret: secret('file:tsig-key'),
});

export const rfc2136 = defineDns({
  options,
  title: 'RFC 2136 (BIND, Knot DNS)',
  ttlFloorSeconds: 1,
  readEveryMs: 3_000,
  limit: undefined,
  connect: async ({ zone: name, server: place, keyName, algorithm, secret: reference }, context): Promise<DnsZone> => {
    const key = { name: keyName, algorithm, secret: base64Of(await context.secret(reference)) };
    const ended = new AbortController();
    const server: Server = { ...placeOf(place), key, timeoutMs, signal: ended.signal };
    const zone = canonicalName(name);
    return {
      read: (of, type) => read(server, zone, of, type),
      replace: (expected, next) => replace(server, zone, canonicalSet(expected), canonicalSet(next)),
      flaws: (of, type) => flawsOf(server, zone, of, type),
      close: () => ended.abort(),
    };
  },
});

function base64Of(text: string): string {
  const trimmed = text.trim();
  if (/^[A-Za-z0-9+/]+={0,2}$/.test(trimmed) && trimmed.length % 4 === 0) return trimmed;
  const because = 'is no TSIG secret; it must be the base64 text alone, as tsig-keygen prints it between the quotes';
  throw new PortError('refused', `What dns.provider.secret refers to ${because}.`);
}

async function read(server: Server, zone: string, of: string, type: RecordSet['type']): Promise<RecordSet | undefined> {
  const name = nameWithin(zone, of);
  if (!isFullName(name)) throw new PortError('refused', `${JSON.stringify(of)} is no full name such as www.shop.test.`);
  const records = answerOf(await dig(server, name, type), server, zone);
  const own = records.filter((record) => record.name === name && record.type === type);
  const [first] = own;
  if (first === undefined) return undefined;
  return canonicalSet({ name, type, ttlSeconds: first.ttlSeconds, values: own.map(({ data }) => data) });
}

async function replace(server: Server, zone: string, expected: RecordSet, next: RecordSet): Promise<void> {
  refuseUnsound(expected, next);
  const { name, type } = next;
  const wrong = next.values.find((value) => !isValue[type](value));
  if (wrong !== undefined) throw new PortError('refused', `${JSON.stringify(wrong)} is no value of ${type} ${name}.`);
  const found = await read(server, zone, name, type);
  if (found !== undefined && sameSet(found, next)) return;
  if (found === undefined || !sameSet(found, expected)) throw neither(expected, next, found);
  const code = codeOfUpdate(await nsupdate(server, zone, replacement(found, next)), server);
  if (code === 'NOERROR') return;
  if (code !== 'NXRRSET') throw refusalOf(code, server, zone);
  const now = await read(server, zone, name, type);
  if (now !== undefined && sameSet(now, next)) return;
  if (now !== undefined && sameSet(now, expected)) throw new PortError('conflict', notItsOwn(name, type));
  throw neither(expected, next, now);
}

const isValue: Record<RecordSet['type'], (value: string) => boolean> = {
  A: isIPv4,
  AAAA: isIPv6,
  CNAME: isFullName,
};

/** One message, so that nobody ever finds the set empty. */
function replacement({ name, type, values }: RecordSet, next: RecordSet): string[] {
  return [
    ...values.map((value) => `prereq yxrrset ${name} ${type} ${value}`),
    `update delete ${name} ${type}`,
    ...next.values.map((value) => `update add ${name} ${next.ttlSeconds} ${type} ${value}`),
  ];
}

const notItsOwn = (name: string, type: string) =>
  `${type} ${name} is answered but is no set of its own, as with a wildcard, or somebody changes it at this moment: give it records of its own.`;

/** Sentences for what a person must change; what may pass by itself is thrown. */
async function flawsOf(server: Server, zone: string, of: string, type: RecordSet['type']): Promise<string[]> {
  try {
    const found = await read(server, zone, of, type);
    return found === undefined ? [] : await rightsFlaws(server, zone, found);
  } catch (error) {
    if (error instanceof PortError && nonRetryable.has(error.kind)) return [error.message];
    throw error;
  }
}

/**
 * Asks for a change that would change nothing, under a condition that can't hold: a zone's own name always exists. BIND and Knot look at
 * the rights first, so YXDOMAIN says that the key may.
 */
async function rightsFlaws(server: Server, zone: string, { name, type, ttlSeconds, values }: RecordSet) {
  const [never, noChange] = [`prereq nxdomain ${zone}`, `update add ${name} ${ttlSeconds} ${type} ${values[0] ?? ''}`];
  const ask = async (...lines: string[]) => codeOfUpdate(await nsupdate(server, zone, lines), server);
  const code = await ask(`prereq yxrrset ${name} ${type}`, never, noChange);
  if (code === 'YXDOMAIN') return [];
  if (code === 'NXRRSET') return [notItsOwn(name, type)];
  if (code === 'NOERROR')
    return [`The name server ${server.host} does not heed conditions, so nothing there can be moved safely.`];
  if (code !== 'REFUSED' || (await ask(never)) !== 'YXDOMAIN') throw refusalOf(code, server, zone);
  const { key } = server;
  return [
    `The key ${key.name} may not change ${type} ${name}: add "grant ${key.name} name ${name} ${type};" to the zone's update-policy (Knot DNS: an acl).`,
  ];
}
