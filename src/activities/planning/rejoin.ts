/** The plan of a rejoin: fence the deposed region, read its logs, salvage, reseed, attach, compare. It moves no customers. */
import { flawsOf, type Plan } from '../../domain/plan/plan';
import type { RejoinRequest } from '../../domain/plan/request';
import { otherRegion } from '../../domain/other-region';
import { primaryOf, setName, type Survey } from '../../domain/plan/survey';
import { movingRecords } from '../../config';
import type { ShopSettings } from '../../domain/shop-settings';
import type { ParamsOf } from '../steps';
import { call, forward } from './call';
import { ownTable, type PlanContext, type Planning, serviceCommandOf, siteRegion } from './move';
import { fenceSessions, flushCache, followSessions } from './sessions';

/** Customers of the primary upload while it is being copied from. */
const uploadsInFlight = 3;

/** MariaDB gives its connections 20 s to end, and then writes what is in memory only; nobody waits for this region. */
const untilStopped = { attemptMs: 60_000, attempts: 3, everyMs: 500 };

/** What every stage needs: who comes back to whom, and the names under which this run keeps its files. */
interface Return {
  site: PlanContext['site'];
  survey: Survey;
  /** The deposed region and the primary. */
  from: string;
  to: string;
  epoch: number;
  /** A plain name that no other run shares. */
  run: string;
}

/** What the site file says of the shop's tables, as the plan carries it. */
const shopWordsOf = ({ shop: { counters, idTables, tables = {} } }: PlanContext['site']) => ({
  counters: [...counters],
  idTables: [...idTables],
  tables: Object.fromEntries(
    Object.entries(tables).map(([name, { role, key = [] }]) => [name, { role, key: [...key] }]),
  ),
});

/** From a request and a survey to the plan of a rejoin, or to the sentence that refuses it. Pure. */
export function planRejoin({ site }: PlanContext, survey: Survey, request: RejoinRequest): Planning {
  const primary = primaryOf(survey);
  if (!primary.known)
    return refused(`${primary.because} Find out which region has the newest orders before you move anything.`);
  const { region: to, epoch } = primary;
  const from = request.region || (otherRegion(site.regions, to) ?? '');
  const refusal = refusalOf(site, survey, from, to);
  if (refusal !== undefined) return refused(refusal);
  const run = `rejoin-${site.site}-${from}-${epoch}-${survey.at}`;
  const plan: Plan = {
    site: site.site,
    kind: 'rejoin',
    cause: 'repair',
    from,
    to,
    epoch,
    because: request.because,
    stages: stagesOf({ site, survey, from, to, epoch, run }),
  };
  const flaws = flawsOf(plan);
  return flaws.length === 0 ? { outcome: 'plan', plan } : refused(flaws.join(' '));
}

const refused = (because: string): Planning => ({ outcome: 'refused', because });

function refusalOf(site: PlanContext['site'], survey: Survey, from: string, to: string): string | undefined {
  if (!Object.hasOwn(site.regions, from))
    return `${site.site} has no region ${from}; its regions are ${Object.keys(site.regions).join(' and ')}.`;
  if (from === to) return `${to} is the primary; only the other region can rejoin.`;
  const primary = survey.regions[to];
  if (!primary?.answers)
    return `The primary ${to} does not answer (${primary?.because ?? 'it was not queried'}), so ${from} cannot rejoin it.`;
  if (primary.readOnly)
    return `The primary ${to} is read-only; make it writable first: npx handover transfer ${site.site} --kind restore`;
  const region = survey.regions[from];
  if (
    region?.answers &&
    region.readOnly &&
    region.replicating === true &&
    region.replicaOf === siteRegion(site, to).address
  )
    return `${from} already replicates from ${to}; there is nothing to rejoin.`;
  return customersAt(site, survey, from, to);
}

/** A rejoin ends with the proxy of the region removed, which would leave customers whom a name still leads there without a shop. */
function customersAt(site: PlanContext['site'], survey: Survey, from: string, to: string): string | undefined {
  const records = movingRecords(site.dns.records);
  const leading = records.find(({ name, type, values }) =>
    survey.dns[setName({ name, type })]?.values.some((value) => values[from]?.includes(value)),
  );
  if (leading) {
    const wanted = (leading.values[to] ?? []).join(' and ');
    return `${leading.name} (${leading.type}) still leads customers to ${from}; point it to ${to} (${wanted}) first.`;
  }
  return survey.traffic?.answers === true && survey.traffic.leadsTo === from
    ? `The traffic switch still leads customers to ${from}; point it to ${to} first: ${survey.traffic.because}`
    : undefined;
}

/** Whether every record and the switch could be read, so that nobody is led to the region. */
const nobodyLedThere = ({ site, survey }: Return): boolean =>
  movingRecords(site.dns.records).every((record) => survey.dns[setName(record)] !== undefined) &&
  (site.traffic === undefined || survey.traffic?.answers === true);

const readBy = (site: Return['site'], from: string) => ({
  serviceCommand: serviceCommandOf(site, from),
  idTables: [...site.shop.idTables],
});

function stagesOf(move: Return): Plan['stages'] {
  const { site, from, to, epoch, run } = move;
  const sourceHost = siteRegion(site, to).address;
  const serviceCommand = serviceCommandOf(site, from);
  const files = { from, to, folder: run };
  const copy = `rejoin-${site.site}-${from}-${epoch}`;
  const seed = { region: from, source: to, job: run, copy, serviceCommand };
  return [
    [
      { ...forward('fence-database', fenceOf(move), { phase: 'fence' }), patience: untilStopped },
      forward('pause-scheduler', { region: from }, { phase: 'fence', at: from, onFailure: 'follow-up' }),
      ...fenceSessions(site, from, to, 'refuse'),
    ],
    [standbySettings(move, 'early'), forward('copy-binlogs', { ...files, copy }, { phase: 'prepare' })],
    [forward('classify-deposed', { ...files, ...readBy(site, from) }, { phase: 'prepare' })],
    [
      call('salvage-orders', { ...files, ...shopWordsOf(site) }, { phase: 'promote' }),
      forward(
        'sync-media',
        { from, to, merge: true },
        { phase: 'promote', at: `from-${from}`, onFailure: 'follow-up' },
      ),
    ],
    [
      forward('reseed-database', seed, { phase: 'tidy' }),
      forward(
        'sync-media',
        { from: to, to: from, tolerated: uploadsInFlight },
        { phase: 'tidy', at: `to-${from}`, onFailure: 'follow-up' },
      ),
      ...flushCache(site, to),
    ],
    [
      forward('attach-rejoined', { region: from, source: to, sourceHost }, { phase: 'tidy' }),
      ...followSessions(site, { region: from, sourceHost }),
    ],
    [forward('compare-databases', { from: to, to: from }, { phase: 'verify' })],
    ...asStandby(move),
  ];
}

/** A database that answers is made read-only and goes on running: it is needed soon. One that is silent must be proved to be stopped. */
function fenceOf({ site, survey, from, to }: Return): ParamsOf<'fence-database'> {
  const answers = survey.regions[from]?.answers === true;
  const serviceCommand = serviceCommandOf(site, from);
  return { region: from, peer: to, planned: answers, unfenced: 'refuse', serviceCommand };
}

/** Set early, so that the deposed shop stops acting as the primary, and again at the end, because an unhealthy shop must not delay the salvage. */
function standbySettings({ site, survey, from, epoch }: Return, when: 'early' | 'late') {
  const own = ownTable(site, from);
  const next: ShopSettings = { role: 'standby', epoch, ...own, scheduler: 'off' };
  const previous = survey.settings[from] ?? next;
  const params = { region: from, next: { ...next }, previous: { ...previous } };
  return forward('stage-settings', params, {
    phase: 'tidy',
    at: `${from}-${when}`,
    ...(when === 'early' ? { onFailure: 'follow-up' } : {}),
  });
}

function asStandby(move: Return): Plan['stages'] {
  const { site, from, to } = move;
  const tidy = { phase: 'tidy', at: from, onFailure: 'follow-up' } as const;
  return [
    [
      forward('prove-replication', { from: to, to: from, timeoutMs: site.policy.drainTimeoutMs }, { phase: 'verify' }),
      standbySettings(move, 'late'),
      forward('ungate-checkouts', { region: from }, tidy),
      forward('resume-scheduler', { region: from }, tidy),
      // A name that can't be read may lead there; the next planned move removes the proxy.
      ...(nobodyLedThere(move) ? [forward('unproxy-region', { region: from }, tidy)] : []),
    ],
  ];
}
