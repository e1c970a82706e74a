/** The site that is watched, what its shops say of themselves, and what the runbook finds when it looks. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { plainSite } from '../../lab/shop-kind';
import { readSite } from '../../src/config/load';
import type { Site } from '../../src/config';
import type { RegionFacts } from '../../src/domain/detection/reading';
import type { Survey } from '../../src/domain/plan/survey';
import type { DatabaseState } from '../../src/ports/ports';
import { checkout } from '../../lab/loopback/zone-servers';
import { minute, replicaAt, runbookSees, type Episode, type Random } from './world';

const source = readFileSync(join(checkout, 'sites/lab.yaml'), 'utf8');
const full = readSite(source, 'lab');
const plain = readSite(plainSite(source), 'lab');
const withDefaults = (site: Site): Site => ({ ...site, policy: { ...site.policy, tableBackAfterMs: 5 * minute } });

/** The lab's site with the production thresholds. */
export const sites = { full: withDefaults(full), plain: withDefaults(plain) };

const facts = (region: string, reachable: boolean, tableOf: string): RegionFacts => ({
  role: region === 'A' ? 'primary' : 'standby',
  tableRegion: tableOf === 'B' && region === 'A' ? 'lab-b' : `lab-${region.toLowerCase()}`,
  serving: region === 'A' && reachable,
  database: reachable
    ? { reachable, readOnly: region !== 'A', epoch: 1, primary: 'A', verifiedEpoch: 1 }
    : { reachable },
});

const known = new Map<string, RegionFacts>();

/** The same object for the same facts. */
export function factsAt(region: string, ill: boolean, tableOf: string): RegionFacts {
  const key = `${region} ${String(ill)} ${tableOf}`;
  const found = known.get(key) ?? facts(region, !ill, tableOf);
  known.set(key, found);
  return found;
}

/** B's database, as the monitor's activity reads it. */
export function standbyAt(episode: Episode, at: number): { replica: DatabaseState; heartbeatAgeMs: number } {
  const { io, heartbeatAgeMs } = replicaAt(episode, at);
  const replica: DatabaseState = {
    serverId: 2,
    version: '',
    readOnly: true,
    position: '0-1-9',
    appliedPosition: '0-1-9',
    epoch: { epoch: 1, region: 'A', verifiedEpoch: 1 },
    replica: {
      sourceHost: '198.51.100.10',
      io,
      sql: true,
      fetchedPosition: '0-1-9',
      usesGtid: true,
      secondsBehind: io === 'yes' ? 0 : null,
    },
    appSessions: 0,
    openWrites: 0,
    uptimeSeconds: 9_999,
    disabledEvents: [],
  };
  return { replica, heartbeatAgeMs };
}

/** What a transfer that starts at `at` finds. */
export function surveyAt(site: Site, episode: Episode, at: number, tableOf: string, random: Random): Survey {
  const sees = runbookSees(episode, at, random);
  const { replica, heartbeatAgeMs } = standbyAt(episode, at);
  const common = { answers: true, epoch: 1, primary: 'A', verifiedEpoch: 1, position: '0-1-9' } as const;
  const settings = (region: string) => ({
    role: region === 'A' ? ('primary' as const) : ('standby' as const),
    epoch: 1,
    scheduler: region === 'A' ? ('on' as const) : ('off' as const),
    ...(site.table && { tableRegion: tableOf === 'B' || region === 'B' ? 'lab-b' : 'lab-a' }),
  });
  const ttlSeconds = site.dns.ttlSeconds;
  return {
    at,
    regions: {
      A: sees.database
        ? { ...common, region: 'A', readOnly: false }
        : { region: 'A', answers: false, because: 'No answer.' },
      B: {
        ...common,
        region: 'B',
        readOnly: true,
        replicaOf: '198.51.100.10',
        replicating: replica.replica?.io === 'yes',
        lagSeconds: replica.replica?.io === 'yes' ? Math.round(heartbeatAgeMs / 1000) : null,
      },
    },
    settings: { A: sees.database ? settings('A') : undefined, B: settings('B') },
    shops: {
      A: { healthy: sees.shop, because: sees.shop ? 'A answers.' : 'A does not answer.' },
      B: { healthy: true, because: 'B answers.' },
    },
    dns: Object.fromEntries(
      site.dns.records.map(({ name, type, values }) => [
        `${name} ${type}`,
        { values: [...(values['A'] ?? [])], ttlSeconds },
      ]),
    ),
    orderRisks: { wrong: [], unknown: [] },
  };
}
