/** Two regions with a shop each, their customers, and a runbook that may lose sight of any of it. Deterministic; time is virtual. */
import type { Alert } from '../../src/domain/alert';
import type { Ports } from '../../src/ports/ports';
import { virtualClock } from '../../lab/loopback/virtual-clock';
import { order, type Acknowledgement } from './customers';
import { newActor, type Actor, type Call, type Effect, type FaultPlan, type Gate } from './faults';
import { violationsAfter } from './invariants';
import { portsFor } from './ports';
import { newRegion, type RegionState } from './region';
import { replicate, restart, write, type Server } from './server';
import { newTraffic, sentTo, type TrafficState } from './traffic';
import { answered, newZone, shopName, type Zone } from './zone';

const startAt = Date.UTC(2026, 10, 23);
const roundMs = 20;
const ordersEveryMs = 200;
const heartbeatEveryMs = 1_000;
/** How long an order keeps a connection to the database. */
const orderMs = 40;

export interface World {
  gate: Gate;
  regions: ReadonlyMap<string, RegionState>;
  zone: Zone;
  /** What customers go by where there is one. */
  traffic: TrafficState | undefined;
  table: Map<string, string>;
  alerts: Alert[];
  acknowledged: Acknowledgement[];
  /** Regions that the runbook can't reach; their customers may. */
  hidden: Set<string>;
  /** True while the regions don't see each other. */
  linkCut: boolean;
  /** Regions that were recorded as unfenced: they may go on writing. */
  unfenced: Set<string>;
  /** Regions whose database died or restarted; whether they serve is no longer the transfer's doing. */
  disturbed: Set<string>;
  /** What was seen to be wrong, as sentences. */
  violations: string[];
  region: (name: string) => RegionState;
  serverAt: (address: string) => Server | undefined;
  ports: (actor?: Actor) => Ports;
  /** Stops the region's database as `kill -9` does. */
  crash: (region: string) => void;
  /** The database comes back as its configuration says: read-only and detached. */
  restart: (region: string) => void;
  run: <T>(work: Promise<T>) => Promise<T>;
  /** Lets so much time pass with nobody acting. */
  pass: (ms: number) => Promise<void>;
}

export interface WorldOptions {
  faults?: FaultPlan;
  /** Nobody orders, and no scheduler runs. */
  quiet?: boolean;
  ttlSeconds?: number;
  /** A traffic switch stands before the regions. */
  traffic?: boolean;
  /** When its time begins, milliseconds since the epoch: full seconds, since customers keep to them. */
  startsAt?: number;
}

export function newWorld(options: WorldOptions = {}): World {
  const { faults = [], quiet = false, ttlSeconds = 5, startsAt = startAt } = options;
  const regions = new Map(['A', 'B'].map((name) => [name, newRegion(name)]));
  let livedUntil = startsAt;
  const clock = virtualClock({
    startAt: startsAt,
    passing: (now) => {
      for (; livedUntil + roundMs <= now; livedUntil += roundMs) live(world, livedUntil + roundMs, quiet);
    },
  });
  const gate: Gate = {
    clock,
    faults,
    calls: [],
    effects: [],
    happened: (effect: Effect) => world.violations.push(...violationsAfter(world, effect)),
    unreachable: (call: Call) => unreachable(world, call),
  };
  const region = (name: string) => {
    const found = regions.get(name);
    if (!found) throw new Error(`The world has no region ${name}.`);
    return found;
  };
  const world: World = {
    gate,
    regions,
    zone: newZone(region('A').address, ttlSeconds),
    traffic: options.traffic === true ? newTraffic() : undefined,
    table: new Map(),
    alerts: [],
    acknowledged: [],
    hidden: new Set(),
    linkCut: false,
    unfenced: new Set(),
    disturbed: new Set(),
    violations: [],
    region,
    serverAt: (address) => [...regions.values()].find((each) => each.address === address)?.server,
    ports: (actor = newActor('by hand', 1, 0)) => portsFor(world, actor),
    crash: (name) => {
      world.disturbed.add(name);
      region(name).server.up = false;
    },
    restart: (name) => {
      world.disturbed.add(name);
      restart(region(name).server, clock.now());
    },
    run: clock.run,
    pass: (ms) => clock.run(clock.sleep(ms)),
  };
  return world;
}

function unreachable(world: World, { op, region }: Call): { because: string; slow: boolean } | undefined {
  if (region === undefined) return undefined;
  if (world.hidden.has(region)) return { because: `${region} does not answer.`, slow: true };
  const { hostUp, server } = world.region(region);
  if (!hostUp) return { because: `${region} is dead.`, slow: true };
  if (/^(database|inspection)\./.test(op) && !server.up)
    return { because: `${region}'s database refused to connect.`, slow: false };
  return undefined;
}

/** What happens in one round whoever watches. */
function live(world: World, now: number, quiet: boolean): void {
  for (const region of world.regions.values()) {
    if (region.reloadAt <= now) region.running = region.file;
    replicateBetween(world, region);
  }
  if (quiet) return;
  if (now % ordersEveryMs === 0) customersOrder(world, now);
  if (now % heartbeatEveryMs === 0) for (const region of world.regions.values()) heartbeat(region, now);
}

function replicateBetween(world: World, region: RegionState): void {
  const { server, sessions } = region;
  const other = [...world.regions.values()].find((each) => each !== region);
  const linked = other !== undefined && !world.linkCut && other.hostUp && region.hostUp;
  if (server.up)
    replicate(server, linked && server.replication?.sourceHost === other.address ? other.server : undefined);
  if (sessions.role === 'replica') {
    sessions.linkUp = linked && sessions.sourceHost === other.address && other.sessions.role === 'primary';
    if (sessions.linkUp && other) sessions.offset = other.sessions.offset;
  }
}

function customersOrder(world: World, now: number): void {
  const { traffic } = world;
  const [named = ''] = answered(world.zone, shopName, 'A', now) ?? [];
  const fresh = traffic === undefined ? named : world.regions.get(sentTo(traffic, now))?.address;
  const old = now % 5_000 < 4_000 ? world.region('A').address : fresh;
  const local = [...world.regions.values()].map((each) => each.address);
  for (const [index, address] of [fresh, old, ...local].entries()) {
    const region = [...world.regions.values()].find((each) => each.address === address);
    if (region?.hostUp) orderAt(world, region, `${now}-${index}`, now);
  }
}

function orderAt(world: World, region: RegionState, name: string, now: number): void {
  // A refused customer comes back; only acknowledged orders are owed.
  const acknowledgement = order(region, world.regions, world.linkCut, name, now);
  if (!acknowledgement) return;
  const { server, uploads, sessions } = acknowledgement.region;
  world.acknowledged.push(acknowledgement);
  server.busyUntil = now + orderMs;
  uploads.add(`2026/11/${name}.jpg`);
  if (sessions.role === 'primary' && sessions.pausedUntil < now) sessions.offset += 1;
}

/** Where role, epoch and writability agree and it is on, the scheduler writes a heartbeat. */
function heartbeat({ name, running, schedulerPaused, server }: RegionState, now: number): void {
  const agrees = running.role === 'primary' && running.epoch === server.row.epoch && server.row.region === name;
  if (!server.up || server.readOnly || !agrees || schedulerPaused || running.scheduler === 'off') return;
  write(server, { heartbeat: { region: name, atMs: now, epoch: server.row.epoch } });
}
