/**
 * The contract of a traffic switch, for every kind; the script of faults is in traffic-faults.contract.ts. A vendor's test file calls
 *
 *     describeTraffic('Cloudflare Load Balancing', openWorld);
 */
import { sameState, type TrafficSwitch } from '../../src/providers/traffic/switch';
import type { Faults, Match } from '../../lab/vendors/kit/faults';
import type { Call } from '../../lab/vendors/kit/calls';
import { askedFor } from './faults';
import { failure } from './servers/failure';

/** A switch in front of the regions A and B that leads to A, at a vendor's fake. */
export interface TrafficWorld {
  traffic: TrafficSwitch;
  /** The region that the fake sends customers to, whatever its API reports. */
  sentTo: () => string | undefined;
  /** Changes the fake's state directly: to a region, or to a mixture of both. */
  set: (to: 'A' | 'B' | 'mixture') => void;
  /** Changes so far. */
  changes: () => number;
  /** Completes the fake's changes in progress. */
  settle: () => void;
  faults: Faults;
  calls: readonly Call[];
  /** Requests that read the state, and the one that changes it. */
  reads: Match;
  writes: Match;
  /** What no message may contain, in any encoding. */
  secrets: readonly string[];
  close: () => unknown;
}

export type OpenTraffic = () => Promise<TrafficWorld>;

export function describeTraffic(name: string, open: OpenTraffic): void {
  describe(`${name}: contract of a traffic switch`, () => {
    let world: TrafficWorld;
    beforeEach(async () => {
      world = await open();
    });
    afterEach(() => world.close());
    const asked = (on: Match) => askedFor(on, world.calls);

    it.each(['A', 'B'] as const)(
      `${name} reports in a sentence that it leads to %s, and changes nothing`,
      async (to) => {
        world.set(to);
        const changes = world.changes();
        const { leadsTo, because, state } = await world.traffic.read();
        expect(leadsTo).toBe(to);
        expect(because).toMatch(/^\S.*\.$/s);
        expect(JSON.parse(JSON.stringify(state))).toEqual(state);
        expect(world.changes()).toBe(changes);
      },
    );

    it(`${name} leads to the other region after one change, and reports it`, async () => {
      const { state } = await world.traffic.read();
      await world.traffic.point('B', state);
      world.settle();
      expect(asked(world.writes)).toBe(1);
      expect((await world.traffic.read()).leadsTo).toBe('B');
      expect(world.sentTo()).toBe('B');
    });

    it(`${name} changes nothing when a move is repeated, whatever was expected`, async () => {
      const before = (await world.traffic.read()).state;
      await world.traffic.point('B', before);
      world.settle();
      const changes = world.changes();
      await world.traffic.point('B', before);
      await world.traffic.point('B', (await world.traffic.read()).state);
      expect(world.changes()).toBe(changes);
      expect(asked(world.writes)).toBe(1);
    });

    it(`${name} has exactly its previous state after a move there and back`, async () => {
      const before = (await world.traffic.read()).state;
      await world.traffic.point('B', before);
      world.settle();
      await world.traffic.point('A', (await world.traffic.read()).state);
      world.settle();
      const after = (await world.traffic.read()).state;
      expect(sameState(after, before)).toBe(true);
      expect(world.sentTo()).toBe('A');
    });

    it(`${name} leaves a mixture alone and reports it`, async () => {
      const { state } = await world.traffic.read();
      world.set('mixture');
      const changes = world.changes();
      const mixed = await world.traffic.read();
      expect(mixed.leadsTo).toBeUndefined();
      const error = await failure(world.traffic.point('B', state));
      expect(error.kind).toBe('conflict');
      expect(error.message).toContain(JSON.stringify(mixed.state));
      expect(world.changes()).toBe(changes);
    });

    it(`${name} refuses an unknown region`, async () => {
      const { state } = await world.traffic.read();
      const error = await failure(world.traffic.point('C', state));
      expect([error.kind, error.message]).toEqual([
        'refused',
        expect.stringMatching(/has no region C; its regions are A and B\.$/),
      ]);
      expect(asked(world.writes)).toBe(0);
    });

    it(`${name} finds no flaws where there are none, and changes nothing`, async () => {
      const changes = world.changes();
      expect(await world.traffic.flaws()).toEqual([]);
      expect(world.changes()).toBe(changes);
    });
  });
}
