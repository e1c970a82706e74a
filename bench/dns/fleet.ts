/** Hundreds of sites of one credential at once, in two workers, against a vendor's fake that keeps the vendor's published limit. */
import { setTimeout as pause } from 'node:timers/promises';
import { lowerDnsTtl } from '../../src/activities/steps/lower-dns-ttl';
import { switchDns } from '../../src/activities/steps/switch-dns';
import type { Site } from '../../src/config/load';
import { authoritative } from '../../src/providers/dns/authoritative';
import { openTurnstiles, urgently, type Turnstiles } from '../../src/providers/admission';
import { PortError } from '../../src/providers/errors';
import type { Ports } from '../../src/providers/ports';
import { SentAway, type Urgency } from '../../src/providers/turnstile';
import type { Keeper } from './keepers';
import { attempt } from './moves';

export type Errand = 'failover' | 'planned' | 'checks';

export interface Ended {
  errand: Errand;
  /** From the start of all to the vendor's last answer; name servers have their own time. */
  afterMs: number;
  /** How often the vendor itself refused this site for its limit. */
  limited: number;
  /** For how long it was told to wait, all in all. */
  waitedMs: number;
}

/** What is noted of a site on its way. */
type Notes = Pick<Ended, 'limited' | 'waitedMs'> & { answeredAt: number };

/** A crowd on one machine loses questions to name servers, and it is not they that are measured here. */
const lostMs = 200;

/** Two workers, for limits whose time runs so much `faster`. */
export const pair = (faster: number): Turnstiles[] => [openTurnstiles('2', faster), openTurnstiles('2', faster)];

/** The record of each site of a fleet, as it lies in the zone. */
export function furnish({ site, put }: Keeper, sites: number): void {
  for (let at = 0; at < sites; at += 1) {
    const { name, type, values } = recordOf(siteOf(site, at));
    put({ name, type, ttlSeconds: 300, values: [...(values.A ?? [])] });
  }
}

/** Sends every site on its errand at the same moment. @throws as the steps do, but for limits, which are waited for as workflows do. */
export async function fleet(
  keeper: Keeper,
  errands: readonly Errand[],
  workers: readonly Turnstiles[],
): Promise<Ended[]> {
  const startedAt = performance.now();
  return Promise.all(
    errands.map(async (errand, at) => {
      const site = siteOf(keeper.site, at);
      const turnstiles = workers[at % workers.length];
      const connected = keeper.open({ site, ...(turnstiles && { turnstiles }) });
      const answers = authoritative({ servers: site.dns.authoritative, timeoutMs: lostMs });
      const ports = { ...connected, dns: { ...connected.dns, answers } };
      const notes = { limited: 0, waitedMs: 0, answeredAt: startedAt };
      const turns: Turns = (urgency, work) => inTurns(urgency, work, notes);
      try {
        await run[errand](site, watching(ports, notes), turns);
        const { limited, waitedMs } = notes;
        return { errand, afterMs: notes.answeredAt - startedAt, limited, waitedMs };
      } finally {
        await ports.close();
      }
    }),
  );
}

/** `site` under a name of its own. */
function siteOf(site: Site, at: number): Site {
  const records = site.dns.records.map((record) => ({ ...record, name: `shop-${at}.${site.dns.provider.zone}` }));
  return { ...site, site: `shop-${at}`, dns: { ...site.dns, records } };
}

type Turns = (urgency: Urgency, work: () => Promise<unknown>) => Promise<void>;

const run: Record<Errand, (site: Site, ports: Ports, turns: Turns) => Promise<void>> = {
  failover: (site, ports, turns) => turns('failover', () => move(site, ports)),
  planned: async (site, ports, turns) => {
    const { name, type, ttlSeconds } = recordOf(site);
    await turns('prepare', () => ports.dns.read(name, type));
    await turns('prepare', () => attempt(lowerDnsTtl, { name, type, ttlSeconds }, site, ports));
    await turns('move', () => move(site, ports));
  },
  checks: (site, ports, turns) => {
    const { name, type } = recordOf(site);
    return turns('look', async () => [await ports.dns.read(name, type), await ports.dns.flaws(name, type)]);
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

/** As workflows do it: a wait that was asked for is waited for, as often as it takes. */
async function inTurns(urgency: Urgency, work: () => Promise<unknown>, notes: Notes): Promise<void> {
  for (;;) {
    try {
      await urgently(urgency, work);
      return;
    } catch (error) {
      if (!(error instanceof PortError) || error.kind !== 'limited') throw error;
      const { waitMs = 1_000 } = error;
      notes.waitedMs += waitMs;
      await pause(waitMs);
    }
  }
}

/** Counts what the vendor itself refused; a step may take such an answer for an unknown and go on. */
function watching(ports: Ports, notes: Notes): Ports {
  const watched =
    <A extends unknown[], T>(method: (...args: A) => Promise<T>) =>
    async (...args: A): Promise<T> => {
      try {
        return await method(...args);
      } catch (error) {
        const theirs = error instanceof PortError && error.kind === 'limited' && !(error instanceof SentAway);
        if (theirs) notes.limited += 1;
        throw error;
      } finally {
        notes.answeredAt = performance.now();
      }
    };
  const { read, replace, flaws } = ports.dns;
  const dns = { ...ports.dns, read: watched(read), replace: watched(replace), flaws: watched(flaws) };
  return { ...ports, dns };
}
