/** Hundreds of sites of one credential at once, in two workers, against a vendor's fake that keeps the vendor's published limit. */
import { setTimeout as pause } from 'node:timers/promises';
import { lowerDnsTtl } from '../../src/activities/steps/lower-dns-ttl';
import { switchDns } from '../../src/activities/steps/switch-dns';
import type { Site } from '../../src/config/load';
import { authoritative } from '../../src/providers/dns/authoritative';
import { openRateLimiters, withPriority, type RateLimiters } from '../../src/providers/rate-limit/scope';
import { PortError } from '../../src/ports/errors';
import type { Ports } from '../../src/ports/ports';
import { HeldBack } from '../../src/providers/rate-limit/limiter';
import type { Priority } from '../../src/domain/priority';
import type { ZoneServer } from '../../lab/loopback/zone-servers';
import { attempt } from '../../lab/loopback/dns-moves';

export type Errand = 'failover' | 'planned' | 'checks';

export interface Ended {
  errand: Errand;
  /** From the start of all to the vendor's last answer; name servers have their own time. */
  afterMs: number;
  /** How often the vendor itself refused this site for its limit. */
  limited: number;
  /** For how long it was told to wait, all in all. */
  waitedMs: number;
  /** How often no whole answer came in time: a crowd keeps one machine busy. */
  lost: number;
}

/** What is noted of a site on its way. */
type Notes = Pick<Ended, 'limited' | 'waitedMs' | 'lost'> & { answeredAt: number };

/** A crowd on one machine loses questions to name servers, and it is not they that are measured here. */
const lostMs = 200;

/** Two workers, for limits whose time runs so much `faster`. */
export const pair = (faster: number): RateLimiters[] => [openRateLimiters('2', faster), openRateLimiters('2', faster)];

/** The record of each site of a fleet, as it lies in the zone. */
export function furnish({ site, put }: ZoneServer, sites: number): void {
  for (let at = 0; at < sites; at += 1) {
    const { name, type, values } = recordOf(siteOf(site, at));
    put({ name, type, ttlSeconds: 300, values: [...(values.A ?? [])] });
  }
}

/** Sends every site on its errand at the same moment. @throws as the steps do, but for limits and lost answers, after which they begin anew as in workflows. */
export async function fleet(
  keeper: ZoneServer,
  errands: readonly Errand[],
  workers: readonly RateLimiters[],
): Promise<Ended[]> {
  const startedAt = performance.now();
  return Promise.all(
    errands.map(async (errand, at) => {
      const site = siteOf(keeper.site, at);
      const notes = { limited: 0, waitedMs: 0, lost: 0, answeredAt: startedAt };
      const open = workers.map((limiters) => keeper.open({ site, limiters }));
      const hands = open.map((ports) => watching(ports, site, notes));
      try {
        await run[errand](site, turnsOf(hands, at, notes));
        const { limited, waitedMs, lost } = notes;
        return { errand, afterMs: notes.answeredAt - startedAt, limited, waitedMs, lost };
      } finally {
        await Promise.all(open.map((ports) => ports.close()));
      }
    }),
  );
}

/** `site` under a name of its own. */
function siteOf(site: Site, at: number): Site {
  const records = site.dns.records.map((record) => ({ ...record, name: `shop-${at}.${site.dns.provider.zone}` }));
  return { ...site, site: `shop-${at}`, dns: { ...site.dns, records } };
}

type Turns = (priority: Priority, work: (ports: Ports) => Promise<unknown>) => Promise<void>;

const run: Record<Errand, (site: Site, turns: Turns) => Promise<void>> = {
  failover: (site, turns) => turns('failover', (ports) => move(site, ports)),
  planned: async (site, turns) => {
    const { name, type, ttlSeconds } = recordOf(site);
    await turns('prepare', ({ dns }) => dns.read(name, type));
    await turns('prepare', (ports) => attempt(lowerDnsTtl, { name, type, ttlSeconds }, site, ports));
    await turns('move', (ports) => move(site, ports));
  },
  checks: (site, turns) => {
    const { name, type } = recordOf(site);
    return turns('look', async ({ dns }) => [await dns.read(name, type), await dns.flaws(name, type)]);
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

/** As workflows do it: a wait that was asked for is waited for, as often as it takes, and any worker may be the next, here always the other. */
function turnsOf(workers: readonly Ports[], first: number, notes: Notes): Turns {
  let turn = first;
  return async (priority, work) => {
    for (let again = false; ; again = true) {
      const ports = workers[(turn += 1) % workers.length];
      if (ports === undefined) throw new Error('there is no worker');
      try {
        await withPriority(priority, () => work(ports), again);
        return;
      } catch (error) {
        await pause(waitAfter(error, notes));
      }
    }
  };
}

/** @throws what is neither a limit nor a lost answer. */
function waitAfter(error: unknown, notes: Notes): number {
  if (!(error instanceof PortError) || (error.kind !== 'limited' && error.kind !== 'unavailable')) throw error;
  const { kind, waitMs = 1_000 } = error;
  if (kind === 'limited') notes.waitedMs += waitMs;
  else notes.lost += 1;
  return waitMs;
}

/** Counts what the vendor itself refused; a step may take such an answer for an unknown and go on. */
function watching(ports: Ports, site: Site, notes: Notes): Ports {
  const watched =
    <A extends unknown[], T>(method: (...args: A) => Promise<T>) =>
    async (...args: A): Promise<T> => {
      try {
        return await method(...args);
      } catch (error) {
        const theirs = error instanceof PortError && error.kind === 'limited' && !(error instanceof HeldBack);
        if (theirs) notes.limited += 1;
        throw error;
      } finally {
        notes.answeredAt = performance.now();
      }
    };
  const { kind, read, replace, flaws, resolved } = ports.dns;
  const answers = authoritative({ servers: site.dns.authoritative, timeoutMs: lostMs });
  const asked = { read: watched(read), replace: watched(replace), flaws: watched(flaws) };
  return { ...ports, dns: { kind, resolved, answers, ...asked } };
}
