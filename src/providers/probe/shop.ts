/** The shop as a customer would reach it: at a region's own address, and through its public name. Each probe opens a new connection. */
import { factsOf, failedReading, okReading, type Reading } from '../../domain/detection/reading';
import { ConnectionFailed } from '../http/connection-failed';
import { authoritative } from '../dns/authoritative';
import { openHttp, type HttpOptions } from '../http/client';
import type { HttpAnswer } from '../http/answer';
import type { ShopHealth } from '../../ports/ports';
import { healthAnswer } from '../shop/health';
import { direct } from '../shop/https';
import { bodyOr503 } from '../http/answers';
import { reading } from './reading';

export interface AppProbe {
  /** The region that must answer, and its own address. */
  region: string;
  address: string;
  /** 443 by default. */
  port?: number;
  /** The shop's public name: Host, SNI and the name in the certificate. */
  hostname: string;
  /** PEM of the authority that signed it, when that is not a well-known one. */
  caPem?: string;
  /** `/health` by default. */
  path?: string;
  timeoutMs: number;
}

/** The shop at a region's own address. It is well only when the body proves the region; never through the public name, which may lead elsewhere. */
export async function probeApp(probe: AppProbe): Promise<Reading> {
  const { region, address, port = 443, hostname, path = '/health' } = probe;
  const who = `the shop of region ${region}`;
  const options = { who, baseUrl: `https://${hostname}:${port}`, address, headers: direct, ...limitsOf(probe) };
  return reading('app', async () => {
    const { answer, health } = await askShop(options, path);
    const facts = factsOf(health);
    const failed = (because: string) => failedReading('app', { kind: 'unavailable', because, answered: true, facts });
    if (health.region !== region) {
      const because = `The address of region ${region} answered as region ${health.region}.`;
      return failedReading('app', { kind: 'garbage', because, answered: true });
    }
    if (answer.status !== 200) return failed(`The shop of region ${region} says it is ill: ${health.because}`);
    return okReading(
      'app',
      `The shop of region ${region} answered as its ${health.role} in ${Math.round(answer.ms)} ms.`,
      facts,
    );
  });
}

export interface EdgeProbe {
  /** The shop's public name. */
  hostname: string;
  /** Name servers to ask for it, the first that knows is believed; the system's own when there are none. */
  resolvers: readonly string[];
  port?: number;
  caPem?: string;
  path?: string;
  timeoutMs: number;
}

/** The shop through its public name, as a customer comes. Any region's account of itself, ill or well, shows that the name leads to the shop. */
export async function probeEdge(probe: EdgeProbe): Promise<Reading> {
  const { hostname, resolvers, port = 443, path = '/health' } = probe;
  return reading('edge', async () => {
    const started = performance.now();
    const address = resolvers.length === 0 ? undefined : await addressOf(hostname, resolvers, probe.timeoutMs);
    const timeoutMs = Math.max(1, Math.round(probe.timeoutMs - (performance.now() - started)));
    const where = address === undefined ? '' : ` at ${address}`;
    const options = {
      who: `${hostname}${where}`,
      baseUrl: `https://${hostname}:${port}`,
      ...limitsOf({ ...probe, timeoutMs }),
    };
    const { health } = await askShop({ ...options, ...(address !== undefined && { address }) }, path);
    return okReading('edge', `${hostname} leads to region ${health.region}${where}.`, factsOf(health));
  });
}

function limitsOf({ caPem, timeoutMs }: { caPem?: string; timeoutMs: number }) {
  return { timeoutMs, ...(caPem !== undefined && { ca: caPem }) };
}

/** The shop's account of itself, whether it is well (200) or ill (503). @throws PortError for everything else. */
async function askShop(options: HttpOptions, path: string): Promise<{ answer: HttpAnswer; health: ShopHealth }> {
  const http = openHttp(options);
  try {
    const answer = await http.ask({ path });
    return { answer, health: bodyOr503(answer, healthAnswer) };
  } finally {
    http.close();
  }
}

/**
 * The first address that any of `servers` gives; a silent one costs no time while another one answers. A name with IPv6 alone has one too,
 * and of a CNAME that leads out of their zone they know only the target: that name, which the system's resolvers know.
 */
async function addressOf(hostname: string, servers: readonly string[], timeoutMs: number): Promise<string> {
  const sentences: string[] = [];
  const found = new AbortController();
  const ask = async (server: string) => {
    const answers = authoritative({ servers: [server], timeoutMs, signal: found.signal });
    for (const type of ['A', 'AAAA', 'CNAME'] as const) {
      const [told] = await answers(hostname, type, 1);
      const [address] = told?.values ?? [];
      if (address !== undefined) return address.replace(/\.$/, '');
      if (told !== undefined && type === 'A') sentences.push(told.because);
      if (told?.values === undefined) break;
    }
    throw new Error('no address');
  };
  try {
    return await Promise.any(servers.map(ask));
  } catch {
    throw new ConnectionFailed(`No name server has an address for ${hostname}: ${sentences.join(' ')}`, false);
  } finally {
    found.abort();
  }
}
