/** What a vantage asks. Everything it needs arrives as arguments, so it holds no site file and no key but its own. */
import type { Reading, Target } from '../../domain/reading';
import { secretOf } from '../secret';
import { probeControls } from './controls';
import { reading } from './reading';
import { probeApp, probeEdge } from './shop';
import { probeTable } from './table';

/** One thing to ask. Fields that a signal has no use for are empty. */
export interface Question {
  target: Target;
  /** `app`: the region's own address, perhaps with a port. `table`: URL of the endpoint; AWS's own when empty. */
  address: string;
  /** The shop's public name; the table's name. */
  name: string;
  /** The authority behind the shop's certificate; the well-known ones when empty. */
  caPem: string;
  /** Reference to the key of the vantage's own canary item. */
  key: string;
  /** The table's own name of the region, such as `eu-central-1`. */
  tableRegion: string;
  /** Asked for the public name; the system's own when empty. */
  nameServers: string[];
}

export interface Prober {
  /** Never throws for what the world does. `timeoutMs` limits the whole probe. */
  probe: (question: Question, vantage: string, timeoutMs: number) => Promise<Reading>;
  /** Whether one of `targets` (`HOST:PORT`) takes a connection: if none does, the vantage's own network is ill. */
  controlsAnswer: (targets: string[], timeoutMs: number) => Promise<boolean>;
}

export function prober(secret: (reference: string) => Promise<string> = secretOf): Prober {
  return {
    probe: (question, vantage, timeoutMs) => ask(question, vantage, timeoutMs, secret),
    controlsAnswer: async (targets, timeoutMs) => (await probeControls(targets, timeoutMs)).answer,
  };
}

function ask(
  { target, address, name, caPem, key, tableRegion, nameServers }: Question,
  vantage: string,
  timeoutMs: number,
  secret: (reference: string) => Promise<string>,
): Promise<Reading> {
  const authority = caPem === '' ? {} : { caPem };
  switch (target.signal) {
    case 'app':
      return probeApp({ region: target.region, ...hostAndPort(address), hostname: name, ...authority, timeoutMs });
    case 'edge':
      return probeEdge({ hostname: name, resolvers: nameServers, ...authority, timeoutMs });
    case 'table':
      return reading('table', async () => {
        const endpoint = address === '' ? {} : { endpoint: address };
        const rest = { vantage, region: target.region, tableRegion, table: name, timeoutMs };
        return probeTable({ ...rest, ...endpoint, key: await secret(key) });
      });
  }
}

function hostAndPort(address: string): { address: string; port?: number } {
  const [, host, port] = /^\[?([^[\]]*?)\]?:(\d+)$/.exec(address) ?? [];
  const bare = host === undefined || port === undefined || (host.includes(':') && !address.startsWith('['));
  return bare ? { address } : { address: host, port: Number(port) };
}

export { probeApp, probeEdge, type AppProbe, type EdgeProbe } from './shop';
export { probeTable, type TableProbe } from './table';
export { probeControls };
