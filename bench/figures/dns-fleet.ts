import { median, worst } from '../arithmetic';
import { fleet, furnish, pair, type Ended, type Errand } from '../dns/fleet';
import { openZoneServer, type Limits } from '../../lab/loopback/zone-servers';
import type { Figure } from '../figure';
import { kindOf } from '../../src/providers/kit/kind';
import { dnsProviders } from '../../src/providers/dns';

/**
 * The fakes' windows, and what keeps to them, are so much shorter than the published ones. A short window can't be made much shorter: it would
 * be gone while one request is on its way.
 */
const faster = { digitalocean: 30, cloudflare: 30, route53: 8 } as const;
type Limited = keyof typeof faster;
/** Spread evenly, over both workers too. */
const every20: readonly Errand[] = [
  ...(['planned', 'planned', 'checks', 'checks', 'planned', 'planned', 'planned', 'planned', 'planned'] as const),
  ...(['failover', 'failover', 'planned', 'checks', 'checks', 'planned', 'planned'] as const),
  ...(['planned', 'planned', 'planned', 'planned'] as const),
];
const errands = Array.from({ length: 15 }, () => every20).flat();
const countOf = (errand: Errand) => errands.filter((one) => one === errand).length;

interface Measured {
  kind: Limited;
  title: string;
  calls: number;
  /** At the published limit. */
  floorMs: number;
  ended: Ended[];
}

/** The published limit, as the fake of this kind takes it, with its time shortened. */
function limitsOf(kind: Limited, limit: { requests: number; perMs: number }): Limits {
  const burst = { ...limit, perMs: limit.perMs / faster[kind] };
  return kind === 'digitalocean'
    ? { limits: { burst, hour: { requests: 5_000, perMs: 3_600_000 / faster[kind] } } }
    : { limit: burst };
}

async function measured(kind: Limited): Promise<Measured[]> {
  const { title, limit } = kindOf('dns.provider', dnsProviders, { kind });
  if (limit === undefined) return [];
  const keeper = await openZoneServer(kind, undefined, limitsOf(kind, limit));
  try {
    furnish(keeper, errands.length);
    const ended = await fleet(keeper, errands, pair(faster[kind]));
    const calls = keeper.fake?.calls.length ?? 0;
    return [{ kind, title, calls, floorMs: (calls / limit.requests) * limit.perMs, ended }];
  } finally {
    await keeper.close();
  }
}

const lastOf = ({ kind, ended }: Measured, ...of: Errand[]) =>
  faster[kind] * worst(ended.filter(({ errand }) => of.includes(errand)).map(({ afterMs }) => afterMs));
const waitsOf = ({ kind, ended }: Measured, of: Errand) =>
  ended.filter(({ errand }) => errand === of).map(({ waitedMs }) => faster[kind] * waitedMs);
const mostLimited = ({ ended }: Measured) => worst(ended.map(({ limited }) => limited));
const lostOf = ({ ended }: Measured) => ended.reduce((sum, { lost }) => sum + lost, 0);
const limitedOf = ({ ended }: Measured) => ended.reduce((sum, { limited }) => sum + limited, 0);
/** What ends first says little: while there is room for all, nobody waits for anybody. */
const inOrder = (one: Measured) => worst(waitsOf(one, 'failover')) < median(waitsOf(one, 'planned'));
const minutes = (ms: number) => `${(ms / 60_000).toFixed(1)} min`;

function lineOf(one: Measured): string {
  const [failover, all] = [lastOf(one, 'failover'), lastOf(one, 'failover', 'planned', 'checks')].map(minutes);
  const waits = [worst(waitsOf(one, 'failover')), median(waitsOf(one, 'planned')), median(waitsOf(one, 'checks'))];
  const [longest, planned, checks] = waits.map(minutes);
  return [
    `${one.title.padEnd(16)} ${one.calls} calls`,
    `last failover after ${failover}, last of all after ${all} (at the published limit ${minutes(one.floorMs)})`,
    `told to wait: failovers ${longest} at most, planned moves ${planned} and checks ${checks} in the median`,
    `limited by the vendor ${limitedOf(one)} times, a site at most ${mostLimited(one)} times; ${lostOf(one)} answers came too late`,
  ].join('; ');
}

const valuesOf = (one: Measured) => ({
  calls: one.calls,
  floorMs: one.floorMs,
  limited: limitedOf(one),
  mostLimited: mostLimited(one),
  lost: lostOf(one),
  lastFailoverMs: lastOf(one, 'failover'),
  lastPlannedMs: lastOf(one, 'planned'),
  lastChecksMs: lastOf(one, 'checks'),
  waitedMs: { failover: waitsOf(one, 'failover'), planned: waitsOf(one, 'planned'), checks: waitsOf(one, 'checks') },
});

export const dnsFleet: Figure = {
  name: 'dns-fleet',
  title: 'hundreds of sites of one credential that move at once, against the published limits',
  goal: 'no site limited twice by the vendor; no failover waits for its turn as long as the median planned move',
  how: `${errands.length} sites in two workers, of which ${countOf('failover')} fail over, ${countOf('planned')} move as planned (the survey's read, \`lower-dns-ttl\`, \`switch-dns\`, without the wait between them) and ${countOf('checks')} are checked, all from the same moment and with one credential, each turn with another worker than the one before, against each vendor's fake with its published limit (Route 53's without its bursts); waits as in workflows. An errand is done with the vendor's last answer to it. Windows, and the patience of those who wait, are shorter than in truth (DigitalOcean and Cloudflare ${faster.digitalocean} times, Route 53 ${faster.route53} times), and times are given so much longer than measured.`,
  measure: async () => {
    const kinds = Object.keys(faster) as Limited[];
    // One after the other: the clients of all at once keep a small machine busy for longer than requests may take.
    const all: Measured[] = [];
    for (const kind of kinds) all.push(...(await measured(kind)));
    return {
      lines: all.map(lineOf),
      reached: all.every((one) => mostLimited(one) < 2 && inOrder(one)),
      values: Object.fromEntries(all.map((one) => [one.kind, valuesOf(one)])),
    };
  },
};
