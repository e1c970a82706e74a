/** Queries the zone's authoritative servers one by one: an API that reports success does not prove that they serve the change. */
import { Resolver } from 'node:dns/promises';
import { isIP } from 'node:net';
import { codeOf } from '../http/connection-failed';
import type { Dns, DnsAnswer } from '../../ports/ports';
import { canonicalName, canonicalValue } from './provider';

type Type = Parameters<Dns['answers']>[1];

/** The values, or why there is no answer; an empty list is an answer too. */
type QueryResult = { values: string[] } | { because: string };

export interface AuthoritativeOptions {
  /** `198.51.100.53`, `198.51.100.53:5300`, `[2001:db8::53]:5300`, or a name such as `ns1.example.net`, with or without a port. */
  servers: readonly string[];
  /** Limit of one query, 2 s by default. A query is not repeated, although UDP may lose packets. */
  timeoutMs?: number;
  /** When aborted, open queries end at once without an answer. */
  signal?: AbortSignal;
  /** Resolve the servers that are given by name; the system's resolvers by default. */
  resolvers?: readonly string[];
}

/**
 * Queries each server `times` in a row, all servers in parallel; a server given by name at each of its addresses. `values` is undefined
 * when a query was not answered or the answers differed.
 */
export function authoritative({ servers, timeoutMs = 2_000, signal, resolvers }: AuthoritativeOptions): Dns['answers'] {
  const resolverOf = (addresses: readonly string[] = []) => {
    const resolver = new Resolver({ timeout: timeoutMs, tries: 1 });
    if (addresses.length > 0) resolver.setServers(addresses);
    return resolver;
  };
  const queryServer = async (address: string, name: string, type: Type, times: number): Promise<DnsAnswer> => {
    const resolver = resolverOf([address]);
    const stop = () => resolver.cancel();
    signal?.addEventListener('abort', stop, { once: true });
    const answer = await queryRepeatedly({ resolver, server: address, timeoutMs }, name, type, times);
    signal?.removeEventListener('abort', stop);
    return answer;
  };
  return (name, type, times) =>
    Promise.all(
      servers.map(async (server) => {
        if (isAddress(server)) return queryServer(server, canonicalName(name), type, times);
        const addresses = await addressesOf(server, resolverOf(resolvers));
        if (typeof addresses === 'string') return unknown(server, addresses);
        const answers = await Promise.all(
          addresses.map((address) => queryServer(address, canonicalName(name), type, times)),
        );
        return combined(server, answers);
      }),
    );
}

const unknown = (server: string, because: string): DnsAnswer => ({ server, values: undefined, because });

interface NameServer {
  resolver: Resolver;
  server: string;
  timeoutMs: number;
}

async function queryRepeatedly(nameServer: NameServer, name: string, type: Type, times: number): Promise<DnsAnswer> {
  const { server } = nameServer;
  let first: string[] | undefined;
  for (let done = 0; done < Math.max(1, times); done += 1) {
    const result = await query(nameServer, name, type);
    if ('because' in result) return unknown(server, result.because);
    first ??= result.values;
    if (result.values.join() !== first.join()) {
      const because = `${server} returned different answers for ${type} ${name}: ${listOf(first)}, then ${listOf(result.values)}.`;
      return unknown(server, because);
    }
  }
  const values = first ?? [];
  return { server, values, because: `${server} returned ${listOf(values)} for ${type} ${name}` };
}

/** The answers of all addresses of `server` as one. */
function combined(server: string, answers: readonly DnsAnswer[]): DnsAnswer {
  const failed = answers.find(({ values }) => values === undefined);
  if (failed) return unknown(server, `${server}: ${failed.because}`);
  const [first] = answers;
  const other = answers.find(({ values }) => values?.join() !== first?.values?.join());
  const because = [first, ...(other ? [other] : [])].map((each) => each?.because ?? '').join(' ');
  return other
    ? unknown(server, `The addresses of ${server} returned different answers: ${because}`)
    : { server, values: first?.values, because: `${server}: ${because}` };
}

function isAddress(server: string): boolean {
  return isIP(server) !== 0 || /^\[.*\](:\d+)?$/.test(server) || isIP(server.replace(/:\d+$/, '')) === 4;
}

/** All IPv4 addresses of a name, or all IPv6 addresses if it has no others; the reason when it has none. */
async function addressesOf(server: string, resolver: Resolver): Promise<string[] | string> {
  const [, name = server, port] = /^(.*?)(:\d+)?$/.exec(server) ?? [];
  try {
    const found = await resolver.resolve4(name);
    return found.map((address) => `${address}${port ?? ''}`);
  } catch (error) {
    const wider = await resolver.resolve6(name).catch(() => []);
    if (wider.length > 0) return wider.map((address) => `[${address}]${port ?? ''}`);
    return `The name server ${server} could not be resolved (${codeOf(error)}).`;
  }
}

async function query({ resolver, server, timeoutMs }: NameServer, name: string, type: Type): Promise<QueryResult> {
  const limit = limited(resolver, timeoutMs);
  try {
    const found = await resolver.resolve(name, type);
    return { values: [...new Set(found.map((value) => canonicalValue(type, value)))].sort() };
  } catch (error) {
    const code = codeOf(error);
    if (code === 'ENOTFOUND' || code === 'ENODATA') return { values: [] };
    if (code === 'ETIMEOUT' || limit.reached())
      return { because: `${server} did not answer within ${timeoutMs / 1000} s.` };
    return { because: `The query to ${server} for ${type} ${name} failed (${code}).` };
  } finally {
    limit.end();
  }
}

/** Cancels the resolver's queries after `timeoutMs`: Node looks for its own timeouts only once a second, so they come up to a second late. */
function limited(resolver: Resolver, timeoutMs: number) {
  let over = false;
  const timer = setTimeout(() => {
    over = true;
    resolver.cancel();
  }, timeoutMs);
  return { reached: () => over, end: () => clearTimeout(timer) };
}

function listOf(values: readonly string[]): string {
  return values.length === 0 ? 'no records' : values.join(', ');
}
