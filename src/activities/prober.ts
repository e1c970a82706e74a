/** The vantage's way of asking: the real probes, with the vantage's own key resolved on its own machine. */
import { resolveSecret, type SecretRef } from '../config';
import { failedReading, type Reading } from '../domain/reading';
import { sentenceOf } from '../domain/sentence';
import { probeApp, probeControls, probeEdge, probeTable } from '../providers/probe';
import type { Prober, WatchTarget } from './watch';

export function prober(): Prober {
  return {
    probe: (target, vantage, timeoutMs) => probe(target, vantage, timeoutMs),
    controlsAnswer: async (targets, timeoutMs) => (await probeControls(targets, timeoutMs)).answer,
  };
}

async function probe(asked: WatchTarget, vantage: string, timeoutMs: number): Promise<Reading> {
  const { target, address, name, nameServers, tableRegion } = asked;
  const tls = { ...(asked.caPem === '' ? {} : { caPem: asked.caPem }), timeoutMs };
  switch (target.signal) {
    case 'app':
      return probeApp({ region: target.region, address, hostname: name, ...tls });
    case 'edge':
      return probeEdge({ hostname: name, resolvers: nameServers, ...tls });
    case 'table': {
      const key = await keyOf(asked.key);
      if (key instanceof Error)
        return failedReading('table', { kind: 'denied', because: sentenceOf(key), answered: false });
      return probeTable({
        vantage,
        region: target.region,
        tableRegion,
        endpoint: address,
        table: name,
        key,
        timeoutMs,
      });
    }
  }
}

/** A key that is missing here says nothing about the table, so it must read as silence. */
async function keyOf(ref: string): Promise<string | Error> {
  try {
    return await resolveSecret(ref as SecretRef);
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}
