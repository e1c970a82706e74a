/** Hundreds of sites of one credential at once, in two workers, against a vendor's fake that keeps the vendor's published limit, in virtual time. */
import { lowerDnsTtl } from '../../src/activities/steps/lower-dns-ttl';
import { switchDns } from '../../src/activities/steps/switch-dns';
import type { Site } from '../../src/config/load';
import type { Connected } from '../../src/connect/connect';
import { unknownWaitMs } from '../../src/domain/failure';
import { openRateLimiters, withPriority, type RateLimiters } from '../../src/providers/rate-limit/scope';
import { PortError } from '../../src/ports/errors';
import type { Ports } from '../../src/ports/ports';
import { HeldBack } from '../../src/providers/rate-limit/limiter';
import type { Priority } from '../../src/domain/priority';
import type { ZoneServer } from '../../lab/loopback/zone-servers';
import { attempt } from '../../lab/loopback/dns-moves';
import type { VirtualTime } from './virtual-time';

export type MoveKind = 'failover' | 'planned' | 'checks';

export interface Ended {
  kind: MoveKind;
  /** From the start of all to the vendor's last answer; name servers have their own time. */
  afterMs: number;
  /** How often the vendor itself refused this site for its limit. */
  limited: number;
  /** For how long it was held back, all in all. */
  waitedMs: number;
}

/** What is noted of a site on its way. */
type Notes = Pick<Ended, 'limited' | 'waitedMs'> & { answeredAt: number };

/** The limiters of two workers. */
export const pair = ({ clock }: VirtualTime): RateLimiters[] => [
  openRateLimiters('2', clock),
  openRateLimiters('2', clock),
];

/** The record of each site of a fleet, as it lies in the zone. */
export function furnish({ site, put }: ZoneServer, sites: number): void {
  for (let at = 0; at < sites; at += 1) {
    const { name, type, values } = recordOf(siteOf(site, at));
    put({ name, type, ttlSeconds: 300, values: [...(values.A ?? [])] });
  }
}

/** Moves or checks every site at the same moment. @throws as the steps do, but for limits, after which they are retried as in workflows. */
export async function fleet(
  server: ZoneServer,
  moves: readonly MoveKind[],
  workers: readonly RateLimiters[],
  time: VirtualTime,
): Promise<Ended[]> {
  const opened: Connected[] = [];
  const travel = moves.map(async (kind, at): Promise<Ended> => {
    const site = siteOf(server.site, at);
    const notes = { limited: 0, waitedMs: 0, answeredAt: 0 };
    const open = workers.map((limiters) => server.open({ site, limiters: time.onTheWay(limiters) }));
    opened.push(...open);
    const watched = open.map((ports) => watching(ports, notes, time));
    await run[kind](site, retrying(watched, at, notes));
    return { kind, afterMs: notes.answeredAt, limited: notes.limited, waitedMs: notes.waitedMs };
  });
  try {
    return await time.clock.run(Promise.all(travel));
  } finally {
    await Promise.all(opened.map((ports) => ports.close()));
  }
}

/** `site` under a name of its own. */
function siteOf(site: Site, at: number): Site {
  const records = site.dns.records.map((record) => ({ ...record, name: `shop-${at}.${site.dns.provider.zone}` }));
  return { ...site, site: `shop-${at}`, dns: { ...site.dns, records } };
}

type Retried = (priority: Priority, work: (ports: Ports) => Promise<unknown>) => Promise<void>;

const run: Record<MoveKind, (site: Site, retried: Retried) => Promise<void>> = {
  failover: (site, retried) => retried('failover', (ports) => move(site, ports)),
  planned: async (site, retried) => {
    const { name, type, ttlSeconds } = recordOf(site);
    await retried('prepare', ({ dns }) => dns.read(name, type));
    await retried('prepare', (ports) => attempt(lowerDnsTtl, { name, type, ttlSeconds }, site, ports));
    await retried('move', (ports) => move(site, ports));
  },
  checks: (site, retried) => {
    const { name, type } = recordOf(site);
    return retried('look', async ({ dns }) => [await dns.read(name, type), await dns.flaws(name, type)]);
  },
};

function recordOf(site: Site) {
  const [record] = site.dns.records;
  if (record === undefined) throw new Error(`${site.site} has no record to move`);
  return { ...record, ttlSeconds: site.dns.ttlSeconds };
}

function move(site: Site, ports: Ports) {
  const { name, type, values, ttlSeconds } = recordOf(site);
  const params = { name, type, from: [...(values.A ?? [])], to: [...(values.B ?? [])], ttlSeconds };
  return attempt(switchDns, params, site, ports);
}

/** As workflows do it: retried after each wait that was asked for, as often as it takes, by any worker; here always by the other one. */
function retrying(workers: readonly Ports[], first: number, notes: Notes): Retried {
  let attempts = first;
  return async (priority, work) => {
    for (let again = false; ; again = true) {
      const ports = workers[(attempts += 1) % workers.length];
      if (ports === undefined) throw new Error('there is no worker');
      try {
        await withPriority(priority, () => work(ports), again);
        return;
      } catch (error) {
        if (!(error instanceof PortError) || error.kind !== 'limited') throw error;
        const { waitMs = unknownWaitMs } = error;
        notes.waitedMs += waitMs;
        await ports.sleep(waitMs);
      }
    }
  };
}

/** In virtual time; counts what the vendor itself refused, for a step may take such an answer for an unknown and go on. */
function watching(ports: Ports, notes: Notes, { clock, timed }: VirtualTime): Ports {
  const watched = <A extends unknown[], T>(method: (...args: A) => Promise<T>) =>
    timed(async (...args: A): Promise<T> => {
      try {
        return await method(...args);
      } catch (error) {
        const theirs = error instanceof PortError && error.kind === 'limited' && !(error instanceof HeldBack);
        if (theirs) notes.limited += 1;
        throw error;
      } finally {
        notes.answeredAt = clock.now();
      }
    });
  const { read, replace, flaws, answers } = ports.dns;
  const asked = { read: watched(read), replace: watched(replace), flaws: watched(flaws), answers: timed(answers) };
  return { ...ports, now: clock.now, sleep: clock.sleep, dns: { ...ports.dns, ...asked } };
}
