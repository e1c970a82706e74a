/** All ports of one attempt of a step, into the world. */
import { PortError } from '../../src/ports/errors';
import type { Inspection } from '../../src/ports/inspection';
import type { MediaCopy, MediaDifference, Ports } from '../../src/ports/ports';
import { pass, type Actor, type Call } from './faults';
import { soundHost, soundRights, soundSchema, soundSettings, soundShop } from './inspection';
import { binlogsPort, salvagePort } from './logs';
import { notServing, reloadMs, type RegionState } from './region';
import { worldPositions } from './positions';
import * as server from './server';
import { positionOf } from './server';
import { pointTraffic, readTraffic, type TrafficState } from './traffic';
import type { World } from './world';
import { answered, readSet, replaceSet, resolver, servers } from './zone';

export function portsFor(world: World, actor: Actor): Ports {
  const call = <T>(call: Call, work: (half: boolean) => T) => pass(world.gate, actor, call, work);
  return {
    database: (region) => databasePort(world, region, call),
    inspection: (region) => inspectionPort(region, call),
    positions: worldPositions,
    sessions: (region) => sessionsPort(world, region, call),
    host: (region) => hostPort(world, region, call),
    settings: (region) => settingsPort(world, region, call),
    media: (region) => mediaPort(world, region, call),
    shop: (region) => shopPort(world, region, call),
    table: (tableRegion) => tablePort(world, tableRegion, call),
    dns: dnsPort(world, call),
    ...(world.traffic && { traffic: trafficPort(world, world.traffic, call) }),
    alertChannels: ['pager'],
    recipients: { channels: ['pager'], escalateAfterMs: {} },
    alerts: {
      send: (alert) =>
        call({ op: 'alerts.send', effect: true }, () => {
          world.alerts.push(alert);
          return undefined;
        }),
    },
    binlogs: (region) => binlogsPort(world, region, call),
    salvage: (region) => salvagePort(world, region, call),
    pile: () => emptyPile,
    seeding: elsewhere,
    comparing: elsewhere,
    evidence: elsewhere,
    regions: [...world.regions.keys()],
    now: world.gate.clock.now,
    sleep: world.gate.clock.sleep,
  };
}

/** The world's databases hold no rows to salvage: a rejoin is proved on real servers. */
const elsewhere = (): never => {
  throw new PortError('absent', 'The world has no rows; see test/rejoin.');
};

/** Nothing is left to a person here. */
const emptyPile = { items: () => Promise.resolve([]), detail: elsewhere, decide: elsewhere };

type Pass = <T>(call: Call, work: (half: boolean) => T) => Promise<T>;
const nothing = (changed: Promise<boolean>): Promise<void> => changed.then(() => undefined);

function databasePort(world: World, region: string, call: Pass): ReturnType<Ports['database']> {
  const { server: mine } = world.region(region);
  const read = <T>(op: string, work: () => T) => call({ op: `database.${op}`, region, effect: false }, work);
  const effect = (op: string, work: (half: boolean) => boolean) =>
    nothing(call({ op: `database.${op}`, region, effect: true }, work));
  return {
    state: () => read('state', () => server.stateOf(mine, world.gate.clock.now())),
    makeTables: elsewhere,
    fence: (epoch) => effect('fence', () => server.fenceFor(mine, region, epoch)).then(() => []),
    exemptWriters: () => read('exemptWriters', () => [...mine.exemptWriters]),
    writeFenceFile: () => Promise.resolve(),
    fenceFile: () => Promise.resolve(undefined),
    unfence: (epoch) => effect('unfence', () => server.unfence(mine, epoch)),
    async waitFor(position, timeoutMs) {
      const deadline = world.gate.clock.now() + timeoutMs;
      for (;;) {
        if (await read('waitFor', () => server.hasApplied(mine, position))) return true;
        if (world.gate.clock.now() >= deadline) return false;
        await world.gate.clock.sleep(20);
      }
    },
    stopFetching: () => effect('stopFetching', () => server.stopFetching(mine)),
    promote: (order) => effect('promote', (half) => server.promote(mine, order, half)).then(() => []),
    attach: (order) => effect('attach', () => server.attach(mine, order, world.serverAt(order.sourceHost))),
    startReplication: () => effect('startReplication', () => server.startReplication(mine)),
    detach: () => effect('detach', () => server.detachForGood(mine)),
    openTo: (epoch) => effect('openTo', () => server.openTo(mine, epoch)),
    known: () => read('known', () => positionOf(mine.log)),
    heartbeat: (of) => read('heartbeat', () => mine.log.findLast((each) => each.heartbeat?.region === of)?.heartbeat),
    close: () => Promise.resolve(),
  };
}

function inspectionPort(region: string, call: Pass): Inspection {
  const read = <T>(op: string, told: () => T) => call({ op: `inspection.${op}`, region, effect: false }, told);
  return {
    settings: () => read('settings', () => soundSettings(region)),
    schema: () => read('schema', soundSchema),
    rights: () => read('rights', soundRights),
    host: () => read('host', soundHost),
  };
}

function sessionsPort(world: World, region: string, call: Pass): ReturnType<Ports['sessions']> {
  const { sessions } = world.region(region);
  const effect = (op: string, work: () => boolean) =>
    nothing(call({ op: `sessions.${op}`, region, effect: true }, work));
  return {
    state: () =>
      call({ op: 'sessions.state', region, effect: false }, () => ({
        role: sessions.role,
        linkUp: sessions.linkUp,
        offset: sessions.offset,
        ...(sessions.sourceHost === undefined ? {} : { sourceHost: sessions.sourceHost }),
      })),
    writes: () =>
      call({ op: 'sessions.writes', region, effect: false }, () => {
        const taken = sessions.role === 'primary' ? 'yes' : 'no';
        return sessions.writes ?? { taken, because: `${region}'s Redis takes ${taken === 'yes' ? '' : 'no '}writes.` };
      }),
    pauseWrites: (ms) => effect('pauseWrites', () => (sessions.pausedUntil = world.gate.clock.now() + ms) > 0),
    resumeWrites: () =>
      effect('resumeWrites', () => {
        const paused = sessions.pausedUntil > world.gate.clock.now();
        sessions.pausedUntil = 0;
        return paused;
      }),
    promote: () =>
      effect('promote', () => {
        const changed = sessions.role === 'replica';
        Object.assign(sessions, { role: 'primary', sourceHost: undefined, linkUp: false });
        return changed;
      }),
    follow: (sourceHost) =>
      effect('follow', () => {
        const changed = sessions.sourceHost !== sourceHost;
        Object.assign(sessions, { role: 'replica', sourceHost, linkUp: false });
        return changed;
      }),
    keepRole: () => call({ op: 'sessions.keepRole', region, effect: false }, () => sessions.roleUnkept),
    flushCache: () => effect('flushCache', () => (sessions.cacheFlushes += 1) > 0),
    close: () => Promise.resolve(),
  };
}

function hostPort(world: World, region: string, call: Pass): ReturnType<Ports['host']> {
  const place = world.region(region);
  const { server: mine } = place;
  return {
    run: (command) => {
      const verb = command.split(' ').at(-1);
      const { serviceBroken } = place;
      if (verb === 'true')
        return call({ op: 'host.true', region, effect: false }, () => ({ code: 0, stdout: '', stderr: '' }));
      if (serviceBroken !== undefined) {
        return call({ op: 'host.broken', region, effect: false }, () => ({
          code: serviceBroken,
          stdout: '',
          stderr: '',
        }));
      }
      if (verb === 'status') {
        return call({ op: 'host.status', region, effect: false }, () => ({
          code: mine.up || world.gate.clock.now() < place.stoppedAt ? 0 : 3,
          stdout: '',
          stderr: '',
        }));
      }
      const service = () => {
        const changed = mine.up !== (verb === 'start');
        if (verb === 'start') server.restart(mine, world.gate.clock.now());
        else mine.up = false;
        if (changed && verb === 'stop') place.stoppedAt = world.gate.clock.now() + place.stopTakesMs;
        return changed;
      };
      const answer = call({ op: `host.${verb ?? ''}`, region, effect: true }, service);
      return answer.then(() => ({ code: 0, stdout: '', stderr: '' }));
    },
    close: () => Promise.resolve(),
  };
}

function settingsPort(world: World, region: string, call: Pass): ReturnType<Ports['settings']> {
  const mine = world.region(region);
  const read = <T>(op: string, work: () => T) => call({ op: `settings.${op}`, region, effect: false }, work);
  const set = <K extends 'gate' | 'schedulerPaused' | 'proxy'>(op: string, key: K, value: RegionState[K]) =>
    nothing(
      call({ op: `settings.${op}`, region, effect: true }, () => {
        const changed = mine[key] !== value;
        mine[key] = value;
        return changed;
      }),
    );
  return {
    read: () => read('read', () => ({ ...mine.file })),
    async apply(next) {
      const previous = { ...mine.file };
      await call({ op: 'settings.apply', region, effect: true }, () => {
        const changed = JSON.stringify(mine.file) !== JSON.stringify(next);
        mine.file = { ...next };
        if (changed) mine.reloadAt = world.gate.clock.now() + reloadMs;
        return changed;
      });
      return previous;
    },
    gate: (because) => set('gate', 'gate', because),
    ungate: () => set('ungate', 'gate', undefined),
    gated: () => read('gated', () => mine.gate),
    // The stand-in's orders are transactions, which the database counts.
    inFlight: () => Promise.resolve(undefined),
    pauseScheduler: () => set('pauseScheduler', 'schedulerPaused', true),
    resumeScheduler: () => set('resumeScheduler', 'schedulerPaused', false),
    schedulerPaused: () => read('schedulerPaused', () => mine.schedulerPaused),
    proxyTo: (address) => set('proxyTo', 'proxy', address),
    proxiedTo: () => read('proxiedTo', () => mine.proxy),
  };
}

function mediaPort(world: World, region: string, call: Pass): ReturnType<Ports['media']> {
  const mine = world.region(region);
  const lacking = (from: string) => {
    const source = world.regions.get(from);
    if (!source) throw new PortError('refused', `There is no region ${from}.`);
    if (!source.hostUp || world.linkCut)
      throw new PortError('unavailable', `${from}'s host does not answer ${region}.`);
    return [...source.uploads].filter((path) => !mine.uploads.has(path));
  };
  const difference = (from: string, how: MediaCopy) => {
    const erased = (path: string) => how === 'merge' && mine.mirrored.get(from)?.has(path) === true;
    const paths = lacking(from);
    return { missing: paths.filter((path) => !erased(path)), erased: paths.filter(erased) };
  };
  return {
    async pullFrom(from, { how }) {
      let copied = 0;
      await call({ op: 'media.pullFrom', region, effect: true }, () => {
        const { missing } = difference(from, how);
        for (const path of missing) mine.uploads.add(path);
        if (how === 'mirror') mine.mirrored.set(from, new Set(mine.uploads));
        copied = missing.length;
        return copied > 0;
      });
      return { copied };
    },
    missingFrom: (from, { how }) =>
      call({ op: 'media.missingFrom', region, effect: false }, (): MediaDifference => {
        const { missing, erased } = difference(from, how);
        const listed = (name: string, paths: string[]) => {
          const list = `/srv/uploads/.handover/${name}`;
          mine.lists.set(list, paths);
          return { count: paths.length, list };
        };
        return { missing: listed(`missing-from-${from}`, missing), erased: listed(`erased-since-${from}`, erased) };
      }),
  };
}

function shopPort(world: World, region: string, call: Pass): ReturnType<Ports['shop']> {
  const mine = world.region(region);
  return {
    health: () => call({ op: 'shop.health', region, effect: false }, () => healthOf(mine)),
    serving: () =>
      call({ op: 'shop.serving', region, effect: false }, () => {
        const because = notServing(mine);
        return { serving: because === undefined, because: because ?? `${region} serves.`, region };
      }),
    certificateEndsAt: () =>
      call({ op: 'shop.certificateEndsAt', region, effect: false }, () => world.gate.clock.now() + 60 * 86_400_000),
    async canaryOrder(key) {
      await call({ op: 'shop.canaryOrder', region, effect: true }, () => {
        const { running, server: db } = mine;
        const ready = db.up && !db.readOnly && running.role === 'primary' && running.epoch === db.row.epoch;
        if (!ready) throw new PortError('unavailable', `503: ${notServing(mine) ?? 'not ready'}`);
        const before = mine.canaries.get(key) ?? 0;
        mine.canaries.set(key, before + 1);
        return before === 0;
      });
      return { region, epoch: mine.server.row.epoch };
    },
  };
}

export function healthOf(mine: RegionState): Awaited<ReturnType<ReturnType<Ports['shop']>['health']>> {
  const { name, running, server: db } = mine;
  const because = notServing(mine);
  return {
    ...running,
    tableRegion: running.tableRegion ?? '',
    region: name,
    scheduler: mine.schedulerPaused ? 'paused' : running.scheduler,
    gate: mine.gate ?? '',
    workerPid: 1,
    versions: { ...soundShop().versions },
    serving: because === undefined,
    because: because ?? `${name} serves.`,
    database: {
      reachable: db.up,
      serverId: db.serverId,
      readOnly: db.readOnly,
      epoch: db.row.epoch,
      primary: db.row.region,
      verifiedEpoch: db.row.verifiedEpoch,
    },
  };
}

function dnsPort(world: World, call: Pass): Ports['dns'] {
  const { zone } = world;
  const { clock } = world.gate;
  return {
    kind: 'world',
    read: (name, type) => call({ op: 'dns.read', effect: false }, () => readSet(zone, name, type)),
    replace: (expected, next) =>
      nothing(call({ op: 'dns.replace', effect: true }, () => replaceSet(zone, expected, next, clock.now()))),
    flaws: () => call({ op: 'dns.flaws', effect: false }, () => [...zone.flaws]),
    answers: (name, type) =>
      call({ op: 'dns.answers', effect: false }, () =>
        servers.map((each) => {
          const values = answered(zone, name, type, clock.now());
          return { server: each, values, because: `${each} ${values ? 'answered' : 'is silent'}.` };
        }),
      ),
    resolved: (name, type) =>
      call({ op: 'dns.resolved', effect: false }, () => {
        const values = answered(zone, name, type, clock.now());
        return [{ server: resolver, values, because: `${resolver} ${values ? 'answered' : 'is silent'}.` }];
      }),
  };
}

function trafficPort({ gate: { clock } }: World, traffic: TrafficState, call: Pass): NonNullable<Ports['traffic']> {
  return {
    kind: 'world',
    read: () => call({ op: 'traffic.read', effect: false }, () => readTraffic(traffic, clock.now())),
    point: (to, expected) =>
      nothing(call({ op: 'traffic.point', effect: true }, () => pointTraffic(traffic, to, expected, clock.now()))),
    flaws: () => call({ op: 'traffic.flaws', effect: false }, () => [...traffic.flaws]),
  };
}

function tablePort(world: World, tableRegion: string, call: Pass): ReturnType<Ports['table']> {
  return {
    canary: (key, nonce) =>
      call({ op: 'table.canary', effect: true }, () => {
        world.table.set(`${tableRegion} ${key}`, nonce);
        return { ms: 1 };
      }),
    read: (key) => call({ op: 'table.read', effect: false }, () => world.table.get(`${tableRegion} ${key}`)),
  };
}
