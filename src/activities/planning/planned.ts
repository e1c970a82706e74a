/** The plan of a switchover or failback: no order is lost, and writes pause from the fence to the promotion. */
import { movingRecords, type Site } from '../../config';
import type { Plan, StepCall } from '../../domain/plan/plan';
import { setName, type RegionSurvey, type Survey } from '../../domain/plan/survey';
import type { ShopSettings } from '../../domain/shop-settings';
import { call, forward } from './call';
import { heading, ownTable, siteRegion, type Move } from './move';
import { followSessions, promoteSessions } from './sessions';
import { verifyRegion, verifyShop } from './verification';

/** @param mayCut where the shop is down: orders that hang must not hold up the move that ends it */
export function plannedTransfer(move: Move, mayCut = false): Plan {
  const { site, survey, from, to } = move;
  const fence = { region: from, peer: to, peerStandsBy: standsBy(survey.regions[to], move.epoch) };
  return {
    ...heading(move),
    kind: 'planned',
    stages: [
      prepareTarget(move, beforehand(move)),
      holdWrites(move, mayCut),
      [call('fence-database', { ...fence, planned: true, unfenced: 'refuse' }, { phase: 'fence' })],
      [
        call(
          'drain-database',
          { from, to, planned: true, timeoutMs: site.policy.drainTimeoutMs },
          { phase: 'promote' },
        ),
      ],
      [call('promote-database', { region: to, idGap: site.shop.idGap }, { phase: 'promote' })],
      [
        forward('canary-order', { region: to }, { phase: 'promote' }),
        ...promoteSessions(site, { from, to, planned: true }),
      ],
      [verifyRegion(move, to)],
      [forward('open-region', { region: to }, { phase: 'traffic' })],
      leaveSource(move),
      [
        verifyShop(move),
        forward('sync-media', { from, to, merge: true }, { phase: 'tidy', at: 'after', onFailure: 'follow-up' }),
      ],
      ...retireSource(move),
    ],
  };
}

/** A standby that nobody has begun to promote: from here on only this run could. */
const standsBy = (region: RegionSurvey | undefined, epoch: number): boolean =>
  region?.answers === true && region.readOnly && region.epoch < epoch && region.promotingEpoch === undefined;

/** What takes time and disturbs nobody, done while the old primary still serves. */
function beforehand({ site, from, to }: Move): StepCall[] {
  const { ttlSeconds } = site.dns;
  return [
    ...movingRecords(site.dns.records).map(({ name, type }) =>
      call('lower-dns-ttl', { name, type, ttlSeconds }, { phase: 'prepare', at: setName({ name, type }) }),
    ),
    // Customers go on uploading meanwhile; what comes now is copied after the move.
    call('sync-media', { from, to, tolerated: 100 }, { phase: 'prepare', at: 'before', onFailure: 'follow-up' }),
  ];
}

function holdWrites(move: Move, mayCut: boolean): StepCall[] {
  const { site, from, to } = move;
  const because = `The shop is moving to ${to}.`;
  // An attempt must outlast the wait.
  const patience = { attemptMs: Math.max(30_000, 2 * site.policy.checkoutGraceMs), attempts: 3, everyMs: 1_000 };
  const gate = { region: from, because, graceMs: site.policy.checkoutGraceMs, ...(!mayCut && { whole: true }) };
  return [
    { ...call('gate-checkouts', gate, { phase: 'fence', at: from, afterMs: ttlWaitMs(move) }), patience },
    call('pause-scheduler', { region: from }, { phase: 'fence', at: from }),
  ];
}

/** The target is ready to serve the moment its database is promoted; until then its settings are inert, since their epoch is not yet true. */
export function prepareTarget(move: Move, more: StepCall[] = []): StepCall[] {
  const { site, survey, to, epoch } = move;
  const own = ownTable(site, to);
  const previous = survey.settings[to] ?? { role: 'standby', epoch: epoch - 1, ...own, scheduler: 'off' };
  const next: ShopSettings = { role: 'primary', epoch, ...own, scheduler: 'on' };
  return [
    call('stage-settings', { region: to, next: { ...next }, previous: { ...previous } }, { phase: 'prepare', at: to }),
    forward('unproxy-region', { region: to }, { phase: 'prepare', at: to }),
    forward('ungate-checkouts', { region: to }, { phase: 'prepare', at: to }),
    forward('resume-scheduler', { region: to }, { phase: 'prepare', at: to }),
    ...more,
  ];
}

/** By the records that differ between the regions, and by the traffic switch where the site names one. */
export function moveCustomers(move: Move): StepCall[] {
  return [...switchDns(move), ...switchTraffic(move)];
}

function switchDns({ site, from, to }: Move): StepCall[] {
  return movingRecords(site.dns.records).map(({ name, type, values }) =>
    forward(
      'switch-dns',
      { name, type, from: [...(values[from] ?? [])], to: [...(values[to] ?? [])], ttlSeconds: site.dns.ttlSeconds },
      { phase: 'traffic', at: setName({ name, type }) },
    ),
  );
}

/**
 * What was surveyed lies in the plan, so that it can be brought back, and so that a change by somebody else is found. A switch that led to
 * neither region is to be put right by a person, who must not be taken for somebody else afterwards.
 */
function switchTraffic({ site: { traffic }, survey, from, to }: Move): StepCall[] {
  if (traffic === undefined) return [];
  const found = survey.traffic?.answers === true ? survey.traffic : undefined;
  const tidy = found?.leadsTo === from || found?.leadsTo === to;
  const expected = found !== undefined && tidy ? found.state : null;
  return [forward('switch-traffic', { kind: traffic.kind, from, to, expected }, { phase: 'traffic' })];
}

/** The old session store follows before the hold on it ends: what it took then would be lost when it follows. */
function leaveSource(move: Move): StepCall[] {
  const { site, from, to } = move;
  const { address } = siteRegion(site, to);
  const alongside = { at: from, onFailure: 'follow-up' } as const;
  return [
    forward('proxy-region', { region: from, address }, { phase: 'traffic', ...alongside }),
    ...followSessions(site, { region: from, sourceHost: address }),
    ...moveCustomers(move),
  ];
}

/** The old region becomes the standby: replica of the new primary, settings to match, and out of the way once no customer remembers it. */
function retireSource({ site, survey, from, to, epoch }: Move): StepCall[][] {
  const sourceHost = siteRegion(site, to).address;
  const own = ownTable(site, from);
  const previous = survey.settings[from] ?? { role: 'primary', epoch: epoch - 1, ...own, scheduler: 'on' };
  const next: ShopSettings = { role: 'standby', epoch, ...own, scheduler: 'off' };
  const tidy = { phase: 'tidy', onFailure: 'follow-up' } as const;
  return [
    [
      forward('attach-replica', { region: from, source: to, sourceHost }, { ...tidy, at: from }),
      forward('stage-settings', { region: from, next: { ...next }, previous: { ...previous } }, { ...tidy, at: from }),
    ],
    [
      forward('prove-replication', { from: to, to: from, timeoutMs: site.policy.drainTimeoutMs }, tidy),
      forward('ungate-checkouts', { region: from }, { ...tidy, at: from }),
      forward('resume-scheduler', { region: from }, { ...tidy, at: from }),
    ],
    [
      forward('unproxy-region', { region: from }, { ...tidy, at: from, afterMs: afterMemoryMs(site, survey) }),
      ...proveDns({ site, to }).flat(),
    ],
  ];
}

const afterTtlMs = (site: Site) => (site.dns.ttlSeconds + 1) * 1000;

/** Names that the traffic switch itself answers have a TTL of their own. */
function afterMemoryMs(site: Site, { traffic }: Survey): number {
  const seconds = traffic?.answers === true ? (traffic.rememberedSeconds ?? 0) : 0;
  return Math.max(afterTtlMs(site), (seconds + 1) * 1000);
}

/** One stage, or none where the site names no resolvers. */
export function proveDns({ site, to }: Pick<Move, 'site' | 'to'>): StepCall[][] {
  if (site.dns.resolvers === undefined || site.dns.resolvers.length === 0) return [];
  const stage = movingRecords(site.dns.records).map(({ name, type, values }) =>
    forward(
      'prove-dns',
      { name, type, to: [...(values[to] ?? [])] },
      { phase: 'tidy', at: setName({ name, type }), afterMs: afterTtlMs(site), onFailure: 'follow-up' },
    ),
  );
  return stage.length === 0 ? [] : [stage];
}

/** Customers may still hold an answer with the old, longer TTL: the fence waits until the last of them is gone. */
function ttlWaitMs({ site, survey }: Move): number {
  const longest = Math.max(
    0,
    ...movingRecords(site.dns.records).map((record) => survey.dns[setName(record)]?.ttlSeconds ?? 0),
  );
  return longest > site.dns.ttlSeconds ? longest * 1000 : 0;
}
