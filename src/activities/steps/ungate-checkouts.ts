import { done, no } from '../step/finding';
import { defineStep } from '../step/step';

export const ungateCheckouts = defineStep({
  name: 'ungate-checkouts',
  title: (p: { region: string }) => `Accept checkouts in ${p.region}`,
  patience: { attemptMs: 10_000, attempts: 4, everyMs: 1_000 },
  async check({ region }, ports) {
    const because = await ports.settings(region).gated();
    return because === undefined ? done(`${region} accepts checkouts.`) : no(`${region} holds checkouts: ${because}`);
  },
  act: ({ region }, ports) => ports.settings(region).ungate(),
});
