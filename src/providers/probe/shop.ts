/** Probes the shop at a region's own address and through its public name. Each probe opens a new connection. */
import { factsOf, failedReading, okReading, type Reading } from '../../domain/detection/reading';
import { ConnectionFailed } from '../http/connection-failed';
import { authoritative } from '../dns/authoritative';
import { openHttp, type HttpOptions } from '../http/client';
import type { HttpResponse } from '../http/response';
import type { ShopHealth } from '../../ports/ports';
import { healthAnswer } from '../shop/health';
import { knownReason } from '../shop/known-reasons';
import { directHeader } from '../shop/https';
import { bodyOr503 } from '../http/read-response';
import { reading } from './reading';

export interface AppProbe {
  /** The region that must respond, and its own address. */
  region: string;
  address: string;
  /** 443 by default. */
  port?: number;
  /** The shop's public name, for Host, SNI and the certificate. */
  hostname: string;
  /** PEM of the certificate's CA, unless it is a public one. */
  caPem?: string;
  /** `/health` by default. */
  path?: string;
  timeoutMs: number;
}

/** Probes the shop at a region's own address. It is ok only when the body names the region; the public name may lead to the other one. */
export async function probeApp(probe: AppProbe): Promise<Reading> {
  const { region, address, port = 443, hostname, path = '/health' } = probe;
  const server = `the shop of region ${region}`;
  const options = {
    server,
    baseUrl: `https://${hostname}:${port}`,
    address,
    headers: directHeader,
    quote: knownReason,
    ...limitsOf(probe),
  };
  return reading('app', async () => {
    const { response, health } = await fetchHealth(options, path);
    const facts = factsOf(health);
    const failed = (because: string) => failedReading('app', { kind: 'unavailable', because, answered: true, facts });
    if (health.region !== region) {
      const because = `The address of region ${region} returned the health of region ${health.region}.`;
      return failedReading('app', { kind: 'garbage', because, answered: true });
    }
    if (response.status !== 200)
      return failed(`The shop of region ${region} reports that it is unhealthy: ${health.because}`);
    return okReading(
      'app',
      `The shop of region ${region} returned 200 as the ${health.role} in ${Math.round(response.ms)} ms.`,
      facts,
    );
  });
}

export interface EdgeProbe {
  /** The shop's public name. */
  hostname: string;
  /** Name servers to resolve it with; the first address returned is used. The system's resolver when empty. */
  resolvers: readonly string[];
  port?: number;
  caPem?: string;
  path?: string;
  timeoutMs: number;
}

/** Probes the shop through its public name, as a customer does. Any region's health report, healthy or not, shows that the name leads to the shop. */
export async function probeEdge(probe: EdgeProbe): Promise<Reading> {
  const { hostname, resolvers, port = 443, path = '/health' } = probe;
  return reading('edge', async () => {
    const started = performance.now();
    const address = resolvers.length === 0 ? undefined : await addressOf(hostname, resolvers, probe.timeoutMs);
    const timeoutMs = Math.max(1, Math.round(probe.timeoutMs - (performance.now() - started)));
    const where = address === undefined ? '' : ` at ${address}`;
    const options = {
      server: `${hostname}${where}`,
      baseUrl: `https://${hostname}:${port}`,
      quote: knownReason,
      ...limitsOf({ ...probe, timeoutMs }),
    };
    const { health } = await fetchHealth({ ...options, ...(address !== undefined && { address }) }, path);
    return okReading('edge', `${hostname} leads to region ${health.region}${where}.`, factsOf(health));
  });
}

function limitsOf({ caPem, timeoutMs }: { caPem?: string; timeoutMs: number }) {
  return { timeoutMs, ...(caPem !== undefined && { ca: caPem }) };
}

/** The shop's health report, healthy (200) or not (503). @throws PortError for any other response. */
async function fetchHealth(
  options: HttpOptions,
  path: string,
): Promise<{ response: HttpResponse; health: ShopHealth }> {
  const http = openHttp(options);
  try {
    const response = await http.send({ path });
    return { response, health: bodyOr503(response, healthAnswer) };
  } finally {
    http.close();
  }
}

/**
 * The first address that any of `servers` returns; they are queried in parallel, so a silent one costs no time. A name may have IPv6 only. For
 * a CNAME out of their zone they return only the target, which the system's resolver then resolves.
 */
async function addressOf(hostname: string, servers: readonly string[], timeoutMs: number): Promise<string> {
  const reasons: string[] = [];
  const found = new AbortController();
  const resolve = async (server: string) => {
    const answers = authoritative({ servers: [server], timeoutMs, signal: found.signal });
    for (const type of ['A', 'AAAA', 'CNAME'] as const) {
      const [answer] = await answers(hostname, type, 1);
      const [address] = answer?.values ?? [];
      if (address !== undefined) return address.replace(/\.$/, '');
      if (answer !== undefined && type === 'A') reasons.push(answer.because);
      if (answer?.values === undefined) break;
    }
    throw new Error('no address');
  };
  try {
    return await Promise.any(servers.map(resolve));
  } catch {
    throw new ConnectionFailed(`No name server returned an address for ${hostname}: ${reasons.join(' ')}`, false);
  } finally {
    found.abort();
  }
}
