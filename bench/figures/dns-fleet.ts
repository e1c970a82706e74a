import { median, seconds, worst } from '../arithmetic';
import { fleet, furnish, pair, type Ended, type MoveKind } from '../dns/fleet';
import { latencyMs, virtualTime } from '../dns/virtual-time';
import { openZoneServer, type Limits } from '../../lab/loopback/zone-servers';
import type { Figure } from '../figure';
import { findKind } from '../../src/providers/kit/kind';
import { dnsProviders } from '../../src/providers/dns';

const vendors = ['digitalocean', 'cloudflare', 'route53'] as const;
type Limited = (typeof vendors)[number];
/** Spread evenly, also over both workers. */
const every20: readonly MoveKind[] = [
  ...(['planned', 'planned', 'checks', 'checks', 'planned', 'planned', 'planned', 'planned', 'planned'] as const),
  ...(['failover', 'failover', 'planned', 'checks', 'checks', 'planned', 'planned'] as const),
  ...(['planned', 'planned', 'planned', 'planned'] as const),
];
const moves = Array.from({ length: 15 }, () => every20).flat();
const countOf = (kind: MoveKind) => moves.filter((one) => one === kind).length;

interface Measured {
  kind: Limited;
  title: string;
  calls: number;
  /** The least duration at the published limit. */
  floorMs: number;
  ended: Ended[];
}

/** The published limit as an option of this kind's fake; DigitalOcean's fake has both of its limits built in. */
const limitsOf = (kind: Limited, limit: { requests: number; perMs: number }): Limits =>
  kind === 'digitalocean' ? {} : { limit };

async function measured(kind: Limited): Promise<Measured[]> {
  const { title, limit } = findKind('dns.provider', dnsProviders, { kind });
  if (limit === undefined) return [];
  const time = virtualTime();
  const zoneServer = await openZoneServer(kind, undefined, { ...limitsOf(kind, limit), now: time.clock.now });
  try {
    furnish(zoneServer, moves.length);
    const ended = await fleet(zoneServer, moves, pair(time), time);
    const calls = zoneServer.fake?.calls.length ?? 0;
    return [{ kind, title, calls, floorMs: (calls / limit.requests) * limit.perMs, ended }];
  } finally {
    await zoneServer.close();
  }
}

const lastOf = ({ ended }: Measured, ...of: MoveKind[]) =>
  worst(ended.filter(({ kind }) => of.includes(kind)).map(({ afterMs }) => afterMs));
const waitsOf = ({ ended }: Measured, of: MoveKind) =>
  ended.filter(({ kind }) => kind === of).map(({ waitedMs }) => waitedMs);
const mostLimited = ({ ended }: Measured) => worst(ended.map(({ limited }) => limited));
const limitedOf = ({ ended }: Measured) => ended.reduce((sum, { limited }) => sum + limited, 0);
/** Compares waits, not ends: while there are permits for all, no site waits for another. */
const inOrder = (one: Measured) => worst(waitsOf(one, 'failover')) < median(waitsOf(one, 'planned'));
const duration = (ms: number) => (ms < 60_000 ? seconds(ms) : `${(ms / 60_000).toFixed(1)} min`);

function lineOf(one: Measured): string {
  const [failover, all] = [lastOf(one, 'failover'), lastOf(one, 'failover', 'planned', 'checks')].map(duration);
  const waits = [worst(waitsOf(one, 'failover')), median(waitsOf(one, 'planned')), median(waitsOf(one, 'checks'))];
  const [longest, planned, checks] = waits.map(duration);
  return [
    `${one.title.padEnd(16)} ${one.calls} calls`,
    `last failover after ${failover}, last site after ${all} (minimum at the published limit ${duration(one.floorMs)})`,
    `held back: failovers at most ${longest}, planned moves ${planned} and checks ${checks} in the median`,
    `refused by the vendor ${limitedOf(one)} times, a site at most ${mostLimited(one)} times`,
  ].join('; ');
}

const valuesOf = (one: Measured) => ({
  calls: one.calls,
  floorMs: one.floorMs,
  limited: limitedOf(one),
  mostLimited: mostLimited(one),
  lastFailoverMs: lastOf(one, 'failover'),
  lastPlannedMs: lastOf(one, 'planned'),
  lastChecksMs: lastOf(one, 'checks'),
  waitedMs: { failover: waitsOf(one, 'failover'), planned: waitsOf(one, 'planned'), checks: waitsOf(one, 'checks') },
});

export const dnsFleet: Figure = {
  name: 'dns-fleet',
  title: 'hundreds of sites with one credential that move at once, within the published rate limits',
  goal: 'no site refused twice by the vendor; no failover held back as long as the median planned move',
  how: `${moves.length} sites in two workers, of which ${countOf('failover')} fail over, ${countOf('planned')} move as planned (the survey's read, \`lower-dns-ttl\`, \`switch-dns\`, without the wait between them) and ${countOf('checks')} are checked, all starting at once with one credential, each attempt on the other worker, against each vendor's fake with its published limit (Route 53's without bursts). Waits are those of the workflows. A site is done at the vendor's last answer to it. Requests are real, time is virtual: each request takes ${latencyMs.join(' to ')} ms and is then answered at once; name servers take no time.`,
  measure: async () => {
    const all: Measured[] = [];
    for (const kind of vendors) all.push(...(await measured(kind)));
    return {
      lines: all.map(lineOf),
      reached: all.every((one) => mostLimited(one) < 2 && inOrder(one)),
      values: Object.fromEntries(all.map((one) => [one.kind, valuesOf(one)])),
    };
  },
};
