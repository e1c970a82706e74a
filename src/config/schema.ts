/** The schema of a site file. Types are inferred from it; rules that span several fields are in `rules.ts`. */
import { z } from 'zod';
import { shopRoles } from '../domain/salvage/entities/roles';
import type { Policy } from '../domain/policy';
import { channelSchemas } from '../providers/alerts';
import { alarmSource } from '../providers/alarms/sources';
import { optionSchemas } from '../providers/kit/kind';
import { dnsProviders } from '../providers/dns';
import { regionKinds } from '../providers/region-kinds';
import { pluginPaths } from '../providers/shop/paths';
import { trafficSwitches } from '../providers/traffic';
import {
  address,
  choice,
  duration,
  endpoint,
  expected,
  flag,
  fullName,
  isHostName,
  name,
  path,
  share,
  text,
  url,
  whole,
} from '../fields/fields';
import { regionSchemaOf } from './region';
import { secret } from '../fields/secret-refs';

/** A short name that is valid in workflow ids and task queues. */
const shortName = (example: string) =>
  text('a name of letters, digits and dashes', example, (value) => /^[A-Za-z0-9][A-Za-z0-9-]{0,31}$/.test(value));

/** A mapping from names to `value`. */
const mapping = <V extends z.ZodType>(key: string, value: V) => z.record(shortName(key), value);

const list = <V extends z.ZodType>(item: V, min: number, what: string, example: string) =>
  z.array(item, { error: expected(what, example) }).min(min, { error: expected(what, example) });

const shop = z.strictObject({
  name: text('the host name that customers use, without a trailing dot', 'www.shop.test', isHostName),
  ca: secret('file:ca.crt'),
  canaryToken: secret('file:shop-canary'),
  healthPath: path('/health').prefault(pluginPaths.health),
  servingPath: path('/serving').prefault(pluginPaths.serving),
  canaryPath: path('/orders').prefault(pluginPaths.canary),
  database: name('shop'),
  idTables: list(name('wp_wc_orders'), 1, 'a list of tables', '[wp_wc_orders]'),
  idGap: whole(1, 1_000_000_000, '1000'),
  counters: z.array(text('TABLE.COLUMN', 'wp_stock.stock', (value) => /^\w{1,64}\.\w{1,64}$/.test(value))),
  /** Tables of plugins, each with what a rejoin does to its rows. */
  tables: z
    .record(
      text('a table of a plugin, not one of handover', 'wp_points', (value) =>
        /^(?!handover_)[\w$-]{1,64}$/.test(value),
      ),
      z.strictObject({
        role: choice(Object.keys(shopRoles) as [keyof typeof shopRoles, ...(keyof typeof shopRoles)[]]),
        /** Columns of a unique key, where the table has no primary key or rows are told apart by another one. */
        key: list(name('code'), 1, 'a list of columns', '[code]').exactOptional(),
      }),
    )
    .exactOptional(),
});

const record = z.strictObject({
  name: fullName('www.shop.test.'),
  type: choice(['A', 'AAAA', 'CNAME']),
  values: mapping(
    'A',
    list(text('a value of this record type', '198.51.100.10'), 1, 'a list of values', '[198.51.100.10]'),
  ),
});

const dnsProvider = z.discriminatedUnion('kind', optionSchemas(dnsProviders));

const dns = z.strictObject({
  provider: dnsProvider,
  /** A second provider of the same zone, used while the first one fails. */
  alternative: dnsProvider.exactOptional(),
  records: list(record, 1, 'a list of records', '[{ name: www.shop.test., type: A, values: { A: [198.51.100.10] } }]'),
  authoritative: list(address('198.18.0.53'), 1, 'the addresses of the authoritative servers', '[198.18.0.53]'),
  /** Resolvers that customers use, queried after the TTL has passed. */
  resolvers: z.array(address('9.9.9.9'), { error: expected('a list of addresses', '[9.9.9.9]') }).exactOptional(),
  /** Customers may take this long to follow a move. */
  ttlSeconds: whole(1, 300, '60'),
});

const table = z.strictObject({
  name: text('the name of the table', 'shop', (value) => /^[\w.-]{3,255}$/.test(value)),
  endpoints: mapping('us-east-1', url('https://dynamodb.us-east-1.amazonaws.com')),
  key: secret('file:table-runbook'),
});

const vantage = z.strictObject({
  /** The region whose network it is in, or `none`. */
  near: shortName('none'),
  /** For its own canary items in the table. */
  key: secret('file:table-north').exactOptional(),
});

const alarm = z.strictObject({
  region: shortName('A'),
  countsFor: duration('10m').prefault('10m'),
  source: alarmSource.exactOptional(),
});

const policy = z.strictObject({
  interval: duration('10s'),
  suspectInterval: duration('2s'),
  probeTimeout: duration('3s'),
  window: duration('60s'),
  downShare: share('0.8'),
  minEligible: whole(2, 99, '2'),
  majorityAfter: duration('300s'),
  majorityActs: flag('false'),
  cooldown: duration('1h'),
  automatic: flag('true'),
  unfenced: choice(['ask', 'proceed']),
  maxReplicaLag: duration('30s'),
  drainTimeout: duration('30s'),
  checkoutGrace: duration('2s'),
  tableBackAfter: duration('5m').exactOptional(),
  mirrorEvery: duration('15s').prefault('15s'),
  batch: duration('120s').prefault('120s'),
  voteMaxAge: duration('180s').prefault('180s'),
});

export const siteSchemaOf = (kinds: typeof regionKinds) =>
  z.strictObject({
    site: shortName('shop'),
    /** The region where the primary belongs. */
    home: shortName('A'),
    regions: mapping('A', regionSchemaOf(kinds)),
    shop,
    dns,
    /** The switch in front of the regions that is moved in place of DNS records, or together with them. */
    traffic: z.discriminatedUnion('kind', optionSchemas(trafficSwitches)).exactOptional(),
    /** The shop's DynamoDB table; only together with `tableRegion` of the regions and `key` of the vantages. */
    table: table.exactOptional(),
    vantages: mapping('north', vantage),
    /** Connected to when a probe fails, to check the vantage's own network. */
    controlTargets: list(
      endpoint('198.18.0.101:80'),
      2,
      'at least two HOST:PORT',
      '[198.18.0.101:80, 198.18.0.102:80]',
    ),
    policy,
    alerts: z.array(z.discriminatedUnion('kind', channelSchemas), { error: expected('a list', '[]') }),
    /** Watchers outside whose alarm is one more witness of a lost region, by name. */
    alarms: mapping('cloudwatch', alarm).exactOptional(),
    /** Asked for while all is well, by a service that calls somebody once it is not. */
    deadMan: z.strictObject({ url: secret('file:dead-man-url'), every: duration('5m').prefault('5m') }).exactOptional(),
    /** The injector that may break this site on purpose. Without it, outage drills are refused. */
    faultInjector: choice(['lab']).exactOptional(),
  });

export const siteSchema = siteSchemaOf(regionKinds);

export type SiteContent = z.output<typeof siteSchema>;
export type DnsProviderConfig = SiteContent['dns']['provider'];
export type Region = SiteContent['regions'][string];
export type TrafficConfig = NonNullable<SiteContent['traffic']>;

/** A validated site, deeply frozen. */
export type Site = Omit<SiteContent, 'policy'> & {
  policy: Policy;
  /** SHA-256 of the canonical content: files with the same meaning have the same hash. */
  hash: string;
};

/** Of a policy that does not say. */
export const tableBackAfterMs = 300_000;

/** The policy in the domain's form, with units in its field names. */
export function policyOf(read: SiteContent['policy']): Policy {
  const { downShare, minEligible, majorityActs, automatic, unfenced } = read;
  return {
    downShare,
    minEligible,
    majorityActs,
    automatic,
    unfenced,
    intervalMs: read.interval,
    suspectIntervalMs: read.suspectInterval,
    probeTimeoutMs: read.probeTimeout,
    windowMs: read.window,
    majorityAfterMs: read.majorityAfter,
    cooldownMs: read.cooldown,
    maxReplicaLagMs: read.maxReplicaLag,
    drainTimeoutMs: read.drainTimeout,
    checkoutGraceMs: read.checkoutGrace,
    tableBackAfterMs: read.tableBackAfter ?? tableBackAfterMs,
    mirrorEveryMs: read.mirrorEvery,
    batchMs: read.batch,
    voteMaxAgeMs: read.voteMaxAge,
  };
}
