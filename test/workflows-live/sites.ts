/** Sites for workflows on a real server: each has a world of its own, whose time runs with the machine's, and vantages that can be cut off from it. */
import type { SiteContext } from '../../src/activities/planning/prepare';
import type { Prober, ProbeTarget } from '../../src/ports/probe';
import type { Site } from '../../src/config';
import { factsOf, failedReading, okReading, type Reading } from '../../src/domain/detection/reading';
import type { Sight } from '../../src/domain/readiness/sight';
import { PortError } from '../../src/ports/errors';
import type { Ports } from '../../src/ports/ports';
import { newActor, type FaultPlan } from '../world/faults';
import { labSite } from '../world/planning';
import { healthOf } from '../world/ports';
import { newWorld, type World } from '../world/world';
import { answered, shopName } from '../world/zone';

export const vantages = ['north', 'east', 'west'] as const;

export interface LiveSite {
  name: string;
  site: Site;
  world: World;
  /** What can't be reached from where, such as `north>A` or `north>table of A`. */
  cut: Set<string>;
  /** Vantages whose control targets fail too. */
  doubting: Set<string>;
  /** True while no alert can be sent. */
  deaf: boolean;
  /** True while every sampler hangs. */
  unsampled: boolean;
  /** What its sampler sees, where the test says it. */
  sees?: Sight;
  /** Cuts a region off from the runbook, the other region and every vantage; its customers stay. */
  lose: (region: string) => void;
  heal: () => void;
}

const policy: Site['policy'] = {
  ...labSite.policy,
  intervalMs: 200,
  suspectIntervalMs: 100,
  probeTimeoutMs: 300,
  windowMs: 1_500,
  batchMs: 1_500,
  voteMaxAgeMs: 20_000,
  majorityAfterMs: 600_000,
  tableBackAfterMs: 1_000,
  checkoutGraceMs: 100,
  mirrorEveryMs: 500,
};

/** The lab's site with durations of a test, and names of its own so that many share a server. */
export function newSite(name: string, faults: FaultPlan = [], differs: Partial<Site['policy']> = {}): LiveSite {
  // It has lived for a moment, so that its replica has heard of its primary.
  const startsAt = Math.floor(Date.now() / 1_000) * 1_000 - 3_000;
  const world = newWorld({ faults, ttlSeconds: 1, startsAt });
  const cut = new Set<string>();
  return {
    name,
    world,
    cut,
    doubting: new Set(),
    deaf: false,
    unsampled: false,
    site: {
      ...labSite,
      site: name,
      shop: { ...labSite.shop, name: `www.${name}.test` },
      table: { ...labSite.table!, name: `table-of-${name}` },
      dns: { ...labSite.dns, ttlSeconds: 1 },
      controlTargets: [name],
      policy: { ...policy, ...differs },
    },
    lose: (region) => {
      agedHeartbeats(world);
      world.hidden.add(region);
      world.linkCut = true;
      world.unfenced.add(region);
      for (const vantage of vantages) {
        cut.add(`${vantage}>${region}`);
        cut.add(`${vantage}>table of ${region}`);
      }
    },
    heal: () => {
      world.hidden.clear();
      world.linkCut = false;
      cut.clear();
    },
  };
}

/** A replica that heard its source lately is a witness that it lives; a test does not wait until that is long ago. */
function agedHeartbeats({ regions }: World): void {
  for (const { server } of regions.values())
    server.log = server.log.map((each) =>
      each.heartbeat ? { ...each, heartbeat: { ...each.heartbeat, atMs: each.heartbeat.atMs - 11_000 } } : each,
    );
}

/** All sites of a file of tests. */
export class Sites {
  private readonly known = new Map<string, LiveSite>();
  private running: NodeJS.Timeout | undefined;
  private readonly epochs = new Map<string, number>();

  add(site: LiveSite): LiveSite {
    this.known.set(site.name, site);
    return site;
  }

  /** Lets the worlds' time pass with the machine's, until `stop`. */
  start(): void {
    let behind = false;
    this.running = setInterval(() => {
      if (behind) return;
      behind = true;
      void Promise.all([...this.known.values()].map(({ world }) => world.pass(Date.now() - world.gate.clock.now())))
        .catch((error: unknown) => {
          for (const { world } of this.known.values()) world.violations.push(`The world stopped: ${String(error)}`);
        })
        .finally(() => {
          behind = false;
        });
    }, 10);
  }

  stop(): void {
    clearInterval(this.running);
  }

  /** The site as an activity gets it; every attempt is an actor of its own, so that a fault can be aimed at it. */
  ground(name: string, who: Who): SiteContext {
    return { site: this.find(name).site, ports: this.ports(name, who), caPem: '' };
  }

  ports(name: string, { runId, activityId, attempt }: Who): Ports {
    const { world, deaf } = this.find(name);
    const highest = Math.max(...[...world.regions.values()].map(({ server }) => server.row.epoch));
    const epoch = this.epochs.get(runId) ?? highest + 1;
    this.epochs.set(runId, epoch);
    const ports = world.ports(newActor(activityId, attempt, epoch));
    return deaf
      ? { ...ports, alerts: { send: () => Promise.reject(new PortError('unavailable', 'Nobody hears.')) } }
      : ports;
  }

  /** @throws Error as the loader of site files does */
  find(name: string): LiveSite {
    const found = this.known.get(name);
    if (found) return found;
    throw new Error(
      `There is no site "${name}": sites/${name}.yaml is missing. The sites are ${[...this.known.keys()].join(', ')}.`,
    );
  }

  /** What `vantage` sees of every site. */
  prober(vantage: string): Prober {
    return {
      probe: (asked) => Promise.resolve(this.look(vantage, asked)),
      controlsAnswer: ([name = '']) => Promise.resolve(!this.find(name).doubting.has(vantage)),
    };
  }

  private look(vantage: string, { target, name }: ProbeTarget): Reading {
    const live = [...this.known.values()].find(({ site }) => name === site.shop.name || name === site.table?.name);
    if (!live) throw new Error(`Nobody is called ${name}.`);
    const { world, cut } = live;
    const silence = (what: string) =>
      failedReading(target.signal, { kind: 'unavailable', because: `${what} did not answer.`, answered: false });
    if (target.signal === 'table') {
      const dead = cut.has(`${vantage}>table of ${target.region}`) || cut.has(`*>table of ${target.region}`);
      return dead ? silence(`The table of ${target.region}`) : okReading('table', 'Its table took a canary.');
    }
    const [address] = answered(world.zone, shopName, 'A', world.gate.clock.now()) ?? [];
    const region = target.signal === 'app' ? target.region : nameAt(live, address);
    const place = world.region(region);
    if (cut.has(`${vantage}>${region}`) || !place.hostUp) return silence(region);
    return tellsOf(target.signal, live, region);
  }
}

interface Who {
  runId: string;
  activityId: string;
  attempt: number;
}

const nameAt = ({ world }: LiveSite, address: string | undefined): string =>
  [...world.regions.values()].find((each) => each.address === address)?.name ?? 'A';

function tellsOf(signal: 'app' | 'edge', { world }: LiveSite, region: string): Reading {
  const facts = factsOf(healthOf(world.region(region)));
  if (facts.database.reachable) return okReading(signal, `${region} answers.`, facts);
  return failedReading(signal, {
    kind: 'unavailable',
    because: `${region}'s database is dead.`,
    answered: true,
    facts,
  });
}
