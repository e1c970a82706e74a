/** The credentials of every kind of traffic switch, sent to a server that repeats them. */
import type { TrafficConfig } from '../../src/config/schema';
import { connectTraffic } from '../../src/connect/traffic';
import type { TrafficSwitch } from '../../src/providers/traffic/switch';
import { canariesOf, type Canary } from './canaries';
import { credentialIn } from './credentials';
import type { Outputs } from './outputs';

type Options = Readonly<Record<string, unknown>>;

const [a, b] = ['198.51.100.10', '203.0.113.10'];
const [droplets, places] = [
  { A: 1, B: 2 },
  { A: 'fra1', B: 'fra1' },
];

/** By kind; a new kind does not compile until it is listed here. */
const optionsOf: Record<TrafficConfig['kind'], (url: string) => Options> = {
  'cloudflare-pools': (url) => ({
    url,
    zone: 'shop.test.',
    balancer: 'www.shop.test',
    pools: { A: 'region-a', B: 'region-b' },
    token: 'file:cloudflare-pools-token',
  }),
  'reserved-ip': (url) => ({ url, ip: '192.0.2.10', droplets, places, token: 'file:reserved-ip-token' }),
  'digitalocean-global-lb': (url) => ({
    url,
    balancer: 'shop-global',
    targets: { A: 'fra1', B: 'ams3' },
    token: 'file:digitalocean-global-lb-token',
  }),
  'route53-health': (url) => ({
    url,
    texts: { A: 'customers go to A', B: 'customers go to B' },
    answers: { A: a, B: b },
    record: 'www.shop.test.',
    nameServers: ['127.0.0.1'],
    authorization: 'file:route53-health-authorization',
  }),
};

/** @returns the canaries in the secret files of the switches */
export async function driveTraffic(outputs: Outputs, url: string): Promise<Canary[]> {
  const canaries: Canary[] = [];
  for (const [kind, make] of Object.entries(optionsOf)) {
    const options = { ...make(url), kind };
    const value = (reference: string): string => {
      const file = reference.slice('file:'.length);
      const text = credentialIn(file, url) ?? '';
      canaries.push(...canariesOf(file, text));
      return text;
    };
    await ask(outputs, kind, options, value);
    await ask(outputs, `${kind}, two lines`, options, (reference) => `${value(reference)}\n${value(reference)}`);
  }
  return canaries;
}

async function ask(outputs: Outputs, from: string, options: Options & { kind: string }, value: (of: string) => string) {
  const open: TrafficSwitch[] = [];
  const opened = (made: TrafficSwitch) => {
    open.push(made);
    return made;
  };
  const context = { secret: (reference: string) => Promise.resolve(value(reference)) };
  const { flaws, read, point } = connectTraffic(options, context, opened);
  for (const [name, work] of Object.entries({ flaws, read, point: () => point('B', {}) })) {
    await work().then(
      (result) => outputs.result(`${from}, ${name}`, result ?? null),
      (error: unknown) => outputs.error(`${from}, ${name}`, error),
    );
  }
  open.forEach((one) => one.close());
}
