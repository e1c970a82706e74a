import { PortError } from '../../ports/errors';
import { done, no } from '../step/finding';
import { defineStep } from '../step/step';

/** An order that moves no stock, money or mail and is removed at once: its answer is the only trace, so the act itself is the look. */
export const canaryOrder = defineStep({
  name: 'canary-order',
  title: (p: { region: string }) => `Place and remove a canary order in ${p.region}`,
  patience: { attemptMs: 10_000, attempts: 6, everyMs: 500 },
  check: ({ region }, _ports, ctx) =>
    Promise.resolve(
      ctx.actedAt !== undefined
        ? done(`${region} accepted a canary order in epoch ${ctx.epoch} and removed it.`)
        : no(`No canary order has been placed in ${region} yet.`),
    ),
  async act({ region }, ports, ctx) {
    const answer = await ports.shop(region).canaryOrder(ctx.key);
    if (answer.region === region && answer.epoch === ctx.epoch) return;
    throw new PortError(
      'garbage',
      `The canary order was sent to ${region} for epoch ${ctx.epoch}, but ${answer.region} accepted it in epoch ${answer.epoch}.`,
    );
  },
});
