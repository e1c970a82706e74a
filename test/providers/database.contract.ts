import { setTimeout as pause } from 'node:timers/promises';
import type { Database } from '../../src/ports/ports';
import type { Positions } from '../../src/ports/positions';

/** Two regions of one site: A is the writable primary of epoch 1, B its replica. `orders` is the only table whose ids jump. */
export interface DatabasePair {
  a: Database;
  b: Database;
  positions: Positions;
  /** What `attach` calls A and B. */
  hostA: string;
  hostB: string;
  /** The shop's own user commits an order and gets its id; rejects where the shop may not write. */
  order: (region: 'A' | 'B') => Promise<number>;
  /** Ids of all orders in a region. */
  orders: (region: 'A' | 'B') => Promise<number[]>;
  /** Stops and starts the applying of what `B` fetches. */
  applier: (running: boolean) => Promise<void>;
  close: () => Promise<void>;
}

const failure = (kind: string) => expect.objectContaining({ name: 'PortError', kind }) as Error;

/** The promises of the port `Database`, to which every implementation is held. */
export function describeDatabase(name: string, open: () => Promise<DatabasePair>): void {
  describe(`${name} keeps the promises of a database`, () => {
    let pair: DatabasePair;
    beforeEach(async () => {
      pair = await open();
    });
    afterEach(() => pair.close());

    const caughtUp = async (from: Database, to: Database) => to.waitFor((await from.state()).position, 5_000);
    const promoteB = () => pair.b.promote({ epoch: 2, region: 'B', idGap: 1000 });

    test('its state says who is writable, in which epoch, and whom it follows', async () => {
      const a = await pair.a.state();
      expect(a).toMatchObject({ readOnly: false, epoch: { epoch: 1, region: 'A', verifiedEpoch: 1 } });
      expect(a.replica).toBeUndefined();
      const b = await pair.b.state();
      expect(b).toMatchObject({ readOnly: true, replica: { sourceHost: pair.hostA, sql: true, usesGtid: true } });
      expect(b.serverId).not.toBe(a.serverId);
    });

    test('a fence stops the shop, may be repeated, and is undone only in its own epoch', async () => {
      await pair.a.fence(2);
      await pair.a.fence(2);
      expect((await pair.a.state()).readOnly).toBe(true);
      await expect(pair.order('A')).rejects.toThrow();
      await expect(pair.a.unfence(2)).rejects.toEqual(failure('refused'));
      await expect(pair.order('A')).rejects.toThrow();
      await pair.a.unfence(1);
      await expect(pair.order('A')).resolves.toBeGreaterThan(0);
    });

    test('a fence in the name of an epoch that is already its own, or over, is refused', async () => {
      await expect(pair.a.fence(1)).rejects.toEqual(failure('refused'));
      await promoteB();
      await expect(pair.b.fence(2)).rejects.toEqual(failure('refused'));
      await expect(pair.b.fence(1)).rejects.toEqual(failure('refused'));
      await expect(pair.order('B')).resolves.toBeGreaterThan(0);
    });

    test('a wait ends when the position is applied, and says no when time is over', async () => {
      const id = await pair.order('A');
      const { position } = await pair.a.state();
      await expect(pair.b.waitFor(position, 5_000)).resolves.toBe(true);
      expect(await pair.orders('B')).toContain(id);
      await pair.applier(false);
      await pair.order('A');
      await expect(pair.b.waitFor((await pair.a.state()).position, 200)).resolves.toBe(false);
    });

    test('fetching stops without harm while it applies, and is refused while it does not', async () => {
      await caughtUp(pair.a, pair.b);
      await pair.applier(false);
      await expect(pair.b.stopFetching()).rejects.toEqual(failure('conflict'));
      expect((await pair.b.state()).replica?.io).not.toBe('no');
      await pair.applier(true);
      await pair.b.stopFetching();
      await pair.b.stopFetching();
      expect((await pair.b.state()).replica).toMatchObject({ io: 'no', sql: true });
      await pair.b.startReplication();
      await expect(pair.order('A').then(() => caughtUp(pair.a, pair.b))).resolves.toBe(true);
    });

    test('a promotion makes a primary of its epoch, issues no id twice, and happens once', async () => {
      const last = await pair.order('A');
      await caughtUp(pair.a, pair.b);
      await pair.a.fence(2);
      await promoteB();
      await promoteB();
      const state = await pair.b.state();
      expect(state).toMatchObject({ readOnly: false, epoch: { epoch: 2, region: 'B', verifiedEpoch: 1 } });
      expect(state.replica).toBeUndefined();
      const id = await pair.order('B');
      expect(id).toBeGreaterThanOrEqual(last + 1000);
      expect(id).toBeLessThan(last + 1010);
    });

    test('a promotion of an older epoch, or of another region in the same one, changes nothing', async () => {
      await promoteB();
      await expect(pair.b.promote({ epoch: 1, region: 'B', idGap: 1000 })).rejects.toEqual(failure('refused'));
      await expect(pair.b.promote({ epoch: 2, region: 'A', idGap: 1000 })).rejects.toEqual(failure('refused'));
      expect(await pair.b.state()).toMatchObject({ readOnly: false, epoch: { epoch: 2, region: 'B' } });
    });

    test('it opens to customers only in the epoch it is primary of', async () => {
      await promoteB();
      await expect(pair.b.openTo(1)).rejects.toEqual(failure('refused'));
      await expect(pair.b.openTo(3)).rejects.toEqual(failure('refused'));
      await pair.b.openTo(2);
      expect((await pair.b.state()).epoch).toEqual({ epoch: 2, region: 'B', verifiedEpoch: 2 });
    });

    test('a fenced primary follows the new one, gets its orders, and cannot be made writable in its old epoch', async () => {
      await pair.order('A');
      await pair.a.fence(2);
      await caughtUp(pair.a, pair.b);
      await promoteB();
      await pair.a.attach({ sourceHost: pair.hostB, how: { kind: 'demote' } });
      await pair.a.attach({ sourceHost: pair.hostB, how: { kind: 'demote' } });
      const id = await pair.order('B');
      await expect(caughtUp(pair.b, pair.a)).resolves.toBe(true);
      expect(await pair.orders('A')).toEqual(await pair.orders('B'));
      expect(await pair.orders('A')).toContain(id);
      await expect(pair.a.unfence(1)).rejects.toEqual(failure('refused'));
      expect(await pair.a.state()).toMatchObject({ readOnly: true, replica: { sourceHost: pair.hostB } });
    });

    test('a detached replica follows nobody and stays read-only; starting it is refused', async () => {
      await pair.b.detach();
      await pair.b.detach();
      const state = await pair.b.state();
      expect(state.replica).toBeUndefined();
      expect(state.readOnly).toBe(true);
      await expect(pair.b.startReplication()).rejects.toEqual(failure('conflict'));
      await pair.order('A');
      await pause(100);
      expect(await pair.orders('B')).toEqual([]);
    });

    test('all that a server has had is told by it, also what it had of another one', async () => {
      await pair.order('A');
      await caughtUp(pair.a, pair.b);
      const known = await pair.b.known();
      expect(known).not.toBe('');
      expect(pair.positions.equal(known, await pair.a.known())).toBe(true);
    });

    test('a heartbeat that was never written is absent', async () => {
      await expect(pair.b.heartbeat('A')).resolves.toBeUndefined();
    });
  });
}
