/**
 * What every vendor's DNS fake is made of: the HTTP server, its zone and the zone's name servers. A fake is a plain function that needs no
 * jest, so that drills use it too:
 *
 *     export async function startDigitalOcean(options: DnsFakeOptions & { token: string }): Promise<DnsFake> {
 *       const zone = fakeZone<DoRecord>({ origin: originOf(options), setsOf, nameServers: serversOf(options).length });
 *       return startDnsFake(options, { zone, put: (set) => zone.change(...), secrets: [options.token], routes: [...], failed, limited });
 *     }
 *
 * Hold the adapter to `describeDns` (test/providers/dns.contract.ts) and `describeDnsFaults` (test/providers/dns-faults.contract.ts) with it.
 */
import type { RecordSet } from '../../../src/ports/ports';
import type { Call } from './calls';
import type { Faults } from './faults';
import { startNameServer, type NameServer, type Place } from './name-server';
import { startServer, type ServerOptions } from './server';
import type { FakeZone } from './zone';

export interface DnsFakeOptions {
  /** Where the API listens; a free port of the loopback by default. */
  api?: Place;
  /** Where each name server listens; two on the loopback by default. */
  nameServers?: readonly Place[];
  /** Name of the zone, with a dot at its end; `shop.test.` by default. */
  origin?: string;
  /** How long the name servers answer the state before a change; 0 by default. */
  publishAfterMs?: number;
  /** The clock of its limits, in milliseconds; the process's own by default. */
  now?: () => number;
  /** The API speaks HTTPS with this. */
  identity?: { key: string; cert: string };
}

export interface DnsFake {
  /** Base of the API. */
  url: string;
  /** `HOST:PORT` of each. */
  nameServers: string[];
  origin: string;
  calls: Call[];
  faults: Faults;
  /** What is stored, by itself and not by the API. A value stored twice is there twice. */
  sets: () => RecordSet[];
  /** Writes a whole set behind the API's back. */
  put: (set: RecordSet) => void;
  /** Changes of the zone so far. */
  changes: () => number;
  /** From now on the name servers answer changes so much later; one figure for each, or one for all. */
  publishAfter: (...ms: [number, ...number[]]) => void;
  /** They answer all changes so far. */
  publish: () => void;
  close: () => Promise<void>;
}

export type DnsVendor = Omit<ServerOptions, 'host' | 'port' | 'identity'> & {
  zone: Pick<FakeZone<unknown>, 'origin' | 'sets' | 'changes' | 'published' | 'publishAfterMs' | 'publish'>;
  put: (set: RecordSet) => void;
};

const loopback: Place = { host: '127.0.0.1', port: 0 };

export const originOf = ({ origin = 'shop.test.' }: DnsFakeOptions): string => origin;
export const serversOf = ({ nameServers = [loopback, loopback] }: DnsFakeOptions): readonly Place[] => nameServers;

export async function startDnsFake(options: DnsFakeOptions, { zone, put, ...vendor }: DnsVendor): Promise<DnsFake> {
  const { api = loopback, identity, publishAfterMs = 0 } = options;
  const nameServers: NameServer[] = [];
  for (const [number, place] of serversOf(options).entries())
    nameServers.push(await startNameServer({ ...place, zone, number }));
  const server = await startServer({ ...vendor, ...api, ...(identity === undefined ? {} : { identity }) });
  const publishAfter = (...ms: [number, ...number[]]) => {
    zone.publishAfterMs = nameServers.map((_, number) => ms[number] ?? ms[0]);
  };
  publishAfter(publishAfterMs);
  return {
    url: server.url,
    nameServers: nameServers.map(({ address }) => address),
    origin: zone.origin,
    calls: server.calls,
    faults: server.faults,
    sets: zone.sets,
    put,
    changes: zone.changes,
    publishAfter,
    publish: zone.publish,
    close: async () => {
      await server.close();
      await Promise.all(nameServers.map((one) => one.close()));
    },
  };
}
