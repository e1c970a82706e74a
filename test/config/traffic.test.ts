import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { readSite } from '../../src/config/load';
import { trafficSwitches } from '../../src/providers/traffic';

const lab = parse(readFileSync(join(__dirname, '../../sites/lab.yaml'), 'utf8')) as { dns: object };

/** The required fields of each kind. */
const given: Record<(typeof trafficSwitches)[number]['kind'], object> = {
  'cloudflare-pools': {
    zone: 'shop.test.',
    balancer: 'www.shop.test',
    pools: { A: 'region-a', B: 'region-b' },
    token: 'file:t',
  },
  'reserved-ip': {
    ip: '192.0.2.104',
    droplets: { A: 1, B: 2 },
    places: { A: 'fra1', B: 'fra1' },
    token: 'file:t',
  },
  'digitalocean-global-lb': { balancer: 'shop-global', targets: { A: 'nyc3', B: 'fra1' }, token: 'file:t' },
  'route53-health': {
    url: 'https://switch.example.net/www',
    authorization: 'file:switch',
    record: 'www.shop.test.',
    texts: { A: 'customers go to A', B: 'customers go to B' },
    answers: { A: '198.51.100.10', B: '203.0.113.10' },
    nameServers: ['ns-1.example.net', 'ns-2.example.net'],
  },
};

test.each(trafficSwitches.map(({ kind }) => kind))('a site with traffic.kind %s is valid', (kind) => {
  const records = [{ name: 'www.shop.test.', type: 'A', values: { A: ['192.0.2.104'], B: ['192.0.2.104'] } }];
  const site = { ...lab, dns: { ...lab.dns, records }, traffic: { kind, ...given[kind] } };
  expect(readSite(stringify(site), 'lab').traffic).toMatchObject({ kind, ...given[kind] });
});
