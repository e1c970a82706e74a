import { PortError } from '../../ports/errors';
import type { Ports } from '../../ports/ports';
import { done, no } from '../step/finding';
import { defineStep } from '../step/step';

const pollEveryMs = 30;
/** An order takes two transactions with a gap between them, so two consecutive reads must show no open write. */
const quietLooks = 2;

/**
 * New checkouts get 503 with Retry-After, and those in flight get `graceMs` to end. The grace is a courtesy, not a safety: an order
 * that the fence cuts off was never acknowledged, so a worker lost during it need not wait again.
 */
export const gateCheckouts = defineStep({
  name: 'gate-checkouts',
  title: (p: { region: string; because: string; graceMs: number }) => `Hold new checkouts in ${p.region}`,
  patience: { attemptMs: 30_000, attempts: 3, everyMs: 1_000 },
  async check({ region }, ports) {
    const because = await ports.settings(region).gated();
    if (because === undefined) return no(`${region} accepts new checkouts.`);
    const { uncounted } = await countedIn(region, ports);
    return done(`${region} holds new checkouts: ${because}${uncounted === undefined ? '' : ` ${uncounted}`}`);
  },
  async act({ region, because, graceMs }, ports, ctx) {
    const settings = ports.settings(region);
    await settings.gate(because);
    const deadline = ports.now() + graceMs;
    for (let quiet = 0; ports.now() < deadline && !ctx.signal.aborted;) {
      const { openWrites } = await ports.database(region).state();
      // WooCommerce writes an order row by row in autocommit, so between two rows no write is open.
      const { counted = 0, uncounted } = await countedIn(region, ports);
      const inFlight = Math.max(openWrites, counted);
      // What can't be counted is not none.
      quiet = inFlight === 0 && uncounted === undefined ? quiet + 1 : 0;
      if (quiet === quietLooks) return;
      ctx.progress(uncounted ?? `${inFlight} checkouts in ${region} are still in flight.`);
      await ports.sleep(pollEveryMs, ctx.signal);
    }
  },
  async undo({ region }, ports) {
    if ((await ports.settings(region).gated()) === undefined) return `${region} accepts checkouts; none were held.`;
    await ports.settings(region).ungate();
    return `${region} accepts checkouts again.`;
  },
});

/** How many orders the shop counts as in flight, where it counts them, or why nobody knows. */
async function countedIn(region: string, ports: Ports): Promise<{ counted?: number; uncounted?: string }> {
  try {
    const counted = await ports.settings(region).inFlight();
    return counted === undefined ? {} : { counted };
  } catch (error) {
    if (!(error instanceof PortError) || error.kind !== 'absent') throw error;
    return { uncounted: error.message };
  }
}
