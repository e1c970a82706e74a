/** What the world is told: the zone's own servers, asked one by one. An API that says "done" is no proof of it. */
import { Resolver } from 'node:dns/promises';
import { isIP } from 'node:net';
import { codeOf } from '../http/connection-failed';
import type { Dns, DnsAnswer } from '../../ports/ports';
import { canonicalName, canonicalValue } from './provider';

type Type = Parameters<Dns['answers']>[1];

/** The values, or why there are none; an empty list is an answer too. */
type Told = { values: string[] } | { because: string };

export interface AuthoritativeOptions {
  /** `198.51.100.53`, `198.51.100.53:5300`, `[2001:db8::53]:5300`, or a name such as `ns1.example.net`, with a port or without. */
  servers: readonly string[];
  /** Limit of one question. 2 s by default; UDP may lose a packet, and nobody asks twice here. */
  timeoutMs?: number;
  /** Aborted: questions still open end at once, without an answer. */
  signal?: AbortSignal;
  /** Asked for the addresses of servers that are given by name; the system's own by default. */
  resolvers?: readonly string[];
}

/**
 * Asks each server `times` in a row, all servers at once; one that is given by name at each of its addresses. `values` is undefined when a
 * question stayed open or answers differed.
 */
export function authoritative({ servers, timeoutMs = 2_000, signal, resolvers }: AuthoritativeOptions): Dns['answers'] {
  const resolverOf = (addresses: readonly string[] = []) => {
    const resolver = new Resolver({ timeout: timeoutMs, tries: 1 });
    if (addresses.length > 0) resolver.setServers(addresses);
    return resolver;
  };
  const askAt = async (address: string, name: string, type: Type, times: number): Promise<DnsAnswer> => {
    const resolver = resolverOf([address]);
    const stop = () => resolver.cancel();
    signal?.addEventListener('abort', stop, { once: true });
    const answer = await askInARow(resolver, address, name, type, times);
    signal?.removeEventListener('abort', stop);
    return answer;
  };
  return (name, type, times) =>
    Promise.all(
      servers.map(async (server) => {
        if (isAddress(server)) return askAt(server, canonicalName(name), type, times);
        const addresses = await addressesOf(server, resolverOf(resolvers));
        if (typeof addresses === 'string') return unknown(server, addresses);
        const told = await Promise.all(addresses.map((address) => askAt(address, canonicalName(name), type, times)));
        return together(server, told);
      }),
    );
}

const unknown = (server: string, because: string): DnsAnswer => ({ server, values: undefined, because });

async function askInARow(
  resolver: Resolver,
  server: string,
  name: string,
  type: Type,
  times: number,
): Promise<DnsAnswer> {
  let first: string[] | undefined;
  for (let asked = 0; asked < Math.max(1, times); asked += 1) {
    const told = await ask(resolver, server, name, type);
    if ('because' in told) return unknown(server, told.because);
    first ??= told.values;
    if (told.values.join() !== first.join()) {
      const because = `it answered ${shown(first)}, then ${shown(told.values)}`;
      return unknown(server, `${server} is not of one mind: ${because}.`);
    }
  }
  const values = first ?? [];
  return { server, values, because: `${server} answers ${type} ${name} with ${shown(values)}.` };
}

/** One answer of what the addresses of `server` said. */
function together(server: string, told: readonly DnsAnswer[]): DnsAnswer {
  const silent = told.find(({ values }) => values === undefined);
  if (silent) return unknown(server, `${server}: ${silent.because}`);
  const other = told.find(({ values }) => values?.join() !== told[0]?.values?.join());
  const because = [told[0], ...(other ? [other] : [])].map((each) => each?.because ?? '').join(' ');
  return other
    ? unknown(server, `${server} is not of one mind: ${because}`)
    : { server, values: told[0]?.values, because: `${server}: ${because}` };
}

function isAddress(server: string): boolean {
  return isIP(server) !== 0 || /^\[.*\](:\d+)?$/.test(server) || isIP(server.replace(/:\d+$/, '')) === 4;
}

/** Every address of a name, those of IPv6 only where there are no others; or a sentence when there are none. */
async function addressesOf(server: string, resolver: Resolver): Promise<string[] | string> {
  const [, name = server, port] = /^(.*?)(:\d+)?$/.exec(server) ?? [];
  try {
    const found = await resolver.resolve4(name);
    return found.map((address) => `${address}${port ?? ''}`);
  } catch (error) {
    const wider = await resolver.resolve6(name).catch(() => []);
    if (wider.length > 0) return wider.map((address) => `[${address}]${port ?? ''}`);
    return `The name server ${server} has no address that could be found (${codeOf(error)}).`;
  }
}

async function ask(resolver: Resolver, server: string, name: string, type: Type): Promise<Told> {
  try {
    const found = await resolver.resolve(name, type);
    return { values: [...new Set(found.map((value) => canonicalValue(type, value)))].sort() };
  } catch (error) {
    const code = codeOf(error);
    if (code === 'ENOTFOUND' || code === 'ENODATA') return { values: [] };
    if (code === 'ETIMEOUT') return { because: `${server} did not answer in time.` };
    return { because: `${server} did not answer for ${type} ${name} (${code}).` };
  }
}

function shown(values: readonly string[]): string {
  return values.length === 0 ? 'no value' : values.join(', ');
}
