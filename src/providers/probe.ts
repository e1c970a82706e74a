/** What a vantage asks. Everything it needs arrives as arguments; each probe opens connections of its own, as a new customer would. */
import { randomUUID } from 'node:crypto';
import { connect } from 'node:net';
import { factsOf, failedReading, okReading, type Reading, type Signal } from '../domain/reading';
import { answered } from './connection';
import { authoritative } from './dns/authoritative';
import { PortError } from './errors';
import { openHttp, type HttpAnswer } from './http';
import type { ShopHealth } from './ports';
import { healthAnswer } from './shop/health';
import { direct } from './shop/https';
import { dynamodb } from './table/dynamodb';
import { parsed, refusalOf } from './words';

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

export interface TableProbe {
  vantage: string;
  /** The region whose table is meant, as in the site; with the vantage it names the canary item. */
  region: string;
  /** The table's own name of that region, and its endpoint; AWS's when absent. */
  tableRegion: string;
  endpoint?: string;
  table: string;
  /** `ACCESS_KEY_ID:SECRET_ACCESS_KEY` with the right to this one item. */
  key: string;
  /** Goes into the item, 0 when the vantage knows none. */
  epoch?: number;
  timeoutMs: number;
}

/** Writes the vantage's own canary item and reads it back. A refused key or a throttled one is silence, never failure. */
export async function probeTable(probe: TableProbe): Promise<Reading> {
  const { vantage, region, tableRegion, epoch = 0 } = probe;
  return reading('table', async () => {
    const table = dynamodb({ ...probe, keepAlive: false });
    try {
      const { ms } = await table.canary(`canary#${vantage}#${region}`, randomUUID(), epoch);
      return okReading('table', `The table in ${tableRegion} took a canary and gave it back in ${ms} ms.`);
    } finally {
      table.close();
    }
  });
}

/** Whether the vantage has a network at all: one of `targets` (`HOST:PORT`, none of them in a region) takes a connection. */
export async function probeControls(
  targets: readonly string[],
  timeoutMs: number,
): Promise<{ answer: boolean; because: string }> {
  try {
    const first = await Promise.any(targets.map((target) => reach(target, timeoutMs)));
    return { answer: true, because: `The control target ${first} takes connections.` };
  } catch {
    return {
      answer: false,
      because: `None of the control targets ${targets.join(', ')} takes connections within ${timeoutMs / 1000} s.`,
    };
  }
}

function reach(target: string, timeoutMs: number): Promise<string> {
  const [, host = target, port = ''] = /^\[?(.*?)\]?:(\d+)$/.exec(target) ?? [];
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port: Number(port) });
    const end = (finish: () => void) => {
      socket.destroy();
      finish();
    };
    socket.setTimeout(timeoutMs, () => end(() => reject(new Error(`${target} is silent`))));
    socket.once('connect', () => end(() => resolve(target)));
    socket.once('error', (error) => end(() => reject(error)));
  });
}

function limitsOf({ caPem, timeoutMs }: { caPem?: string; timeoutMs: number }) {
  return { timeoutMs, keepAlive: false, ...(caPem !== undefined && { ca: caPem }) };
}

/** The shop's account of itself, whether it is well (200) or ill (503). @throws PortError for everything else. */
async function askShop(
  options: Parameters<typeof openHttp>[0],
  path: string,
): Promise<{ answer: HttpAnswer; health: ShopHealth }> {
  const http = openHttp(options);
  try {
    const answer = await http.ask({ path });
    if (answer.status !== 200 && answer.status !== 503) throw refusalOf(answer);
    const account = answer.status === 503 && !answer.text.startsWith('{') ? undefined : parsed(answer, healthAnswer);
    if (account === undefined) throw refusalOf(answer);
    return { answer, health: account };
  } finally {
    http.close();
  }
}

async function addressOf(hostname: string, servers: readonly string[], timeoutMs: number): Promise<string> {
  const answers = await authoritative({ servers, timeoutMs })(hostname, 'A', 1);
  const address = answers.flatMap(({ values }) => values ?? [])[0];
  if (address !== undefined) return address;
  throw new PortError(
    'unavailable',
    `No name server has an address for it: ${answers.map(({ because }) => because).join(' ')}`,
  );
}

async function reading(signal: Signal, ask: () => Promise<Reading>): Promise<Reading> {
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof PortError)) throw error;
    return failedReading(signal, { kind: error.kind, because: error.message, answered: answered(error) });
  }
}
