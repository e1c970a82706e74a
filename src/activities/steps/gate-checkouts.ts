import { PortError } from '../../ports/errors';
import type { Ports } from '../../ports/ports';
import { done, no } from '../step/finding';
import { defineStep } from '../step/step';

const pollEveryMs = 30;
/** An order takes two transactions with a gap between them, so two consecutive reads must show no open write. */
const quietLooks = 2;

type Gate = {
  region: string;
  because: string;
  graceMs: number;
  /** None may be cut off: where some do not end in time, the move is taken back. Absent in plans of earlier versions, and where the shop is down. */
  whole?: boolean;
};

/**
 * New checkouts get 503 with Retry-After, and those in flight get `graceMs` to end. What the fence cuts off was never acknowledged, but WooCommerce
 * writes an order row by row: it may be paid without its stock taken, and its customer sees it at the next visit.
 */
export const gateCheckouts = defineStep({
  name: 'gate-checkouts',
  title: (p: Gate) => `Hold new checkouts in ${p.region}`,
  patience: { attemptMs: 30_000, attempts: 3, everyMs: 1_000 },
  async check(p, ports) {
    const { region } = p;
    const because = await ports.settings(region).gated();
    if (because === undefined) return no(`${region} accepts new checkouts.`);
    const { counted = 0, uncounted } = await countedIn(region, ports);
    if (p.whole && counted > 0) return no(stillInFlight(p, counted));
    const cut =
      counted === 0
        ? ''
        : ` ${counted} in flight have not ended and may be cut in half; afterwards type on the new primary: wp handover check`;
    return done(`${region} holds new checkouts: ${because}${cut}${uncounted === undefined ? '' : ` ${uncounted}`}`);
  },
  async act(p, ports, ctx) {
    const { region, because, graceMs } = p;
    const settings = ports.settings(region);
    await settings.gate(because);
    const deadline = ports.now() + graceMs;
    let last = 0;
    for (let quiet = 0; ports.now() < deadline && !ctx.signal.aborted;) {
      const { openWrites } = await ports.database(region).state();
      // WooCommerce writes an order row by row in autocommit, so between two rows no write is open.
      const { counted = 0, uncounted } = await countedIn(region, ports);
      const inFlight = Math.max(openWrites, counted);
      last = counted;
      // What can't be counted is not none.
      quiet = inFlight === 0 && uncounted === undefined ? quiet + 1 : 0;
      if (quiet === quietLooks) return;
      ctx.progress(uncounted ?? `${inFlight} checkouts in ${region} are still in flight.`);
      await ports.sleep(pollEveryMs, ctx.signal);
    }
    if (p.whole && last > 0) throw new PortError('refused', stillInFlight(p, last));
  },
  async undo({ region }, ports) {
    if ((await ports.settings(region).gated()) === undefined) return `${region} accepts checkouts; none were held.`;
    await ports.settings(region).ungate();
    return `${region} accepts checkouts again.`;
  },
});

const stillInFlight = ({ region, graceMs }: Gate, counted: number): string =>
  `${counted} checkouts in ${region} had not ended ${graceMs / 1_000} s after new ones were held, and a fence would cut them in half, so the shop stays where it is. Raise policy.checkoutGrace, or find out what holds them: wp handover status`;

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
