import { done, no } from '../step/finding';
import { defineStep } from '../step/step';

/** While a region proxies, its address returns the other region's responses, also to checks. */
export const unproxyRegion = defineStep({
  name: 'unproxy-region',
  title: (p: { region: string }) => `Stop proxying ${p.region}'s requests`,
  patience: { attemptMs: 15_000, attempts: 4, everyMs: 1_000 },
  async check({ region }, ports) {
    const address = await ports.settings(region).proxiedTo();
    if (address !== undefined) return no(`${region} proxies its requests to ${address}.`);
    return done(`${region} answers its own requests.`);
  },
  act: ({ region }, ports) => ports.settings(region).proxyTo(undefined),
});
