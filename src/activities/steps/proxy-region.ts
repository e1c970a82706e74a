import { done, no } from '../step/finding';
import { defineStep } from '../step/step';

/** Customers whose resolver still caches the old address are served by the new region. */
export const proxyRegion = defineStep({
  name: 'proxy-region',
  title: (p: { region: string; address: string }) => `Proxy ${p.region}'s requests to ${p.address}`,
  patience: { attemptMs: 10_000, attempts: 3, everyMs: 1_000 },
  async check({ region, address }, ports) {
    const present = await ports.settings(region).proxiedTo();
    if (present === address) return done(`${region} proxies its requests to ${address}.`);
    return no(
      `${region} ${present === undefined ? 'answers its own requests' : `proxies its requests to ${present}`}.`,
    );
  },
  act: ({ region, address }, ports) => ports.settings(region).proxyTo(address),
  async undo({ region, address }, ports) {
    const present = await ports.settings(region).proxiedTo();
    if (present !== address) return `${region} did not proxy its requests to ${address}.`;
    await ports.settings(region).proxyTo(undefined);
    return `${region} answers its own requests again.`;
  },
});
