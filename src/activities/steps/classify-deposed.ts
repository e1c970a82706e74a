import { classificationFacts, classify } from '../../domain/salvage/classification';
import { PortError } from '../../ports/errors';
import { requirePrimary } from '../step/rejoin-guards';
import { done } from '../step/finding';
import { defineStep } from '../step/step';

type Classify = { from: string; to: string; folder: string };

/** Reads the copied logs and asks the primary what it has; the deposed server is told nothing, since even a refused attach changes it. */
export const classifyDeposed = defineStep({
  name: 'classify-deposed',
  title: (p: Classify) => `Find the transactions that only ${p.from} has`,
  patience: { attemptMs: 900_000, attempts: 5, everyMs: 2_000, heartbeatMs: 10_000 },
  async check({ from, to, folder }, ports, ctx) {
    await requirePrimary(to, ports, ctx);
    const salvage = ports.salvage(to);
    const [shapes, known] = [await salvage.shapes(), await salvage.known()];
    const knows = (id: string) => ports.positions.contains(known, id);
    const log = ports.binlogs(to).transactions(folder, {
      shapes,
      signal: ctx.signal,
      onProgress: ctx.progress,
      wanted: (id) => !knows(id),
    });
    const found = await classify(log, knows);
    if (found.promotionPoint === '')
      throw new PortError(
        'refused',
        `No transaction in ${from}'s binary logs is known to ${to} (${to} has ${known || 'none'}), so the point where they diverged is unknown; compare the two databases by hand.`,
      );
    const facts = classificationFacts(
      found,
      await salvage.knownOrders(found.orders),
      await salvage.keysOf([...found.paymentsOf]),
    );
    if (facts.errant === 0)
      return done(`${to} has everything that ${from} committed: ${from}'s log ends at ${facts.lastGtid}.`, facts);
    return done(
      `After ${facts.promotionPoint} ${from} committed ${facts.errant} transactions that ${to} never received: ${facts.ordersOnlyThere} orders, ${facts.paymentUpdatesOnlyThere} payments of older orders, ${facts.keysOnBothSides} orders that both regions have.`,
      facts,
    );
  },
  act: () => Promise.resolve(),
});
