/**
 * Own name servers that accept dynamic updates (RFC 2136) signed with TSIG (RFC 8945), through BIND's command-line tools. The server compares
 * and changes the values in one message. An update can't be conditional on the TTL, so that is compared after a read.
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
  unexpectedSet,
  refuseInvalidReplacement,
  sameSet,
  type DnsZone,
} from '../provider';
import { isServerAddress, parseServerAddress } from './server-address';
import { dig, nsupdate, type Server } from './tools';
import { parseAnswer, updateResponseCode, responseCodeError } from './tool-output';

const timeoutMs = 5_000;
const isKeyName = (value: string) => isHostName(value.replace(/\.$/, ''));

const options = z.strictObject({
  kind: z.literal('rfc2136'),
  zone: fullName('shop.test.'),
  /** The primary server of the zone; port 53 unless given. */
  server: text('the HOST or HOST:PORT of the primary name server', '198.18.0.53', isServerAddress),
  keyName: text('the name of a TSIG key', 'handover', isKeyName),
  algorithm: choice(['hmac-sha256', 'hmac-sha384', 'hmac-sha512']).prefault('hmac-sha256'),
  /** The base64 text that `tsig-keygen` prints after `secret`. */
  secret: secret('file:tsig-key'),
});

export const rfc2136 = defineDns({
  options,
  title: 'RFC 2136 (BIND, Knot DNS)',
  ttlFloorSeconds: 1,
  readEveryMs: 3_000,
  limit: undefined,
  connect: async (
    { zone: name, server: address, keyName, algorithm, secret: reference },
    context,
  ): Promise<DnsZone> => {
    const key = { name: keyName, algorithm, secret: base64Of(await context.secret(reference)) };
    const closed = new AbortController();
    const server: Server = { ...parseServerAddress(address), key, timeoutMs, signal: closed.signal };
    const zone = canonicalName(name);
    return {
      read: (of, type) => read(server, zone, of, type),
      replace: (expected, next) => replace(server, zone, canonicalSet(expected), canonicalSet(next)),
      flaws: (of, type) => flawsOf(server, zone, of, type),
      close: () => closed.abort(),
    };
  },
});

function base64Of(text: string): string {
  const trimmed = text.trim();
  if (/^[A-Za-z0-9+/]+={0,2}$/.test(trimmed) && trimmed.length % 4 === 0) return trimmed;
  const because = 'is not a TSIG secret; it must be only the base64 text that tsig-keygen prints between the quotes';
  throw new PortError('refused', `The secret that dns.provider.secret refers to ${because}.`);
}

async function read(server: Server, zone: string, of: string, type: RecordSet['type']): Promise<RecordSet | undefined> {
  const name = nameWithin(zone, of);
  if (!isFullName(name))
    throw new PortError('refused', `${JSON.stringify(of)} is not a full name such as www.shop.test.`);
  const records = parseAnswer(await dig(server, name, type), server, zone);
  const own = records.filter((record) => record.name === name && record.type === type);
  const [first] = own;
  if (first === undefined) return undefined;
  return canonicalSet({ name, type, ttlSeconds: first.ttlSeconds, values: own.map(({ data }) => data) });
}

async function replace(server: Server, zone: string, expected: RecordSet, next: RecordSet): Promise<void> {
  refuseInvalidReplacement(expected, next);
  const { name, type } = next;
  const wrong = next.values.find((value) => !isValue[type](value));
  if (wrong !== undefined)
    throw new PortError('refused', `${JSON.stringify(wrong)} is not a valid value of ${type} ${name}.`);
  const found = await read(server, zone, name, type);
  if (found !== undefined && sameSet(found, next)) return;
  if (found === undefined || !sameSet(found, expected)) throw unexpectedSet(expected, next, found);
  const code = updateResponseCode(await nsupdate(server, zone, replacement(found, next)), server);
  if (code === 'NOERROR') return;
  if (code !== 'NXRRSET') throw responseCodeError(code, server, zone);
  const now = await read(server, zone, name, type);
  if (now !== undefined && sameSet(now, next)) return;
  if (now !== undefined && sameSet(now, expected)) throw new PortError('conflict', wildcardFlaw(name, type));
  throw unexpectedSet(expected, next, now);
}

const isValue: Record<RecordSet['type'], (value: string) => boolean> = {
  A: isIPv4,
  AAAA: isIPv6,
  CNAME: isFullName,
};

/** One message, so that the set is never empty. */
function replacement({ name, type, values }: RecordSet, next: RecordSet): string[] {
  return [
    ...values.map((value) => `prereq yxrrset ${name} ${type} ${value}`),
    `update delete ${name} ${type}`,
    ...next.values.map((value) => `update add ${name} ${next.ttlSeconds} ${type} ${value}`),
  ];
}

const wildcardFlaw = (name: string, type: string) =>
  `${type} ${name} has no records of its own (a wildcard answers for it), or somebody is changing it: add records for this name, or retry.`;

/** Errors that a person must fix are flaws; errors that may be temporary are thrown. */
async function flawsOf(server: Server, zone: string, of: string, type: RecordSet['type']): Promise<string[]> {
  try {
    const found = await read(server, zone, of, type);
    return found === undefined ? [] : await permissionFlaws(server, zone, found);
  } catch (error) {
    if (error instanceof PortError && nonRetryable.has(error.kind)) return [error.message];
    throw error;
  }
}

/**
 * Sends an update that would change nothing, with a prerequisite that can't hold: that the zone's own name does not exist. BIND and Knot check
 * permissions first, so YXDOMAIN shows that the key may update.
 */
async function permissionFlaws(server: Server, zone: string, { name, type, ttlSeconds, values }: RecordSet) {
  const [impossible, noChange] = [
    `prereq nxdomain ${zone}`,
    `update add ${name} ${ttlSeconds} ${type} ${values[0] ?? ''}`,
  ];
  const update = async (...lines: string[]) => updateResponseCode(await nsupdate(server, zone, lines), server);
  const code = await update(`prereq yxrrset ${name} ${type}`, impossible, noChange);
  if (code === 'YXDOMAIN') return [];
  if (code === 'NXRRSET') return [wildcardFlaw(name, type)];
  if (code === 'NOERROR')
    return [
      `The name server ${server.host} ignores the prerequisites of updates, so a move there is not safe; use a server that follows RFC 2136.`,
    ];
  if (code !== 'REFUSED' || (await update(impossible)) !== 'YXDOMAIN') throw responseCodeError(code, server, zone);
  const { key } = server;
  return [
    `The key ${key.name} may not change ${type} ${name}: add "grant ${key.name} name ${name} ${type};" to the zone's update-policy (Knot DNS: an acl).`,
  ];
}
