/** Everything that can be wrong with a site's names and their provider, as a person hears of it from `drill --kind checks`: before anything is touched. */
import { resultIn } from '../../src/starters/missed-aim';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Context } from '@temporalio/activity';
import { parse, stringify } from 'yaml';
import { runbookActivities } from '../../src/activities';
import type { SiteContext } from '../../src/activities/planning/prepare';
import { readSite } from '../../src/config/load';
import type { DrillResult } from '../../src/domain/plan/result';
import { connect, type Connected } from '../../src/connect/connect';
import { PortError } from '../../src/ports/errors';
import type { RecordSet } from '../../src/ports/ports';
import { runbookQueue } from '../../src/contract/ids';
import type { CloudflareFake } from '../../lab/vendors/cloudflare/cloudflare';
import { bundle } from './server';
import { Stage } from './stage';
import * as keepers from './zone-servers';
import type { Keeper } from './zone-servers';

type Tree = { [key: string]: unknown };

/** How a case differs from a site that could be moved. */
interface Difference {
  /** Fields of `dns.provider`. */
  provider?: Tree;
  /** Fields of `dns`. */
  dns?: Tree;
  /** Fields of the one record that moves. */
  record?: Tree;
  secrets?: Record<string, string>;
  /** The shop's own name, without a dot at its end. */
  name?: string;
  /** What the zone holds beside the shop's record, or in its place. */
  held?: Partial<RecordSet>[];
}

interface Case {
  keeper: Keeper;
  difference: Difference;
  dns: Connected | undefined;
}

const lab = parse(readFileSync(join(__dirname, '../../sites/lab.yaml'), 'utf8')) as Tree & { shop: { name: string } };
const cases = new Map<string, Case>();
const open: { close: () => Promise<void> }[] = [];
const www = { name: 'www.shop.test.', type: 'A', values: { A: ['198.51.100.10'], B: ['203.0.113.10'] } };

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.open({ runbook: false });
  const activities = runbookActivities((site) => new Promise((found) => found(ground(site))));
  await stage.work({ taskQueue: runbookQueue, workflowBundle: await bundle(), activities });
});
afterEach(async () => {
  for (const { dns } of cases.values()) await dns?.close();
  cases.clear();
  for (const one of open.splice(0)) await one.close();
});
afterAll(() => stage.close());

/** The site file of a case, read as a worker reads it; only the name servers' ports can't be said in one. @throws SiteInvalid */
function ground(name: string): SiteContext {
  const found = cases.get(name);
  if (found === undefined) throw new Error(`There is no case ${name}.`);
  const { keeper, difference } = found;
  const { ttlSeconds, nameServers, provider } = keeper;
  const { name: shopName = lab.shop.name } = difference;
  const written = {
    provider: { ...provider, ...difference.provider },
    ttlSeconds,
    authoritative: ['127.0.0.1'],
    records: [{ ...www, name: `${shopName}.`, ...difference.record }],
    ...difference.dns,
  };
  const read = readSite(stringify({ ...lab, site: name, shop: { ...lab.shop, name: shopName }, dns: written }), name);
  const site = { ...read, dns: { ...read.dns, authoritative: [...nameServers] } };
  const secrets = { ...keeper.secrets, ...difference.secrets };
  const secret = (reference: string) => {
    const value = secrets[reference];
    if (!value) return Promise.reject(new PortError('denied', `There is no secret ${reference}.`));
    return Promise.resolve(value);
  };
  found.dns ??= connect(site, { secret });
  const { workflowExecution, activityId, attempt } = Context.current().info;
  const world = stage.sites.ports(name, { runId: workflowExecution?.runId ?? '', activityId, attempt });
  return { site, ports: { ...world, dns: found.dns.dns }, caPem: '' };
}

let count = 0;

/** What the checks have against the site, as `CHECK: SENTENCE`; the zone must be as it was. */
async function refusals(keeper: Keeper, difference: Difference = {}): Promise<string[]> {
  const name = `site-${(count += 1)}`;
  stage.newSite(name);
  cases.set(name, { keeper, difference, dns: undefined });
  const { held = [{}] } = difference;
  const set: RecordSet = { name: www.name, type: 'A', ttlSeconds: keeper.ttlSeconds, values: www.values.A };
  for (const each of held) keeper.put({ ...set, ...each });
  const before = await keeper.version();
  const drill = await stage.start('drill', name);
  const failure = (error: unknown) => [`InvalidInput: ${((error as Error).cause as Error).message}`];
  const told = await drill.result().then(saidBy, (error: unknown) => {
    const missed = resultIn(error);
    return missed ? saidBy(missed) : failure(error);
  });
  expect(await keeper.version()).toBe(before);
  return told;
}

/** A drill that found something has not met its aim. */
function saidBy(result: DrillResult): string[] {
  const said = result.checks.filter(({ ok }) => !ok).map(({ name, because }) => `${name}: ${because}`);
  expect(result.aim.met).toBe(said.length === 0);
  return said;
}

const opened = async <K extends Keeper>(keeper: Promise<K>): Promise<K> => {
  const one = await keeper;
  open.push(one);
  return one;
};

const kinds = Object.entries({
  digitalocean: keepers.digitalocean,
  cloudflare: keepers.cloudflare,
  route53: keepers.route53,
  google: keepers.google,
  powerdns: keepers.powerdns,
  rfc2136: keepers.rfc2136,
});

test.each(kinds)('%s: nothing is wrong with a site that could be moved', async (_kind, start) => {
  expect(await refusals(await opened(start()))).toEqual([]);
});

const { digitalocean, cloudflare, route53, google, powerdns, rfc2136 } = keepers;
const of = (text: string) => ({ 'file:key': text, 'file:token': text });
const stranger = { ...keepers.account, client_email: 'nobody@shop-123456.iam.gserviceaccount.com' };

describe('a wrong credential is named, with what to do about it', () => {
  test.each<[string, () => Promise<Keeper>, Record<string, string>, RegExp]>([
    [
      'digitalocean',
      digitalocean,
      of('of-another'),
      /401: .* Create a new token: this one is wrong, expired or revoked/,
    ],
    ['cloudflare', cloudflare, of('of-another'), /403: .* Create a new token: this one is wrong, expired or revoked/],
    ['route53', route53, of('AKIASHOP:of-another'), /SignatureDoesNotMatch.* Correct the secret of the access key/],
    ['google', google, of(JSON.stringify(stranger)), /invalid_grant.* Create a new key for the service account/],
    [
      'powerdns',
      powerdns,
      of('of-another'),
      /401: Unauthorized\. Correct the secret that dns\.provider\.apiKey refers to/,
    ],
    [
      'rfc2136',
      rfc2136,
      of(btoa('of-another-name-server')),
      /a different secret .* correct the secret that dns\.provider\.secret refers to/,
    ],
    ['none at all', digitalocean, { 'file:token': '' }, /There is no secret file:token/],
  ])('%s', async (_kind, start, secrets, sentence) => {
    const told = await refusals(await opened(start()), { secrets });
    expect(told).toContainEqual(expect.stringMatching(sentence));
    expect(told).toContainEqual(
      expect.stringMatching(/^switchover: The record www\.shop\.test\. \(A\) could not be read/),
    );
  });
});

describe('a missing permission is named', () => {
  const [list, read, change] = ['ListHostedZonesByName', 'ListResourceRecordSets', 'ChangeResourceRecordSets'] as const;
  const looks = ['dns.managedZones.list', 'dns.resourceRecordSets.list'] as const;
  test.each<[string, () => Promise<Keeper>, RegExp]>([
    ['domain:update', () => digitalocean(['domain:read']), /The token needs the scope domain:update\./],
    ['domain:read', () => digitalocean(['domain:update']), /The token needs the scope domain:read\./],
    [
      'DNS Write',
      () => cloudflare(['Zone Read', 'DNS Read', 'Load Balancers Read']),
      /the permission DNS Write for this zone/,
    ],
    [
      'Load Balancers Read',
      () => cloudflare(['Zone Read', 'DNS Write']),
      /Can't check whether a load balancer overrides .* the permission Load Balancers Read/,
    ],
    ['Zone Read', () => cloudflare(['DNS Write', 'Load Balancers Read']), /the permission Zone Read for this zone/],
    [
      'route53:ChangeResourceRecordSets',
      () => route53([list, read]),
      /Allow route53:ChangeResourceRecordSets in the policy/,
    ],
    [
      'route53:ListResourceRecordSets',
      () => route53([list, change]),
      /Allow route53:ListResourceRecordSets in the policy/,
    ],
    [
      'route53:ListHostedZonesByName',
      () => route53([read, change]),
      /Allow route53:ListHostedZonesByName in the policy/,
    ],
    ['dns.changes.create', () => google([...looks]), /Grant the service account dns\.changes\.create/],
  ])('%s', async (_permission, start, sentence) => {
    expect(await refusals(await opened(start()))).toContainEqual(expect.stringMatching(sentence));
  });

  test('an update-policy of BIND that grants the key another record', async () => {
    const keeper = await opened(rfc2136());
    const { keyName, algorithm, secret } = keeper.narrow;
    const told = await refusals(keeper, { provider: { keyName, algorithm }, secrets: of(secret) });
    expect(told).toEqual([
      expect.stringMatching(/The key narrow may not change A www\.shop\.test\.: add "grant narrow/),
    ]);
  });
});

describe('a zone that is not there is named, with what to correct', () => {
  test.each<[string, () => Promise<Keeper>, RegExp]>([
    ['digitalocean', digitalocean, /404: .*Add other\.test\. to the team of the token, or correct dns\.provider\.zone/],
    ['cloudflare', cloudflare, /The token can't see the zone other\.test at Cloudflare; correct dns\.provider\.zone/],
    ['route53', route53, /has no public hosted zone other\.test\. in the account of the key; correct dns\.provider/],
    [
      'google',
      google,
      /has no public managed zone other\.test\. in the project; correct dns\.provider\.zone, dns\.provider\.project or/,
    ],
    [
      'powerdns',
      powerdns,
      /404: Not Found\. The server localhost has no zone other\.test\.; correct dns\.provider\.zone or dns\.provider\.server/,
    ],
    ['rfc2136', rfc2136, /refused the query for other\.test\.: dns\.provider\.server must be the primary server/],
  ])('%s', async (_kind, start, sentence) => {
    const elsewhere = { provider: { zone: 'other.test.' }, name: 'www.other.test' };
    expect(await refusals(await opened(start()), elsewhere)).toContainEqual(expect.stringMatching(sentence));
  });
});

describe('records that no move could rely on are named, with what to change', () => {
  const [inA, twice] = [www.values.A[0] ?? '', ['198.51.100.10', '198.51.100.10']];
  const title = (kind: string) => `^${kind} and www\\.shop\\.test\\. A: `;
  test.each<[string, Difference, RegExp]>([
    ['no record', { held: [] }, /^record www\.shop\.test\. A: The record does not exist; create it before a transfer/],
    [
      'a value of neither region',
      { held: [{ values: ['192.0.2.99'] }] },
      /It holds 192\.0\.2\.99, but the primary's values are 198\.51\.100\.10/,
    ],
    [
      'a value beside the right one',
      { held: [{ values: [inA, '192.0.2.99'] }] },
      /It holds 192\.0\.2\.99, 198\.51\.100\.10, but/,
    ],
    [
      'the same value in two records',
      { held: [{ values: twice }] },
      /has two records with the value 198\.51\.100\.10; remove one of them/,
    ],
    [
      'an address of the other family',
      { held: [{}, { type: 'AAAA', values: ['2001:db8::1'] }] },
      /has AAAA 2001:db8::1 too, which no transfer would move; list it/,
    ],
    [
      'a TTL that is not stored',
      { dns: { ttlSeconds: 5 } },
      /DigitalOcean DNS stores no TTL below 30 s; set dns\.ttlSeconds to 30/,
    ],
  ])('%s', async (_what, difference, sentence) => {
    expect(await refusals(await opened(digitalocean()), difference)).toContainEqual(expect.stringMatching(sentence));
  });

  const held = { ...www, type: 'A' as const, ttlSeconds: 60, values: [inA] };
  test.each<[string, (fake: CloudflareFake) => void, string]>([
    ['proxied', (fake) => fake.alter('www.shop.test', { proxied: true }), 'is proxied: .*set it to "DNS only"'],
    [
      'without a TTL of its own',
      (fake) => fake.alter('www.shop.test', { ttl: 1 }),
      'has the automatic TTL.*set a TTL of at least 60 s',
    ],
    [
      'shadowed by a load balancer',
      (fake) => void fake.putBalancer({ name: 'www.shop.test' }),
      'A load balancer overrides the records of www.*use the traffic switch cloudflare-pools',
    ],
  ])('a record that is %s', async (_what, change, sentence) => {
    const keeper = await opened(cloudflare());
    keeper.put(held);
    change(keeper.fake);
    const told = await refusals(keeper, { held: [] });
    expect(told).toContainEqual(expect.stringMatching(`${title('Cloudflare DNS')}.*${sentence}`));
  });

  test('two sets of a routing policy, where one set is expected', async () => {
    const keeper = await opened(route53());
    const labels = ['blue', 'green'];
    keeper.fake.store(
      ...labels.map((label) => ({ name: www.name, type: 'A', ttl: 5, values: [inA], weight: 1, label })),
    );
    const told = await refusals(keeper, { held: [] });
    expect(told).toContainEqual(expect.stringMatching(`${title('Amazon Route 53')}.*has a routing policy with 2 sets`));
  });

  test('two public zones of one name', async () => {
    const hostedZones = ['Z1', 'Z2'].map((id) => ({ id, name: 'shop.test.' }));
    const told = await refusals(await opened(route53(undefined, { hostedZones })));
    expect(told).toContainEqual(
      expect.stringMatching(/\(Z1, Z2\); set dns\.provider\.hostedZoneId to the one that the domain is delegated to/),
    );
  });

  test("a routing policy of Google's", async () => {
    const keeper = await opened(google());
    keeper.fake.store({ name: www.name, type: 'A', ttl: 5, routingPolicy: { wrr: { items: [] } } });
    const told = await refusals(keeper, { held: [] });
    expect(told).toContainEqual(expect.stringMatching(`${title('Google Cloud DNS')}.*has a routing policy`));
  });
});

describe("a site file that says what can't be ends the drill at once, with the field and an example", () => {
  const cname = (...values: string[]) => ({ type: 'CNAME', values: { A: values, B: ['b.shop.test.'] } });
  test.each<[string, Difference, RegExp]>([
    [
      'a name outside the zone',
      { name: 'www.other.test' },
      /dns\.records\[0\]\.name is not in the zone shop\.test\.; for example www\.shop\.test\./,
    ],
    [
      'a name without its dot',
      { record: { name: 'www.shop.test' } },
      /dns\.records\[0\]\.name is wrong; it must be a full DNS name with a trailing dot/,
    ],
    [
      'an international name as it is spoken',
      { record: { name: 'www.müller.test.' } },
      /in xn-- form if it is internationalized/,
    ],
    ['an international zone', { provider: { zone: 'müller.test.' } }, /dns\.provider\.zone is wrong; .* in xn-- form/],
    [
      "a CNAME for the zone's own name",
      { name: 'shop.test', record: cname('a.shop.test.') },
      /dns\.records\[0\]\.type .*apex/,
    ],
    [
      'a CNAME to a name without its dot',
      { record: cname('a.shop.test') },
      /dns\.records\[0\]\.values\.A .*for example \[a\.shop\.test\.\]/,
    ],
    ['a CNAME of two names', { record: cname('a.shop.test.', 'c.shop.test.') }, /must be a single name for type CNAME/],
    [
      'a value that is no address',
      { record: { values: { A: ['198.51.100.300'], B: ['203.0.113.10'] } } },
      /dns\.records\[0\]\.values\.A .*for example \[198\.51\.100\.10\]/,
    ],
  ])('%s', async (_what, difference, sentence) => {
    const told = await refusals(await opened(digitalocean()), difference);
    expect(told).toEqual([expect.stringMatching(sentence)]);
    expect(told[0]).toMatch(/^InvalidInput: The site site-\d+ has 1 problem:\n/);
  });
});
