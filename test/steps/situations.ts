/** For each step a situation in which it has work to do, and how the world looks when that work is done. */
import type { StepName } from '../../src/activities/steps';
import type { StepCall } from '../../src/domain/plan/plan';
import { addresses, tableRegions } from '../world/region';
import { append, fence, hasApplied, openTo, positionOf, promote, restart } from '../world/server';
import type { World } from '../world/world';
import { newTraffic, sentTo } from '../world/traffic';
import { answered, putSet, shopName } from '../world/zone';
import { callOf } from './trying';

export interface Situation {
  step: StepName;
  call: StepCall;
  /** Steps that go before, for their facts. */
  earlier?: StepCall[];
  before: (world: World) => void;
  holds: (world: World) => boolean;
  /** The port calls that make it so, each of which may take effect once. */
  effects: string[];
  /** The epoch of the plan; 2 unless told. */
  epoch?: number;
}

const A = addresses['A']!;
const B = addresses['B']!;
const nothing = () => undefined;
const standby = { role: 'standby', epoch: 1, tableRegion: tableRegions['B']!, scheduler: 'off' } as const;
const primary = { role: 'primary', epoch: 2, tableRegion: tableRegions['B']!, scheduler: 'on' } as const;

function caughtUp(world: World): void {
  const { server, replication } = {
    server: world.region('B').server,
    replication: world.region('B').server.replication,
  };
  const missing = world.region('A').server.log.slice(server.log.length);
  server.log.push(...missing);
  if (replication) replication.relay = [];
}

function fenced(world: World): void {
  fence(world.region('A').server);
  caughtUp(world);
}

function promoted(world: World): void {
  fenced(world);
  const region = world.region('B');
  promote(region.server, { epoch: 2, region: 'B', idGap: 1000 });
  region.file = primary;
  region.running = primary;
}

function opened(world: World): void {
  promoted(world);
  openTo(world.region('B').server, 2);
}

const drain = callOf('drain-database', { from: 'A', to: 'B', planned: true, timeoutMs: 30_000 });

export const situations: Situation[] = [
  {
    step: 'lower-dns-ttl',
    call: callOf('lower-dns-ttl', { name: shopName, type: 'A', ttlSeconds: 5 }),
    before: (world) => putSet(world.zone, { name: shopName, type: 'A', ttlSeconds: 300, values: [A] }),
    holds: (world) => [...world.zone.sets.values()].every((set) => set.ttlSeconds === 5 && set.values.join() === A),
    effects: ['dns.replace'],
  },
  {
    step: 'sync-media',
    call: callOf('sync-media', { from: 'A', to: 'B' }),
    before(world) {
      fence(world.region('A').server);
      world.region('A').uploads.add('2026/11/new.jpg');
      world.region('B').uploads.add('2026/11/only-here.jpg');
    },
    holds: (world) => ['2026/11/new.jpg', '2026/11/only-here.jpg'].every((path) => world.region('B').uploads.has(path)),
    effects: ['media.pullFrom of B'],
  },
  {
    step: 'stage-settings',
    call: callOf('stage-settings', { region: 'B', next: primary, previous: standby }),
    before: nothing,
    holds: (world) => JSON.stringify(world.region('B').running) === JSON.stringify(primary),
    effects: ['settings.apply of B'],
  },
  {
    step: 'unproxy-region',
    call: callOf('unproxy-region', { region: 'B' }),
    before: (world) => void (world.region('B').proxy = A),
    holds: (world) => world.region('B').proxy === undefined,
    effects: ['settings.proxyTo of B'],
  },
  {
    step: 'proxy-region',
    call: callOf('proxy-region', { region: 'A', address: B }),
    before: nothing,
    holds: (world) => world.region('A').proxy === B,
    effects: ['settings.proxyTo of A'],
  },
  {
    step: 'gate-checkouts',
    call: callOf('gate-checkouts', { region: 'A', because: 'The shop is moving to B.', graceMs: 2_000 }),
    before: nothing,
    holds: (world) => world.region('A').gate === 'The shop is moving to B.',
    effects: ['settings.gate of A'],
  },
  {
    step: 'ungate-checkouts',
    call: callOf('ungate-checkouts', { region: 'B' }),
    before: (world) => void (world.region('B').gate = 'A test.'),
    holds: (world) => world.region('B').gate === undefined,
    effects: ['settings.ungate of B'],
  },
  {
    step: 'pause-scheduler',
    call: callOf('pause-scheduler', { region: 'A' }),
    before: nothing,
    holds: (world) => world.region('A').schedulerPaused,
    effects: ['settings.pauseScheduler of A'],
  },
  {
    step: 'resume-scheduler',
    call: callOf('resume-scheduler', { region: 'A' }),
    before: (world) => void (world.region('A').schedulerPaused = true),
    holds: (world) => !world.region('A').schedulerPaused,
    effects: ['settings.resumeScheduler of A'],
  },
  {
    step: 'fence-database',
    call: callOf('fence-database', { region: 'A', peer: 'B', planned: true, unfenced: 'refuse' }),
    before: nothing,
    holds: (world) => world.region('A').server.readOnly,
    effects: ['database.fence of A'],
  },
  {
    step: 'drain-database',
    call: callOf('drain-database', { from: 'A', to: 'B', planned: false, timeoutMs: 30_000 }),
    before(world) {
      world.crash('A');
      world.region('B').server.applyRate = 1;
    },
    holds: ({ region }) =>
      region('B').server.replication?.fetching === false && region('B').server.replication?.relay.length === 0,
    effects: ['database.stopFetching of B'],
  },
  {
    step: 'apply-tail',
    call: callOf('apply-tail', { from: 'A', to: 'B', folder: 'tail', timeoutMs: 30_000 }),
    earlier: [
      callOf('fence-database', {
        region: 'A',
        peer: 'B',
        planned: false,
        unfenced: 'refuse',
        serviceCommand: 'service',
      }),
      callOf('drain-database', { from: 'A', to: 'B', planned: false, timeoutMs: 30_000 }),
    ],
    before(world) {
      world.crash('A');
      append(world.region('A').server, [{ server: 1, sequence: world.region('A').server.log.length + 1 }]);
    },
    holds: ({ region }) => positionOf(region('B').server.log) === positionOf(region('A').server.log),
    effects: ['host.pull-logs of B', 'host.replay-logs of B'],
  },
  {
    step: 'promote-database',
    call: callOf('promote-database', { region: 'B', idGap: 1000 }),
    before: fenced,
    holds: ({ region }) => !region('B').server.readOnly && region('B').server.row.epoch === 2,
    effects: ['database.promote of B'],
  },
  {
    step: 'canary-order',
    call: callOf('canary-order', { region: 'B' }),
    before: promoted,
    holds: ({ region }) => region('B').canaries.size === 1,
    effects: ['shop.canaryOrder of B'],
  },
  {
    step: 'promote-sessions',
    call: callOf('promote-sessions', { from: 'A', to: 'B', planned: true }),
    before: nothing,
    holds: ({ region }) =>
      region('B').sessions.role === 'primary' && region('B').sessions.offset === region('A').sessions.offset,
    effects: ['sessions.promote of B'],
  },
  {
    step: 'flush-cache',
    call: callOf('flush-cache', { region: 'B' }),
    before: nothing,
    holds: ({ region }) => region('B').sessions.cacheFlushes > 0,
    effects: [],
  },
  {
    step: 'open-region',
    call: callOf('open-region', { region: 'B' }),
    before: promoted,
    holds: ({ region }) => region('B').server.row.verifiedEpoch === 2,
    effects: ['database.openTo of B'],
  },
  {
    step: 'switch-dns',
    call: callOf('switch-dns', { name: shopName, type: 'A', from: [A], to: [B], ttlSeconds: 5 }),
    before: opened,
    holds: (world) => answered(world.zone, shopName, 'A', world.gate.clock.now())?.join() === B,
    effects: ['dns.replace'],
  },
  {
    step: 'switch-traffic',
    call: callOf('switch-traffic', { kind: 'world', from: 'A', to: 'B', expected: ['A', 'B'] }),
    before(world) {
      opened(world);
      world.traffic = newTraffic();
    },
    holds: ({ traffic, gate }) => traffic !== undefined && sentTo(traffic, gate.clock.now()) === 'B',
    effects: ['traffic.point'],
  },
  {
    step: 'prove-dns',
    call: callOf('prove-dns', { name: shopName, type: 'A', to: [B] }),
    before(world) {
      opened(world);
      putSet(world.zone, { name: shopName, type: 'A', ttlSeconds: 5, values: [B] });
    },
    holds: () => true,
    effects: [],
  },
  {
    step: 'attach-replica',
    call: callOf('attach-replica', { region: 'A', source: 'B', sourceHost: B }),
    earlier: [
      callOf('fence-database', { region: 'A', peer: 'B', planned: true, unfenced: 'refuse' }),
      drain,
      callOf('promote-database', { region: 'B', idGap: 1000 }),
    ],
    before: nothing,
    holds: ({ region }) =>
      region('A').server.replication?.sourceHost === B &&
      hasApplied(region('A').server, positionOf(region('B').server.log)),
    effects: ['database.attach of A'],
  },
  {
    step: 'follow-sessions',
    call: callOf('follow-sessions', { region: 'A', sourceHost: B }),
    before(world) {
      world.region('B').sessions.role = 'primary';
    },
    holds: ({ region }) => region('A').sessions.role === 'replica' && region('A').sessions.linkUp,
    effects: ['sessions.follow of A'],
  },
  {
    step: 'fence-sessions',
    call: callOf('fence-sessions', { region: 'A', peer: 'B', sourceHost: B, silent: 'refuse' }),
    before(world) {
      world.region('B').sessions.role = 'primary';
    },
    holds: ({ region }) => region('A').sessions.role === 'replica' && region('A').sessions.sourceHost === B,
    effects: ['sessions.follow of A'],
  },
  {
    step: 'prove-replication',
    call: callOf('prove-replication', { from: 'A', to: 'B', timeoutMs: 5_000 }),
    before: nothing,
    holds: () => true,
    effects: [],
  },
  {
    step: 'make-writable',
    call: callOf('make-writable', { region: 'A' }),
    before: (world) => restart(world.region('A').server, 0),
    holds: ({ region }) => !region('A').server.readOnly,
    effects: ['database.unfence of A'],
    epoch: 1,
  },
  {
    step: 'restart-replication',
    call: callOf('restart-replication', { region: 'B', source: 'A' }),
    before: (world) => restart(world.region('B').server, 0),
    holds: ({ region }) => region('B').server.replication?.connected === true,
    effects: ['database.startReplication of B'],
    epoch: 1,
  },
];
