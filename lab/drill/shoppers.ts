/** Starts and stops the shoppers of a drill, each crowd in its own network. */
import type { Lab } from '../lab';
import { places, shopName, world } from '../network/places';
import type { ShopKind } from '../shop-kind';
import { spawnNode } from './spawn-node';

const pollEveryMs = 100;

interface Crowd {
  place: 'world' | 'A' | 'B';
  count: number;
  /** New orders per second. */
  rate: number;
}

/** 3 orders per second in all, over 30 shoppers. Each is some hundred transactions in both regions, as WooCommerce writes. */
const crowds: readonly Crowd[] = [
  { place: 'world', count: 20, rate: 1.7 },
  { place: 'A', count: 5, rate: 0.9 },
  { place: 'B', count: 5, rate: 0.4 },
];

/** An order of WooCommerce costs a processor half a second, and both regions share two of them. */
const storeCrowds: readonly Crowd[] = [
  { place: 'world', count: 8, rate: 0.35 },
  { place: 'A', count: 5, rate: 0.35 },
  { place: 'B', count: 2, rate: 0.1 },
];

const processNames = crowds.map(({ place }) => `shoppers-${place}`);

export async function startShoppers(lab: Lab, seed: number, shop: ShopKind = 'full'): Promise<void> {
  const isReleased = shop === 'woocommerce';
  await Promise.all(
    (isReleased ? storeCrowds : crowds).map(({ place, count, rate }) => {
      const resolver = place === 'world' ? world.resolver : places[place].nameserver;
      const numbers = { count, rate, seed, ...(isReleased && { api: 'store', timeout: 20, 'in-flight': 8 }) };
      const args = Object.entries({ place, ...numbers, lab: '/mnt', resolver, host: shopName, ca: '/mnt/ca/ca.crt' });
      return spawnNode(lab, `shoppers-${place}`, place, [
        'lab/shoppers/cli.js',
        ...args.flatMap(([name, value]) => [`--${name}`, String(value)]),
      ]);
    }),
  );
}

/** Lets the shoppers finish their open requests, and waits until they have ended, or for `timeoutMs`. */
export async function stopShoppers(lab: Lab, timeoutMs: number): Promise<void> {
  await Promise.all(processNames.map((name) => lab.signal(name, 'SIGTERM').catch(() => undefined)));
  const deadline = Date.now() + timeoutMs;
  const running = async () =>
    (await lab.status()).processes.some(({ name, state }) => processNames.includes(name) && state === 'running');
  while ((await running()) && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, pollEveryMs));
}
