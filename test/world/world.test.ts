/** The world that proves the steps is itself held to the promises of the ports, by the suites that hold the real adapters. */
import type { Database } from '../../src/ports/ports';
import { describeDatabase } from '../providers/database.contract';
import { describeDns } from '../providers/dns.contract';
import { describeMedia } from '../providers/media.contract';
import { describePositions } from '../providers/positions.contract';
import { describeSettings } from '../providers/settings.contract';
import { idOf, worldPositions } from './positions';
import { addresses } from './region';
import { writeOrder } from './server';
import { newWorld, type World } from './world';
import { putSet } from './zone';

/** The suites live in real time; each of their calls lets the world's own time pass. */
function inRealTime<T extends object>(world: World, port: T): T {
  return new Proxy(port, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== 'function') return member;
      return (...args: unknown[]) => world.run(Promise.resolve(Reflect.apply(member, target, args)));
    },
  });
}

const closed = () => Promise.resolve();

describeDatabase('the world', async () => {
  const world = newWorld({ quiet: true });
  await world.pass(100);
  const database = (region: string): Database => inRealTime(world, world.ports().database(region));
  return {
    a: database('A'),
    b: database('B'),
    positions: worldPositions,
    hostA: addresses['A']!,
    hostB: addresses['B']!,
    order: async (region) => {
      const id = writeOrder(world.region(region).server, 'by contract');
      await world.pass(40);
      return id;
    },
    orders: (region) =>
      Promise.resolve(world.region(region).server.log.flatMap(({ order }) => (order ? [order.id] : []))),
    applier: (running) => {
      world.region('B').server.replication!.applying = running;
      return Promise.resolve();
    },
    close: closed,
  };
});

describePositions('the world', {
  positions: worldPositions,
  text: (reached) => reached.map(([server, sequence]) => idOf({ server, sequence })).join(' '),
});

describeSettings('the world', () => {
  const world = newWorld({ quiet: true });
  return Promise.resolve({
    settings: inRealTime(world, world.ports().settings('A')),
    first: world.region('A').file,
    close: closed,
  });
});

describeMedia('the world', () => {
  const world = newWorld({ quiet: true });
  for (const region of world.regions.values()) region.uploads.clear();
  const contents = new Map<string, string>();
  return Promise.resolve({
    media: inRealTime(world, world.ports().media('B')),
    listed: (list) => Promise.resolve(world.region('B').lists.get(list) ?? []),
    upload: (region, name, content) => {
      world.region(region).uploads.add(name);
      contents.set(name, content);
      return Promise.resolve();
    },
    erase: (region, name) => {
      world.region(region).uploads.delete(name);
      return Promise.resolve();
    },
    content: (region, name) => Promise.resolve(world.region(region).uploads.has(name) ? contents.get(name) : undefined),
    close: closed,
  });
});

describeDns('the world', () => {
  const world = newWorld({ quiet: true });
  const { dns } = world.ports();
  const zone = inRealTime(world, { read: dns.read, replace: dns.replace, close: () => undefined });
  let names = 0;
  return Promise.resolve({
    zone,
    answers: inRealTime(world, { answers: dns.answers }).answers,
    freshName: () => `name-${++names}.shop.test.`,
    foreignName: 'www.other.test.',
    put: (set) => {
      putSet(world.zone, set);
      return Promise.resolve();
    },
    changes: () => Promise.resolve(world.gate.effects.filter((each) => each.changed).length),
    ttls: [5, 300] as [number, number],
    close: closed,
  });
});
