/** Every other credential of a site, sent to servers that do not answer or that repeat what they receive. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { readiness } from '../../src/activities/readiness';
import { readSite, SiteInvalid, type Site } from '../../src/config/load';
import { connect } from '../../src/connect/connect';
import type { Ports } from '../../src/ports/ports';
import { probeTable } from '../../src/providers/probe';
import { httpsShop } from '../../src/providers/shop/https';
import { freePort } from '../loopback/place';
import { identity, web, type Identity } from '../loopback/web';
import { checkout } from '../loopback/zone-servers';
import { canariesOf, type Canary } from './canaries';
import { credentialIn } from './credentials';
import { echo, echoingRedis, echoingWeb } from './echoes';
import type { Outputs } from './outputs';
import { driveTraffic } from './traffic';

const alerts = (url: string) => [
  { kind: 'slack', url: 'file:slack-url' },
  { kind: 'pagerduty', routingKey: 'file:pagerduty-key', url },
  { kind: 'webhook', secret: 'file:hook', url },
];

interface Servers {
  webUrl: string;
  redisPort: number;
  deadPort: number;
}

/** The lab's site in YAML, with every server on the loopback. */
function yamlOf({ webUrl, redisPort, deadPort }: Servers): string {
  const here = '127.0.0.1';
  const addresses = [here, '127.0.0.2'];
  const lab = parse(readFileSync(join(checkout, 'sites/lab.yaml'), 'utf8')) as {
    regions: Record<string, { database: object; sessions: object; host: object }>;
    dns: { provider: object };
    table: { endpoints: object };
  };
  const region = (one: (typeof lab.regions)[string], address = here) => ({
    ...one,
    address,
    database: { ...one.database, host: here, port: deadPort },
    sessions: { ...one.sessions, host: here, port: redisPort },
    host: { ...one.host, address: here, port: deadPort },
  });
  const regions = Object.fromEntries(
    Object.entries(lab.regions).map(([name, one], index) => [name, region(one, addresses[index])]),
  );
  const dns = { ...lab.dns, provider: { ...lab.dns.provider, url: webUrl }, authoritative: [here] };
  const endpoints = Object.fromEntries(Object.keys(lab.table.endpoints).map((name) => [name, webUrl]));
  return stringify({ ...lab, regions, dns, table: { ...lab.table, endpoints }, alerts: alerts(webUrl) });
}

const filesIn = (yaml: string): string[] => [...new Set([...yaml.matchAll(/file:([\w./-]+)/g)].map(([, f = '']) => f))];

/** @returns the canaries in the secret files of the site */
export async function driveOthers(outputs: Outputs): Promise<Canary[]> {
  const [gateway, redis, shopIdentity] = [await echoingWeb(), await echoingRedis(), identity('DNS:www.shop.test')];
  const ports = { redisPort: redis.port, deadPort: await freePort() };
  const canaries = new Map<string, Canary[]>();
  try {
    for (const status of [400, 401, 403, 404, 429, 500]) {
      const yaml = yamlOf({ ...ports, webUrl: `${gateway.url}/${status}` });
      const held = new Map(filesIn(yaml).map((file) => [file, credentialIn(file, `${gateway.url}/${status}`)]));
      for (const [file, text] of held) if (text !== undefined) canaries.set(file, canariesOf(file, text));
      const site = readSite(yaml, 'lab');
      const value = (reference: string) => held.get(reference.slice('file:'.length)) ?? shopIdentity.cert;
      for (const canary of await driveTraffic(outputs, `${gateway.url}/${status}`)) canaries.set(canary.of, [canary]);
      await ask(outputs, `${status}`, site, value);
      await ask(outputs, `${status}, two lines`, site, (reference) => `${value(reference)}\n${value(reference)}`);
    }
    await askShop(outputs, shopIdentity, credentialIn('shop-canary', '') ?? '');
    misplaced(outputs, yamlOf({ ...ports, webUrl: gateway.url }));
    return [...canaries.values()].flat();
  } finally {
    await Promise.all([gateway.close(), redis.close()]);
  }
}

/** Calls every port that uses a credential. */
async function ask(outputs: Outputs, from: string, site: Site, value: (reference: string) => string): Promise<void> {
  const ports = connect(site, { secret: (reference) => Promise.resolve(value(reference)) });
  const alert = { severity: 'critical', key: 'handover/lab/2', summary: 'searched for credentials' } as const;
  const calls: Record<string, () => Promise<unknown>> = {
    table: () => ports.table(Object.keys(site.table?.endpoints ?? {})[0] ?? '').canary('canary', 'nonce', 1),
    dns: () => ports.dns.read(site.dns.records[0]?.name ?? '', 'A'),
    checks: () => readiness({ site, ports, caPem: '' }),
    ...Object.fromEntries(ports.alertChannels.map((name) => [`alerts ${name}`, () => ports.alerts.send(alert, name)])),
    ...Object.fromEntries(ports.regions.flatMap((region) => Object.entries(inRegion(ports, region)))),
    ...Object.fromEntries(
      Object.entries(site.vantages).map(([vantage, { key = '' }]) => [
        vantage,
        () => probed(site, vantage, value(key)),
      ]),
    ),
  };
  try {
    for (const [name, work] of Object.entries(calls)) {
      await work().then(
        (result) => outputs.result(`${from}, ${name}`, result),
        (error: unknown) => outputs.error(`${from}, ${name}`, error),
      );
    }
  } finally {
    await ports.close();
  }
}

const inRegion = (ports: Ports, region: string): Record<string, () => Promise<unknown>> => ({
  [`database of ${region}`]: () => ports.database(region).state(),
  [`sessions of ${region}`]: () => ports.sessions(region).state(),
  [`following in ${region}`]: () => ports.sessions(region).follow('127.0.0.1'),
  [`host of ${region}`]: () => ports.host(region).run('true', { timeoutMs: 1_000 }),
  [`shop of ${region}`]: () => ports.shop(region).canaryOrder('canary'),
});

const probed = (site: Site, vantage: string, key: string): Promise<unknown> => {
  const [[tableRegion, endpoint] = ['', '']] = Object.entries(site.table?.endpoints ?? {});
  const where = { vantage, region: 'A', tableRegion, endpoint, table: site.table?.name ?? '' };
  return probeTable({ ...where, key, timeoutMs: 1_000 });
};

/** A region's shop is always at port 443, which is not free here, so its adapter is called directly with another port. */
async function askShop(outputs: Outputs, secure: Identity, canaryToken: string): Promise<void> {
  const server = await web(echo, secure);
  const where = { region: 'A', address: '127.0.0.1', port: server.port, name: 'www.shop.test' };
  const shop = httpsShop({ ...where, ca: secure.cert, canaryToken });
  await shop.canaryOrder('canary').catch((error: unknown) => outputs.error('the shop', error));
  shop.close();
  await server.close();
}

/** A site file with the secret itself instead of a reference: the error must not repeat it. */
function misplaced(outputs: Outputs, yaml: string): void {
  for (const file of filesIn(yaml)) {
    const secret = credentialIn(file, 'http://127.0.0.1:1') ?? '';
    try {
      readSite(yaml.replaceAll(`file:${file}`, JSON.stringify(secret)), 'lab');
    } catch (error) {
      if (!(error instanceof SiteInvalid)) throw error;
      outputs.error(`${file} in the site file`, error);
    }
  }
}
