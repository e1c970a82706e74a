import { inFlightReadiness } from '../../src/activities/readiness/in-flight';
import { PortError } from '../../src/ports/errors';
import type { Ports } from '../../src/ports/ports';
import { attemptStep } from '../../src/activities/step/step';
import { contextFor } from '../world/conductor';
import { newActor } from '../world/faults';
import { newWorld } from '../world/world';
import { stepCalled } from './trying';

const params = { region: 'A', because: 'The shop is moving to B.', graceMs: 2_000 };

/** Shuts the gate of a shop that answers `counted`, one after the other; gives how long that took and what was asked. */
async function gateWith(
  counted: (number | undefined)[],
  more: { whole?: boolean } = {},
): Promise<{ ms: number; asked: number; because: string }> {
  const world = newWorld();
  const actor = newActor('gate', 1, 2);
  const ports = world.ports(actor);
  let asked = 0;
  const inFlight = () => Promise.resolve(counted[Math.min(asked++, counted.length - 1)]);
  const withCount = { ...ports, settings: (region: string) => ({ ...ports.settings(region), inFlight }) };
  const { clock } = world.gate;
  const started = clock.now();
  const context = contextFor(actor, new AbortController().signal, {});
  const attempt = attemptStep(stepCalled('gate-checkouts'), { ...params, ...more }, withCount, context);
  const { because } = await world.run(attempt);
  expect(world.region('A').gate).toBe(params.because);
  return { ms: clock.now() - started, asked, because };
}

describe('the gate', () => {
  test('waits for orders in flight that the database does not show, as WooCommerce writes them', async () => {
    // Six while it waits, and one for what is said of it.
    expect((await gateWith([3, 2, 1, 1, 0, 0])).asked).toBe(7);
  });

  test('waits no longer than the grace for an order that does not end', async () => {
    const { ms } = await gateWith([1]);
    expect(ms).toBeGreaterThanOrEqual(params.graceMs);
    expect(ms).toBeLessThan(params.graceMs + 500);
  });

  test('says of orders that did not end that they may be cut in half', async () => {
    const { because } = await gateWith([2]);
    expect(because).toMatch(/ 2 in flight have not ended and may be cut in half; .*: wp handover check$/);
  });

  test('takes a move back that may cut none, where an order does not end', async () => {
    await expect(gateWith([1], { whole: true })).rejects.toMatchObject({
      kind: 'refused',
      message: expect.stringMatching(
        /^1 checkouts in A had not ended 2 s after .* Raise policy\.checkoutGrace/,
      ) as string,
    });
    expect((await gateWith([3, 1, 0, 0], { whole: true })).because).toBe(`A holds new checkouts: ${params.because}`);
  });

  test('goes by the database alone where the shop does not count', async () => {
    expect((await gateWith([undefined])).asked).toBeGreaterThanOrEqual(2);
  });
});

describe('orders in flight that can not be counted, since the file of the site is not there', () => {
  const because = "A's host has no /run/in-fligth.";
  const without = (ports: Ports): Ports => ({
    ...ports,
    settings: (region) => ({
      ...ports.settings(region),
      inFlight: () => Promise.reject(new PortError('absent', because)),
    }),
  });

  test('are not taken for none: the gate waits for the whole grace and says so', async () => {
    const world = newWorld();
    const actor = newActor('gate', 1, 2);
    const started = world.gate.clock.now();
    const context = contextFor(actor, new AbortController().signal, {});
    const attempt = attemptStep(stepCalled('gate-checkouts'), params, without(world.ports(actor)), context);
    expect((await world.run(attempt)).because).toBe(`A holds new checkouts: ${params.because} ${because}`);
    expect(world.gate.clock.now() - started).toBeGreaterThanOrEqual(params.graceMs);
  });

  test('are found by the checks, which say nothing where no shop counts', async () => {
    const ports = newWorld().ports();
    expect(await inFlightReadiness(without(ports), 'A')).toEqual([
      { name: 'orders in flight of A', ok: false, because },
    ]);
    expect(await inFlightReadiness(ports, 'A')).toEqual([]);
  });
});
