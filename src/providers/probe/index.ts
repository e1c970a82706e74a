/** Runs a vantage's probes. All input arrives as arguments: a vantage has no site file and no key but its own. */
import type { Reading } from '../../domain/detection/reading';
import type { Prober, ProbeTarget } from '../../ports/probe';
import { secretOf } from '../kit/secret';
import { probeControls } from './controls';
import { reading } from './reading';
import { probeApp, probeEdge } from './shop';
import { probeTable } from './table';

export function prober(secret: (reference: string) => Promise<string> = secretOf): Prober {
  return {
    probe: (target, vantage, timeoutMs) => runProbe(target, vantage, timeoutMs, secret),
    controlsAnswer: async (targets, timeoutMs) => (await probeControls(targets, timeoutMs)).answer,
  };
}

function runProbe(
  { target, address, name, caPem, key, tableRegion, path = '/health', nameServers }: ProbeTarget,
  vantage: string,
  timeoutMs: number,
  secret: (reference: string) => Promise<string>,
): Promise<Reading> {
  const authority = caPem === '' ? {} : { caPem };
  switch (target.signal) {
    case 'app':
      return probeApp({
        region: target.region,
        ...hostAndPort(address),
        hostname: name,
        path,
        ...authority,
        timeoutMs,
      });
    case 'edge':
      return probeEdge({ hostname: name, path, resolvers: nameServers, ...authority, timeoutMs });
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

export { probeApp, probeEdge, type AppProbe } from './shop';
export { probeTable, type TableProbe } from './table';
export { probeControls };
