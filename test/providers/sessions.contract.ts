import { until } from '../../lab/loopback/until';
import type { Sessions } from '../../src/ports/ports';

/** Two regions' session stores: A is primary, B its replica, and both are in step. */
export interface SessionsPair {
  a: Sessions;
  b: Sessions;
  /** What `follow` calls A and B. */
  hostA: string;
  hostB: string;
  /** The shop writes a session, or an entry of the object cache; rejects, or does not end, where it may not. */
  write: (region: 'A' | 'B', kind: 'session' | 'cache', key: string, value: string) => Promise<void>;
  read: (region: 'A' | 'B', kind: 'session' | 'cache', key: string) => Promise<string | undefined>;
  close: () => Promise<void>;
}

/** The promises of the port `Sessions`, to which every implementation is held. */
export function describeSessions(name: string, open: () => Promise<SessionsPair>): void {
  describe(`${name} keeps the promises of a session store`, () => {
    let pair: SessionsPair;
    beforeEach(async () => {
      pair = await open();
    });
    afterEach(() => pair.close());

    test('its state says who is primary, and whom a replica follows', async () => {
      expect(await pair.a.state()).toMatchObject({ role: 'primary' });
      expect(await pair.b.state()).toMatchObject({ role: 'replica', sourceHost: pair.hostA, linkUp: true });
    });

    test('held writes resume by themselves, or when they are told to', async () => {
      const started = performance.now();
      await pair.a.pauseWrites(300);
      await pair.write('A', 'session', 'cart:1', 'x');
      expect(performance.now() - started).toBeGreaterThanOrEqual(290);
      await pair.a.pauseWrites(60_000);
      await pair.a.resumeWrites();
      await pair.write('A', 'session', 'cart:1', 'y');
      expect(await pair.read('A', 'session', 'cart:1')).toBe('y');
    });

    test('a hand-over takes every session along', async () => {
      await pair.write('A', 'session', 'session:1', 'somebody');
      await pair.a.pauseWrites(5_000);
      await until('B has it all', async () => (await pair.b.state()).offset >= (await pair.a.state()).offset);
      await pair.b.promote();
      await pair.b.promote();
      expect(await pair.b.state()).toMatchObject({ role: 'primary' });
      await pair.a.follow(pair.hostB);
      await pair.a.follow(pair.hostB);
      await pair.a.resumeWrites();
      await pair.write('B', 'session', 'session:2', 'somebody else');
      await until('A has it too', async () => (await pair.read('A', 'session', 'session:2')) === 'somebody else');
      expect(await pair.a.state()).toMatchObject({ role: 'replica', sourceHost: pair.hostB, linkUp: true });
      expect(await pair.read('A', 'session', 'session:1')).toBe('somebody');
    });

    test('emptying the cache leaves the sessions', async () => {
      await pair.write('A', 'session', 'session:1', 'somebody');
      await pair.write('A', 'cache', 'product:1', 'old');
      await pair.a.flushCache();
      expect(await pair.read('A', 'cache', 'product:1')).toBeUndefined();
      expect(await pair.read('A', 'session', 'session:1')).toBe('somebody');
    });
  });
}
