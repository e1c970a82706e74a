/** What the world is told: the zone's own servers, asked one by one. An API that says "done" is no proof of it. */
import { Resolver } from 'node:dns/promises';
import { isIP } from 'node:net';
import { codeOf } from '../connection';
import type { Dns, DnsAnswer } from '../ports';
import { canonicalName, canonicalValue } from './provider';

type Type = Parameters<Dns['answers']>[1];

/** The values, or why there are none; an empty list is an answer too. */
type Told = { values: string[] } | { because: string };

export interface AuthoritativeOptions {
  /** `198.51.100.53`, `198.51.100.53:5300`, `[2001:db8::53]:5300` or a name such as `ns1.example.net`. */
  servers: readonly string[];
  /** Limit of one question. 2 s by default; UDP may lose a packet, and nobody asks twice here. */
  timeoutMs?: number;
  /** Aborted: questions still open end at once, without an answer. */
  signal?: AbortSignal;
}

/** Asks each server `times` in a row, all servers at once. `values` is undefined when a question stayed open or answers differed. */
export function authoritative({ servers, timeoutMs = 2_000, signal }: AuthoritativeOptions): Dns['answers'] {
  return (name, type, times) =>
    Promise.all(
      servers.map(async (server) => {
        const resolver = await resolverFor(server, timeoutMs);
        if (typeof resolver === 'string') return unknown(server, resolver);
        const stop = () => resolver.cancel();
        signal?.addEventListener('abort', stop, { once: true });
        const answer = await askInARow(resolver, server, canonicalName(name), type, times);
        signal?.removeEventListener('abort', stop);
        return answer;
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

/** A resolver that asks only `server`, or a sentence when its name can't be found. */
async function resolverFor(server: string, timeoutMs: number): Promise<Resolver | string> {
  const options = { timeout: timeoutMs, tries: 1 };
  const resolver = new Resolver(options);
  try {
    resolver.setServers([isAddress(server) ? server : await addressOf(server, new Resolver(options))]);
    return resolver;
  } catch (error) {
    return `The name server ${server} has no address that could be found (${codeOf(error)}).`;
  }
}

function isAddress(server: string): boolean {
  return isIP(server) !== 0 || /^\[.*\](:\d+)?$/.test(server) || isIP(server.replace(/:\d+$/, '')) === 4;
}

async function addressOf(name: string, resolver: Resolver): Promise<string> {
  const [address] = await resolver.resolve4(name);
  return address ?? '';
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
